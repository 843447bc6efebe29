"""The rows that are counted in some windows: of one fact or of several, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Double,
    Integer,
    case,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause, Select, Subquery

from storage.metrics.definition import Branch, Counting
from storage.metrics.presence import days_of, stays_counted
from storage.metrics.reading import Reading
from storage.metrics.segments import naive
from storage.metrics.windows import Window

Bound = date | datetime
"""A local day for a fact that is kept by day, else a UTC instant as the tables hold it."""


def counted_rows(reading: Reading, counting: Counting, layer: list[Window]) -> Subquery:
    """The rows counted in windows that do not overlap, sorted by time.

    Columns: window (its number, NULL between two), the segments' keys, value, weight where the
    counting has one, derived (1 where later rows can still change the value), behind (the agent),
    and times (how many such rows there are) where customers are counted.
    """
    weighs = counting.present is not None or any(each.weight for each in counting.branches)
    selects = [
        branch_rows(reading, branch, layer, weighs=weighs) for branch in reading.branches(counting)
    ]
    if counting.present:
        selects = [each.add_columns(literal(1).label("times")) for each in selects]
        selects += stays_counted(reading, counting.present, layer, is_alone=not selects)
    return union_all(*selects).subquery() if len(selects) > 1 else selects[0].subquery()


def branch_rows(
    reading: Reading, branch: Branch, layer: list[Window], *, weighs: bool
) -> Select[Any]:
    """One branch's part of ``counted_rows``."""
    splitting = reading.splitting(branch.by, layer)
    bounds = [_bounds(branch.by, window, reading.timezone) for window in layer]
    weight = branch.weight(reading.settings) if branch.weight else cast(null(), Double)
    value, source = _worth(reading, branch)
    source = splitting.joined(source, reading.asked_segments)
    return (
        select(
            _window_number(branch.by, layer, bounds).label("window"),
            *reading.keys(splitting),
            value.label("value"),
            *([weight.label("weight")] if weighs else []),
            literal(int(branch.is_provisional)).label("derived"),
            reading.behind(branch.table).label("behind"),
        )
        .select_from(source)
        .where(
            branch.by >= bounds[0][0],
            branch.by < bounds[-1][1],
            branch.where(reading.settings),
            *reading.conditions(splitting),
        )
    )


def _worth(reading: Reading, branch: Branch) -> tuple[ColumnElement[Any], FromClause]:
    """What a row of a branch is worth, and what it is read from."""
    if branch.business and reading.business_time:
        return reading.business_time.between(branch.table, *branch.business)
    return branch.value(reading.settings), branch.table


def bounds_of(by: Column[Any], windows: tuple[Window, ...], timezone: str) -> tuple[Bound, Bound]:
    """What a time or day lies between to be in any of some windows."""
    found = [_bounds(by, window, timezone) for window in windows]
    return min(start for start, _ in found), max(end for _, end in found)


def _bounds(by: Column[Any], window: Window, timezone: str) -> tuple[Any, Any]:
    if isinstance(by.type, Date):
        days = days_of(window, timezone)
        return days[0], days[2]
    return naive(window.start), naive(window.end)


def _window_number(
    by: Column[Any], layer: list[Window], bounds: list[tuple[Any, Any]]
) -> ColumnElement[int]:
    """The number of the window that a time lies in; NULL in a gap between two."""
    steps: list[tuple[Bound, int | None]] = []
    reached: Bound | None = None
    for window, (start, end) in zip(layer, bounds, strict=True):
        if reached is not None and reached != start:
            steps.append((start, None))
        steps.append((end, window.number))
        reached = end
    return _number_before(by, steps)


def _number_before(by: Column[Any], steps: Sequence[tuple[Any, int | None]]) -> ColumnElement[Any]:
    """The number of the first step that a time lies before; it lies before the last of them.

    Sought by halves: a chain of comparisons would take longer than all else of a statement.
    """
    if len(steps) == 1:
        return literal(steps[0][1], Integer)
    earlier, later = steps[: len(steps) // 2], steps[len(steps) // 2 :]
    is_earlier = by < earlier[-1][0]
    return case((is_earlier, _number_before(by, earlier)), else_=_number_before(by, later))
