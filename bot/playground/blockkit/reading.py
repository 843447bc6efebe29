"""Blocks as a reader reads them, top to bottom, in plain lines.

A heading stands alone, table cells between bars, buttons and menus in square brackets, and a chart
as its title, its categories and its values, so that a test can say what somebody sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
Lines = Iterator[str]

LABELLED_LINK = re.compile(r"<(?:https?|mailto|tel)[^|>]*\|([^>]+)>")
NAMED_MENTION = re.compile(r"<([@#])[^|>]*\|([^>]+)>")
SPANS = {
    "text": ("", "text", ""),
    "user": ("@", "user_id", ""),
    "channel": ("#", "channel_id", ""),
    "usergroup": ("@", "usergroup_id", ""),
    "emoji": (":", "name", ":"),
    "broadcast": ("@", "range", ""),
}
BARE = re.compile(r"<([@#!]?[^|>]+)>")


def read_blocks(blocks: list[Json]) -> str:
    """Everything the blocks show, a line for each thing."""
    return "\n".join(line for block in blocks for line in _read(block) if line)


def read_text(text: Json) -> str:
    """A text object; mrkdwn with its entities and links turned into what is shown."""
    return plain_of(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])


def plain_of(mrkdwn: str) -> str:
    """Slack's markup without its angle brackets and entities; ``*bold*`` keeps its stars."""
    shown = LABELLED_LINK.sub(r"\1", mrkdwn)
    shown = NAMED_MENTION.sub(r"\1\2", shown)
    shown = BARE.sub(r"\1", shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read(block: Json) -> Lines:
    yield from READERS[block["type"]](block)


def _header(block: Json) -> Lines:
    yield read_text(block["text"])


def _markdown(block: Json) -> Lines:
    yield str(block["text"])


def _section(block: Json) -> Lines:
    if "text" in block:
        yield read_text(block["text"])
    for field in block.get("fields", []):
        yield read_text(field)
    if "accessory" in block:
        yield _element(block["accessory"])


def _elements(block: Json) -> Lines:
    yield " ".join(_element(element) for element in block["elements"])


def _input(block: Json) -> Lines:
    yield read_text(block["label"])
    yield _element(block["element"])
    if "hint" in block:
        yield read_text(block["hint"])


def _rich_text(block: Json) -> Lines:
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            yield from (f"- {_inline(item)}" for item in part["elements"])
        else:
            yield _inline(part)


def _image(block: Json) -> Lines:
    if "title" in block:
        yield read_text(block["title"])
    yield _element(block)


def _chart(block: Json) -> Lines:
    chart = block["chart"]
    yield f"{chart['type']} chart: {block['title']}"
    if chart["type"] == "pie":
        yield from (f"{part['label']}: {part['value']}" for part in chart["segments"])
        return
    axis = chart["axis_config"]
    yield " ".join(axis[key] for key in ("x_label", "y_label") if key in axis)
    for series in chart["series"]:
        points = ", ".join(f"{point['label']} {point['value']}" for point in series["data"])
        yield f"{series['name']}: {points}"


def _table(block: Json) -> Lines:
    yield block.get("caption", "")
    for row in block["rows"]:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"


def _cell(cell: Json) -> str:
    return read_blocks([cell]) if cell["type"] == "rich_text" else str(cell["text"])


def _card(block: Json) -> Lines:
    for key in ("hero_image", "icon"):
        if key in block:
            yield _element(block[key])
    for key in ("title", "subtitle", "body", "subtext"):
        if key in block:
            yield read_text(block[key])
    yield " ".join(_element(action) for action in block.get("actions", []))


def _carousel(block: Json) -> Lines:
    for card in block["elements"]:
        yield from _card(card)


def _container(block: Json) -> Lines:
    for key in ("title", "subtitle"):
        if key in block:
            yield read_text(block[key])
    if "rich_text_title" in block:
        yield from _rich_text(block["rich_text_title"])
    for child in block["child_blocks"]:
        yield from _read(child)


def _task(block: Json) -> Lines:
    yield f"{block['title']} ({block['status']})"
    for key in ("details", "output"):
        if key in block:
            yield from _rich_text(block[key])


def _plan(block: Json) -> Lines:
    yield str(block["title"])
    for task in block["tasks"]:
        yield from _task(task)


def _file(block: Json) -> Lines:
    yield f"[file {block['external_id']}]"


def _video(block: Json) -> Lines:
    yield read_text(block["title"])


def _nothing(_block: Json) -> Lines:
    yield ""


def _element(element: Json) -> str:
    """An element in a line: text as it is, a picture by its description, the rest in brackets."""
    kind = element["type"]
    if kind in {"plain_text", "mrkdwn"}:
        return read_text(element)
    if kind == "image":
        return f"[image: {element['alt_text']}]"
    if kind == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        return " ".join(f"[{button['text']['text']}]" for button in buttons)
    return f"[{_label(element)}]"


def _label(element: Json) -> str:
    """What a menu or a button shows: what is chosen, or else its text or its options."""
    chosen = element.get("initial_option") or element
    for key in ("text", "placeholder"):
        if key in chosen:
            return str(chosen[key]["text"])
    options = element.get("options", [])
    return ", ".join(option["text"]["text"] for option in options)


def _inline(part: Json) -> str:
    return "".join(_span(span) for span in part["elements"])


def _span(span: Json) -> str:
    if span["type"] == "link":
        return str(span.get("text", span["url"]))
    if span["type"] == "date":
        return str(span.get("fallback", span["format"]))
    before, key, after = SPANS[span["type"]]
    return f"{before}{span[key]}{after}"


READERS: dict[str, Callable[[Json], Lines]] = {
    "actions": _elements,
    "alert": _header,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context": _elements,
    "context_actions": _elements,
    "data_table": _table,
    "data_visualization": _chart,
    "divider": _nothing,
    "file": _file,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": _plan,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
    "task_card": _task,
    "video": _video,
}
