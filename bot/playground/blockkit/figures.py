"""Charts and tables."""

from __future__ import annotations

from typing import Any

from bot.playground.blockkit.composition import BLOCK_ID, RICH_TEXT
from bot.playground.blockkit.schema import (
    Flag,
    ListOf,
    Number,
    OneOf,
    Problem,
    Problems,
    Rule,
    Shape,
    String,
    typed,
)

DATA_TABLE_CHARACTERS = 20_000

_LABEL = String(20)
_POINT = Shape({"label": _LABEL, "value": Number()}, required=("label", "value"))
_SEGMENT = Shape({"label": _LABEL, "value": Number(above=0)}, required=("label", "value"))
_SERIES = Shape({"name": _LABEL, "data": ListOf(_POINT, 20)}, required=("name", "data"))
_AXIS = Shape(
    {"categories": ListOf(_LABEL, 20), "x_label": String(50), "y_label": String(50)},
    required=("categories",),
)


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _check_labels(chart: dict[str, Any], pointer: str) -> Problems:
    """Series are told apart, and each has one point for every category."""
    categories = chart["axis_config"]["categories"]
    for name in sorted(_repeated(categories)):
        yield Problem(f"{pointer}/axis_config/categories", f"duplicate category: {name}")
    for name in sorted(_repeated([series["name"] for series in chart["series"]])):
        yield Problem(f"{pointer}/series", f"duplicate series name: {name}")
    for position, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            reason = "labels must match the axis categories"
            yield Problem(f"{pointer}/series/{position}/data", reason)


def _axis_chart(kind: str) -> Shape:
    fields: dict[str, Rule] = {"series": ListOf(_SERIES, 6), "axis_config": _AXIS}
    shape = typed(kind, fields, ("series", "axis_config"))
    return Shape(shape.fields, shape.required, checks=(_check_labels,))


CHART = OneOf(
    {
        "line": _axis_chart("line"),
        "bar": _axis_chart("bar"),
        "area": _axis_chart("area"),
        "pie": typed("pie", {"segments": ListOf(_SEGMENT, 6)}, ("segments",)),
    }
)
DATA_VISUALIZATION = typed(
    "data_visualization",
    {"block_id": BLOCK_ID, "title": String(50), "chart": CHART},
    ("title", "chart"),
)

_RAW_TEXT = typed("raw_text", {"text": String(), "emoji": Flag()}, ("text",))
_RAW_NUMBER = typed("raw_number", {"value": Number(), "text": String()}, ("value", "text"))
_CELL = OneOf({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT})
_ROW = ListOf(_CELL, 20)

TABLE = typed(
    "table",
    {
        "block_id": BLOCK_ID,
        "rows": ListOf(_ROW, 100),
        "column_settings": ListOf(
            Shape({"align": String(choices=("left", "center", "right")), "is_wrapped": Flag()}),
            20,
        ),
    },
    ("rows",),
)


def _check_rows(table: dict[str, Any], pointer: str) -> Problems:
    """All rows are as wide as the header, which holds no rich text."""
    header, *rows = table["rows"]
    for position, row in enumerate(rows, start=1):
        if len(row) != len(header):
            yield Problem(f"{pointer}/rows/{position}", "must have as many cells as the header")
    if any(cell["type"] == "rich_text" for cell in header):
        yield Problem(f"{pointer}/rows/0", "rich text is not allowed in the header")
    if table.get("row_header_column_index", 0) >= len(header):
        yield Problem(f"{pointer}/row_header_column_index", "value is out of range")


_DATA_TABLE = typed(
    "data_table",
    {
        "block_id": BLOCK_ID,
        "rows": ListOf(_ROW, 101, least=2),
        "caption": String(),
        "page_size": Number(1, 100, is_whole=True),
        "row_header_column_index": Number(0, is_whole=True),
    },
    ("rows", "caption"),
)
DATA_TABLE = Shape(_DATA_TABLE.fields, _DATA_TABLE.required, checks=(_check_rows,))


def characters(value: Any) -> int:
    """How much text there is in cells, rich text included."""
    if isinstance(value, list):
        return sum(characters(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(characters(item) for item in value.values())
