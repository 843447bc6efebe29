"""Slack's markup, turned into rich text elements, so that both are drawn by the same templates.

What a person types is never formatted: only its mentions and links are, which Slack's own encoding
put there. Nothing here makes HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Span = dict[str, Any]
Part = dict[str, Any]

ENTITY = re.compile(r"<([^<>\n]+)>")
STYLED = re.compile(
    r"(?<![\w*_~])(?:"
    r"\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*"
    r"|_(?=\S)(?P<italic>[^_\n]+)(?<=\S)_"
    r"|~(?=\S)(?P<strike>[^~\n]+)(?<=\S)~"
    r")(?![\w*_~])"
)
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"```\n?(.*?)```\n?", re.DOTALL)
EMOJI = re.compile(r"(?<!\w):([a-z0-9_+-]+):(?!\w)")
QUOTE = re.compile(r"(?:&gt;|>) ?")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed_parts(text: str) -> list[Part]:
    """What a person typed, as typed."""
    return [_section(list(_entities(text, {})))]


def mrkdwn_parts(text: str) -> list[Part]:
    """What an app wrote, with Slack's formatting."""
    parts: list[Part] = []
    position = 0
    for fence in FENCE.finditer(text):
        parts += _lines(text[position : fence.start()].removesuffix("\n"))
        code: Span = {"type": "text", "text": unescape(fence.group(1)).rstrip("\n")}
        parts.append({"type": "rich_text_preformatted", "elements": [code]})
        position = fence.end()
    return parts + _lines(text[position:])


def _lines(text: str) -> list[Part]:
    """Sections, and quotes where lines begin with ``>``."""
    groups: list[tuple[bool, list[str]]] = []
    for line in text.split("\n") if text else []:
        quoted = QUOTE.match(line)
        content = line[quoted.end() :] if quoted else line
        if not groups or groups[-1][0] != bool(quoted):
            groups.append((bool(quoted), []))
        groups[-1][1].append(content)
    kinds = {True: "rich_text_quote", False: "rich_text_section"}
    return [
        {"type": kinds[is_quote], "elements": list(_formatted("\n".join(lines), {}))}
        for is_quote, lines in groups
        if any(lines)
    ]


def _section(spans: list[Span]) -> Part:
    return {"type": "rich_text_section", "elements": spans}


def _formatted(text: str, style: dict[str, bool]) -> Iterator[Span]:
    """Code first, for nothing is formatted inside it."""
    position = 0
    for code in CODE.finditer(text):
        yield from _styled(text[position : code.start()], style)
        yield from _entities(code.group(1), style | {"code": True})
        position = code.end()
    yield from _styled(text[position:], style)


def _styled(text: str, style: dict[str, bool]) -> Iterator[Span]:
    position = 0
    for found in STYLED.finditer(text):
        yield from _with_emoji(text[position : found.start()], style)
        kind = str(found.lastgroup)
        yield from _styled(found[kind], style | {kind: True})
        position = found.end()
    yield from _with_emoji(text[position:], style)


def _with_emoji(text: str, style: dict[str, bool]) -> Iterator[Span]:
    for span in _entities(text, style):
        if span["type"] == "text":
            yield from _emoji(span["text"], style)
        else:
            yield span


def _emoji(text: str, style: dict[str, bool]) -> Iterator[Span]:
    position = 0
    for found in EMOJI.finditer(text):
        yield from _text(text[position : found.start()], style)
        yield {"type": "emoji", "name": found.group(1)}
        position = found.end()
    yield from _text(text[position:], style)


def _entities(text: str, style: dict[str, bool]) -> Iterator[Span]:
    position = 0
    for entity in ENTITY.finditer(text):
        yield from _text(unescape(text[position : entity.start()]), style)
        yield _entity(entity.group(1), style)
        position = entity.end()
    yield from _text(unescape(text[position:]), style)


def _entity(inner: str, style: dict[str, bool]) -> Span:
    target, _, label = inner.partition("|")
    label = unescape(label)
    sign, rest = target[:1], target[1:]
    if sign == "@":
        return {"type": "user", "user_id": rest, "label": label}
    if sign == "#":
        return {"type": "channel", "channel_id": rest, "label": label}
    if sign == "!":
        return _special(rest, label)
    return {"type": "link", "url": unescape(target), "text": label or unescape(target)} | (
        {"style": style} if style else {}
    )


def _special(rest: str, label: str) -> Span:
    name, *details = rest.split("^")
    if name == "date":
        return {"type": "date", "fallback": label or (details[1] if details[1:] else "")}
    if name == "subteam":
        return {"type": "usergroup", "usergroup_id": details[0] if details else "", "label": label}
    return {"type": "broadcast", "range": name}


def _text(text: str, style: dict[str, bool]) -> Iterator[Span]:
    if text:
        yield {"type": "text", "text": text} | ({"style": style} if style else {})
