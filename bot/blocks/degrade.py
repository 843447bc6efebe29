"""The same message without a kind of block that a workspace refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from bot.blocks.message import ABOUT, LONGEST_TEXT, Json, Message
from bot.request.segments import label
from storage.metrics.definition import Segment

MOST_LINES = 30
CHARTS = frozenset({"data_visualization"})
TABLES = frozenset({"table", "data_table"})
_SEGMENT_LABELS = {label(segment) for segment in Segment}


def plainer_each(message: Message) -> Iterator[Message]:
    """The message as it is, then each time plainer; the last has no blocks to refuse."""
    yield message
    yield without(message, CHARTS)
    yield without(message, CHARTS | TABLES)
    yield Message(message.text)


def without(message: Message, kinds: Collection[str]) -> Message:
    """The message with the refused kinds of block told in words, or left out.

    A chart becomes its values in lines, a table a line for each row, a heading plain text. What
    can't be told, such as buttons, is left out; the text twin stays whole.
    """
    refused = set(kinds)
    blocks = [shown for block in message.blocks for shown in _instead(block, refused)]
    return Message(message.text, tuple(blocks))


def _instead(block: Json, refused: set[str]) -> list[Json]:
    kind = block["type"]
    if block.get("block_id") in {f"{ABOUT}{each}" for each in refused}:
        return []
    if kind not in refused:
        return [block]
    lines = list(_told(block))
    return [_plain(lines)] if lines and "section" not in refused else []


def _told(block: Json) -> Iterable[str]:
    match block["type"]:
        case "data_visualization":
            return _chart_lines(block)
        case "table" | "data_table":
            return _table_lines([[_cell(cell) for cell in row] for row in block["rows"]])
        case "header" | "rich_text" | "context":
            return [_flat(block)]
        case _:
            return []


def _chart_lines(block: Json) -> list[str]:
    """Each series with its values, oldest first."""
    axes = block["chart"]["axis_config"]
    first, last = axes["categories"][0], axes["categories"][-1]
    heading = f"{block['title']} ({axes['y_label']}; {axes['x_label']} {first} to {last})"
    return [heading, *(_series_line(series) for series in block["chart"]["series"])]


def _series_line(series: Json) -> str:
    values = [f"{point['value']:g}" for point in series["data"]]
    if len(set(values)) == 1:
        return f"{series['name']}: {values[0]}"
    return f"{series['name']}: {', '.join(values)}"


def _table_lines(rows: list[list[str]]) -> list[str]:
    """``phone: FCR 71.2 % ↓ worse, before 74.3 %, contacts 1,284``."""
    heading, *body = rows
    names = next((i for i, title in enumerate(heading) if title not in _SEGMENT_LABELS), 0)
    if not names and len(heading) == 2:
        return [f"{title}: {figure}" for title, figure in rows]
    lines = [_row_line(heading, row, names) for row in body]
    if len(lines) > MOST_LINES:
        hidden = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"{hidden} more rows are not shown."]
    return lines


def _row_line(heading: list[str], row: list[str], names: int) -> str:
    figures = zip(heading[names:], row[names:], strict=True)
    told = ", ".join(f"{title} {figure}" for title, figure in figures)
    return f"{', '.join(row[:names])}: {told}" if names else told


def _cell(cell: Json) -> str:
    return str(cell["text"]) if "text" in cell else _flat(cell)


def _flat(part: Any) -> str:
    """The text of anything nested."""
    if isinstance(part, list):
        return " ".join(filter(None, map(_flat, part)))
    if not isinstance(part, dict):
        return ""
    if isinstance(part.get("text"), str):
        return str(part["text"])
    return " ".join(filter(None, (_flat(each) for each in part.values())))


def _plain(lines: list[str]) -> Json:
    text = "\n".join(lines)
    shown = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return {"type": "section", "text": {"type": "plain_text", "text": shown, "emoji": False}}
