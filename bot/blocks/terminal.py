"""An answer and the catalogue for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.blocks import numbers
from bot.blocks.explaining import KINDS, definition
from bot.blocks.names import full_name, row_name, title
from bot.blocks.report import Report
from bot.blocks.sentences import running_line, spoken
from bot.blocks.small_print import small_print
from bot.blocks.summary import is_by_clock
from bot.blocks.table import Grid, grid
from bot.blocks.untrusted import name
from bot.blocks.why import why_grid, why_sentences, why_small_print, why_title
from storage.metrics.answer import Answer, Question, SegmentValues
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.explanation import Explanation
from storage.settings import Settings

if TYPE_CHECKING:
    # A review is worked out with pandas, which a list of metrics does not wait for.
    from bot.blocks.review import Piece

WIDTH = 80
SHORTEST_NAME = 8
MOST_TRENDS = 8
LEAST_POINTS = 2
_STEPS = "▁▂▃▄▅▆▇█"


def terminal_text(answer: Answer, narrowed: str = "") -> str:
    """The answer as text: sentences, an aligned table, the trend, and the small print."""
    said = " ".join(part for part in (narrowed, *spoken(answer)) if part)
    cells = grid(answer)
    has_figures = any(row.value is not None or row.withheld for row in answer.rows)
    parts = [
        title(answer),
        said,
        _table(cells) if has_figures and cells.rows else "",
        _trends(answer) if has_figures and not is_by_clock(answer) else "",
        running_line(answer),
        small_print(answer),
    ]
    return "\n\n".join(_wrapped(part) for part in parts if part)


def why_text(found: Explanation, question: Question) -> str:
    """Why a figure moved as text: sentences, the parts as a table, and the small print."""
    cells = why_grid(found, question)
    parts = [
        why_title(found),
        " ".join(why_sentences(found)),
        _table(cells) if cells.rows else "",
        why_small_print(found, cells),
    ]
    return "\n\n".join(_wrapped(part) for part in parts if part)


def report_text(report: Report, narrowed: str = "") -> str:
    """An insight as text: sentences, aligned tables, and the small print."""
    said = " ".join(part for part in (narrowed, *report.said) if part)
    tables = [_table(cells) for cells in report.tables]
    parts = [report.title, said, *tables, report.small_print]
    return "\n\n".join(_wrapped(part) for part in parts if part)


def pieces_text(pieces: Sequence[Piece]) -> str:
    """A review as text, its messages one below the other."""
    parts = [
        "\n".join(map(_wrapped, (each.title, *each.lines, each.small_print))).strip()
        for each in pieces
    ]
    return "\n\n".join(parts)


def metrics_text() -> str:
    """The catalogue, leading and lagging apart."""
    parts = []
    for kind, heading in KINDS.items():
        named = [_listed(metric) for metric in METRICS if metric.kind is kind]
        parts.append("\n".join([heading, *named]))
    return "\n\n".join(parts)


def metric_text(metric: Metric, settings: Settings) -> str:
    """What one metric means."""
    facts = [f"{heading}: {meaning}." for heading, meaning in definition(metric, settings)]
    lines = [full_name(metric), metric.description, *facts]
    return "\n".join(textwrap.fill(each, WIDTH, subsequent_indent="  ") for each in lines)


def _listed(metric: Metric) -> str:
    indent = " " * 6
    told = textwrap.fill(metric.description, WIDTH, initial_indent=indent, subsequent_indent=indent)
    return f"  {full_name(metric)}\n{told}"


def _wrapped(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        line if _width(line) <= WIDTH else textwrap.fill(line, WIDTH) for line in lines
    )


def _table(shown: Grid) -> str:
    """Aligned columns, names to the left; what is too wide for a line follows in a next table."""
    cells = [[_fitting(title) for title in shown.heading]]
    cells += [[cell.text for cell in row] for row in shown.rows]
    widths = _widths(cells, shown.names)
    tables = [
        _lines(cells, widths, columns, shown.names) for columns in _parts(widths, shown.names)
    ]
    if shown.left_out:
        tables.append(f"{shown.left_out} smaller rows are left out.")
    return "\n\n".join(tables)


def _lines(
    cells: Sequence[Sequence[str]], widths: Sequence[int], columns: Sequence[int], names: int
) -> str:
    lines = [
        "  ".join(_padded(row[i], widths[i], left=i < names) for i in columns).rstrip()
        for row in cells
    ]
    lines.insert(1, "-" * _room(widths, columns))
    return "\n".join(lines)


def _fitting(title: str) -> str:
    return name(title, WIDTH // 3)


def _widths(cells: Sequence[Sequence[str]], names: int) -> list[int]:
    """Column widths; names give way where the first figure needs the room."""
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    figure = widths[names] + 2 if len(widths) > names else 0
    room = max(SHORTEST_NAME, (WIDTH - figure) // max(names, 1) - 2)
    return [min(width, room) for width in widths[:names]] + widths[names:]


def _parts(widths: Sequence[int], names: int) -> list[list[int]]:
    """The columns of each table, the names in front of all of them."""
    parts = [list(range(names))]
    for column in range(names, len(widths)):
        if len(parts[-1]) > names and _room(widths, [*parts[-1], column]) > WIDTH:
            parts.append(list(range(names)))
        parts[-1].append(column)
    return parts


def _room(widths: Sequence[int], columns: Sequence[int]) -> int:
    return sum(widths[column] + 2 for column in columns) - 2


def _padded(text: str, width: int, *, left: bool) -> str:
    cut = text
    while _width(cut) > width:
        cut = cut[:-2] + "…"
    space = " " * (width - _width(cut))
    return cut + space if left else space + cut


def _width(text: str) -> int:
    """Columns that a text takes: wide characters two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _trends(answer: Answer) -> str:
    """A small line for each of the largest rows, oldest first; a dot is a period without data."""
    rows = sorted(answer.rows, key=lambda row: -row.n)[:MOST_TRENDS]
    kept = [row.segment for row in answer.rows if row in rows]
    drawn = [(_trend_name(segment, answer), _trend(segment, answer)) for segment in kept]
    lines = [f"{_padded(named, 24, left=True)}  {line}" for named, line in drawn if line]
    return "\n".join(["Trend, oldest first", *lines]) if lines else ""


def _trend_name(segment: SegmentValues, answer: Answer) -> str:
    return row_name(segment, answer) or answer.query.metric.abbreviation


def _trend(segment: SegmentValues, answer: Answer) -> str:
    """The steps, and the lowest and highest value among them: ``▁▂█  3 h to 5 h``."""
    values = [point.value for point in answer.trend if point.segment == segment]
    known = [value for value in values if value is not None]
    if len(known) < LEAST_POINTS:
        return ""
    low, high = min(known), max(known)
    steps = "".join("·" if value is None else _step(value, low, high) for value in values)
    return f"{steps}  {numbers.span(answer.query.metric.unit, low, high, answer.currency)}"


def _step(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return _STEPS[round(share * (len(_STEPS) - 1))]
