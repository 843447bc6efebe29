"""Typed text as tokens: words, and segments with their values."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

from storage.errors import UserError

INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that take no room but turn the text around or hide in a word."""

_STRAIGHT = r'"(?:[^"\\]|\\.)*"'
_CURLY = r'[“”„][^“”„"]*[“”"]'
_QUOTED = re.compile(f"({_STRAIGHT}|{_CURLY})", re.DOTALL)
_VALUE = rf'(?:{_STRAIGHT}|{_CURLY}|[^\s,"“”„]+)'
_TOKEN = re.compile(
    rf"""(?P<name>[^\W\d][\w-]*)[:=](?:\s+(?!by\b))?(?P<values>(?:{_VALUE}(?:,{_VALUE})*)?)
    |(?P<quoted>{_STRAIGHT}|{_CURLY})
    |(?P<word>[^\s"“”„]+)
    |(?P<stray>["“”„])""",
    re.DOTALL | re.VERBOSE,
)
_SLACK_ESCAPED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_POSSESSIVE = re.compile("['’]s$")  # noqa: RUF001 - the apostrophe as phones type it
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 - dashes as phones type them


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, in lower case and without the marks around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """``name:value,value``; the values are as typed, without their quotes."""

    name: str
    values: tuple[str, ...]


Token = Word | Pair


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order; a quote without its partner raises ``UserError``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_without_invisible(text)):
        if match["stray"]:
            raise UserError(
                "There is a quote without its partner.",
                'Put one before and one after the value: team:"Second line".',
            )
        if match["name"]:
            found.append(Pair(match["name"], _values(match["values"])))
        else:
            found += _words(match["word"] or _unquoted(match["quoted"]))
    return found


def plain(text: str) -> str:
    """Letters and digits in lower case, all else as single spaces: how names are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def printable(text: str, longest: int = 40) -> str:
    """A text of unknown origin in one line, without hidden marks, and cut where it is long."""
    visible = INVISIBLE.sub("", text)
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in visible)
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def unescaped(text: str) -> str:
    """A slash command's text without Slack's escapes: ``<@U1|ann>`` is ``@ann`` again."""
    return unescape(_SLACK_ESCAPED.sub(_named, text))


def without_mention(text: str, slack_user_id: str) -> str:
    """A message's text, still escaped, without the mentions of one user."""
    return re.sub(rf"<@{re.escape(slack_user_id)}(?:\|[^<>]*)?>", " ", text).strip()


def _named(match: re.Match[str]) -> str:
    sign, address, name = match.groups()
    shown = name or address
    return f"{sign}{shown}" if sign in {"@", "#"} else shown


def _without_invisible(text: str) -> str:
    """Hidden marks are dropped between quotes alone; a quoted value stays as it is."""
    parts = _QUOTED.split(text)
    parts[::2] = [_clean(part) for part in parts[::2]]
    return "".join(parts)


def _clean(text: str) -> str:
    visible = INVISIBLE.sub("", text)
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in visible)


def _values(text: str) -> tuple[str, ...]:
    found = (_unquoted(value) for value in re.findall(_VALUE, text, re.DOTALL))
    return tuple(dict.fromkeys(value for value in found if value.strip()))


def _unquoted(value: str) -> str:
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return value.strip('“”„"')


def _words(text: str) -> list[Token]:
    marks = ".,;:!?()[]{}<>*_~`'’"  # noqa: RUF001 - the apostrophe as phones type it
    lowered = text.casefold().translate(_DASHES).replace("..", " to ")
    stripped = (_POSSESSIVE.sub("", each.strip(marks)) for each in lowered.split())
    return [Word(word) for word in stripped if word]
