"""The figures by segment, as cells: one grid for Slack's tables, for text and for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slackblocks import (
    ColumnSettings,
    DataTableBlock,
    RawNumber,
    RawText,
    RichTextBlock,
    RichTextObject,
    TableBlock,
)

from bot.blocks import numbers
from bot.blocks.clauses import counts, verdict
from bot.blocks.goals import beside
from bot.blocks.names import row_name, shown_segments, value_name
from bot.blocks.small_print import is_unsure, mark_of
from bot.request.segments import label
from storage.metrics.answer import Answer, Change, Row
from storage.metrics.definition import Aside, Metric, Statistic

MOST_ROWS = 99
"""Slack takes 100 rows, and one of them is the heading."""
HANDFUL = 10
PAGE_SIZE = 10
ROOM_FOR_NAMES = 90
"""Characters of a row's names together, so that 99 rows stay within a data table's 20,000."""

MARKS = {Change.UP: "↑", Change.DOWN: "↓", Change.FLAT: "●", Change.UNCLEAR: "◌"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; ``number`` is what it is sorted by, None for text."""

    text: str
    number: float | None = None


Column = tuple[str, Callable[[Row], Cell]]
"""A column's heading, and what it shows of a row."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A heading and rows of cells; ``names`` is how many columns at the left are text."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    names: int
    left_out: int


def grid(answer: Answer) -> Grid:
    """The table of an answer; of too many rows those with the largest samples are kept."""
    kept = _largest(answer.rows)
    columns = _columns(answer, kept)
    if len(kept) == 1:
        return _upright(kept[0], columns, answer)
    segments = [kind for kind, _ in shown_segments(kept[0].segment, answer)] if kept else []
    rows = tuple(
        (*_names(row, answer, len(segments)), *(show(row) for _, show in columns)) for row in kept
    )
    heading = (*(label(segment) for segment in segments), *(title for title, _ in columns))
    return Grid(heading, rows, len(segments), len(answer.rows) - len(kept))


def _upright(row: Row, columns: Sequence[Column], answer: Answer) -> Grid:
    """A single row as lines of two cells, which a phone shows without scrolling."""
    (title, show), *others = columns
    heading = (", ".join(filter(None, (title, row_name(row.segment, answer)))), show(row).text)
    lines = [(Cell(title), show(row)) for title, show in others]
    if row.value is not None and row.previous and not _is_told(row, answer):
        lines.insert(1, (Cell("difference"), _difference(row, answer.query.metric)))
    rows = tuple(line for line in lines if line[1].text != numbers.NO_VALUE)
    return Grid(heading, rows, 1, 0)


def _is_told(row: Row, answer: Answer) -> bool:
    """Whether the difference is among the asides: of a stock it is the net flow of the period."""
    asides = answer.query.metric.asides
    flow = [aside.key for aside in asides if aside.statistic is Statistic.NET_FLOW]
    has_flow = any(row.asides.get(key) is not None for key in flow)
    return has_flow and not answer.query.period.contains(answer.asked_at)


def table_block(shown: Grid, caption: str) -> TableBlock | DataTableBlock:
    """A handful of rows as a table, more as one that can be paged and sorted."""
    return paged(shown, caption) if len(shown.rows) > HANDFUL else plain(shown)


def plain(shown: Grid) -> TableBlock:
    """All rows at once; a message takes one such table."""
    rows: list[list[RawText | RichTextObject]] = [[RawText(title) for title in shown.heading]]
    rows += ([RawText(cell.text) for cell in row] for row in shown.rows)
    settings = [
        ColumnSettings(align="left" if column < shown.names else "right", is_wrapped=True)
        for column in range(len(shown.heading))
    ]
    return TableBlock(rows, settings)


def paged(shown: Grid, caption: str) -> DataTableBlock:
    rows: list[list[RawText | RawNumber | RichTextBlock]] = [
        [RawText(title) for title in shown.heading]
    ]
    rows += ([_raw(cell) for cell in row] for row in shown.rows)
    return DataTableBlock(rows, caption, PAGE_SIZE)


def _raw(cell: Cell) -> RawText | RawNumber:
    return RawText(cell.text) if cell.number is None else RawNumber(cell.number, cell.text)


def _largest(rows: Sequence[Row]) -> list[Row]:
    kept = sorted(range(len(rows)), key=lambda index: -rows[index].n)[:MOST_ROWS]
    return [rows[index] for index in sorted(kept)]


def _names(row: Row, answer: Answer, columns: int) -> list[Cell]:
    room = ROOM_FOR_NAMES // max(columns, 1)
    return [
        Cell(value_name(segment, value, answer.agent_names, room))
        for segment, value in shown_segments(row.segment, answer)
    ]


def _columns(answer: Answer, rows: Sequence[Row]) -> list[Column]:
    metric = answer.query.metric
    optional: list[tuple[bool, Column]] = [
        (any(row.target for row in rows), ("target", lambda row: Cell(beside(row, metric)))),
        (any(row.usual_range for row in rows), ("usual range", lambda row: _usual(row, metric))),
        (not counts(metric), (metric.noun, _sample)),
        (any(is_unsure(row) for row in rows), ("likely range", lambda row: _likely(row, metric))),
        *((_has(aside, rows), _aside(aside, answer)) for aside in metric.asides),
    ]
    runs = answer.query.period.contains(answer.asked_at)
    return [
        (_heading(answer), lambda row: _value(row, metric)),
        ("same stretch before" if runs else "before", lambda row: _before(row, metric)),
        *(column for wanted, column in optional if wanted),
    ]


def _heading(answer: Answer) -> str:
    """The metric, with the currency of money."""
    short = answer.query.metric.abbreviation
    return f"{short} ({answer.currency})" if answer.currency else short


def _value(row: Row, metric: Metric) -> Cell:
    """``71.2 % ↓ worse``."""
    if row.withheld:
        return Cell("withheld")
    if row.value is None:
        return Cell("no data")
    shown = numbers.value(metric.unit, row.value, row.n)
    return Cell(f"{shown} {marked(row, metric)}".strip(), row.value)


def marked(row: Row, metric: Metric) -> str:
    """``↓ worse``; ``high, worse`` where it is out of the usual but came down from before.

    A change goes by the usual values, and an arrow is read against the value before.
    """
    change, judged = mark_of(row), verdict(metric, row.change)
    if change is None:
        return judged
    if change in {Change.UP, Change.DOWN} and _goes_the_other_way(row):
        side = "high" if change is Change.UP else "low"
        return f"{side}, {judged}" if judged else side
    return f"{MARKS[change]} {judged}".strip()


def _goes_the_other_way(row: Row) -> bool:
    before = row.previous.value if row.previous else None
    if before is None or row.value is None:
        return False
    return (row.value > before) is not (row.change is Change.UP)


def _before(row: Row, metric: Metric) -> Cell:
    if row.previous is None or row.previous.value is None:
        return Cell(numbers.NO_VALUE)
    shown = numbers.value(metric.unit, row.previous.value, row.previous.n)
    return Cell(shown, row.previous.value)


def _difference(row: Row, metric: Metric) -> Cell:
    after, before = row.value or 0.0, (row.previous and row.previous.value) or 0.0
    n = min(row.n, row.previous.n if row.previous else 0)
    return Cell(numbers.difference(metric.unit, after, before, n))


def _usual(row: Row, metric: Metric) -> Cell:
    return _span(row.usual_range, metric)


def _span(bounds: tuple[float, float] | None, metric: Metric) -> Cell:
    return Cell(numbers.span(metric.unit, *bounds) if bounds else numbers.NO_VALUE)


def _likely(row: Row, metric: Metric) -> Cell:
    return _span(row.interval, metric)


def _sample(row: Row) -> Cell:
    return Cell(numbers.NO_VALUE) if row.withheld else Cell(numbers.count(row.n), row.n)


def _has(aside: Aside, rows: Sequence[Row]) -> bool:
    return any(row.asides.get(aside.key) is not None for row in rows)


def _aside(aside: Aside, answer: Answer) -> Column:
    """What is made of rows of its own says how few they are, or that not all of them have it."""
    smallest = answer.settings.smallest_sample(answer.query.metric.key)

    def show(row: Row) -> Cell:
        number = row.asides.get(aside.key)
        if aside.statistic is Statistic.NET_FLOW and number is not None:
            return Cell(numbers.difference(aside.unit, number, 0.0, row.n), number)
        n = row.aside_samples.get(aside.key, row.n)
        few = 0 < row.aside_samples.get(aside.key, 0) < smallest
        part = aside.is_business_time and number is not None and n != row.n
        told = f" (n = {numbers.count(n)})" if few or part else ""
        if is_unsure(row) and (bounds := row.aside_intervals.get(aside.key)):
            told = f" ({numbers.span(aside.unit, *bounds)})"
        return Cell(numbers.value(aside.unit, number, n) + told, number)

    return aside.name, show
