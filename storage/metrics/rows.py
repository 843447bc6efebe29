"""The rows that are counted in some windows: of one fact or of several, one below the other."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Double,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import Select, Subquery

from storage.metrics.definition import Branch, Counting, Presence, WindowDays
from storage.metrics.reading import Reading
from storage.metrics.segments import naive
from storage.metrics.windows import Window
from storage.periods import local_day, local_midnight

Bound = date | datetime
"""A local day for a fact that is kept by day, else a UTC instant as the tables hold it."""


def counted_rows(reading: Reading, counting: Counting, layer: list[Window]) -> Subquery:
    """The rows counted in windows that do not overlap, sorted by time.

    Columns: window (its number, NULL between two), the segments, value, weight where the counting
    has one, derived (1 where the source did not give the value), behind (the agent).
    """
    weighs = counting.present is not None or any(each.weight for each in counting.branches)
    selects = [
        branch_rows(reading, branch, layer, weighs=weighs) for branch in reading.branches(counting)
    ]
    if counting.present:
        is_alone = not counting.branches
        selects.append(presence_rows(reading, counting.present, layer, is_alone=is_alone))
    return union_all(*selects).subquery() if len(selects) > 1 else selects[0].subquery()


def branch_rows(
    reading: Reading, branch: Branch, layer: list[Window], *, weighs: bool
) -> Select[Any]:
    """One branch's part of ``counted_rows``."""
    splitting = reading.splitting(branch.by, layer)
    bounds = [_bounds(branch.by, window, reading.timezone) for window in layer]
    weight = branch.weight(reading.settings) if branch.weight else cast(null(), Double)
    return select(
        _window_number(branch.by, layer, bounds).label("window"),
        *reading.segments(splitting),
        branch.value(reading.settings).label("value"),
        *([weight.label("weight")] if weighs else []),
        literal(int(branch.missing is not None)).label("derived"),
        reading.behind(branch.table).label("behind"),
    ).where(
        branch.by >= bounds[0][0],
        branch.by < bounds[-1][1],
        branch.where(reading.settings),
        *reading.conditions(splitting),
    )


def bounds_of(by: Column[Any], windows: tuple[Window, ...], timezone: str) -> tuple[Bound, Bound]:
    """What a time or day lies between to be in any of some windows."""
    found = [_bounds(by, window, timezone) for window in windows]
    return min(start for start, _ in found), max(end for _, end in found)


def _bounds(by: Column[Any], window: Window, timezone: str) -> tuple[Any, Any]:
    if isinstance(by.type, Date):
        days = _days(window, timezone)
        return days[0], days[2]
    return naive(window.start), naive(window.end)


def _days(window: Window, timezone: str) -> tuple[date, date, date]:
    """The local days of a window's start and end, and the first day that is wholly after it."""
    last = local_day(window.end, timezone)
    ends_within = local_midnight(last, timezone) < window.end
    return local_day(window.start, timezone), last, last + timedelta(days=ends_within)


def _window_number(
    by: Column[Any], layer: list[Window], bounds: list[tuple[Any, Any]]
) -> ColumnElement[int]:
    """The number of the window that a time lies in; NULL in a gap between two."""
    steps: list[tuple[ColumnElement[bool], Any]] = []
    reached: Bound | None = None
    for window, (start, end) in zip(layer, bounds, strict=True):
        if reached is not None and reached != start:
            steps.append((by < start, None))
        steps.append((by < end, window.number))
        reached = end
    return case(*steps)


def presence_rows(
    reading: Reading, presence: Presence, layer: list[Window], *, is_alone: bool
) -> Select[Any]:
    """Customers counted by their stays: one row a window and customer.

    Alone, what a customer is worth is the row's value; beside other rows it is their weight.
    """
    table = presence.table
    splitting = reading.splitting(table.c.started_on, layer)
    windows = _window_days(layer, reading.timezone)
    days = WindowDays(windows.c.first_day, windows.c.last_day, windows.c.after_day)
    segments = reading.segments(splitting)
    worth = (func.min if presence.lowest else func.max)(presence.value(days))
    figures = (
        [worth.label("value")]
        if is_alone
        else [cast(null(), Double).label("value"), worth.label("weight")]
    )
    return (
        select(
            windows.c.number.label("window"),
            *(func.min(each).label(each.name) for each in segments),
            *figures,
            literal(0).label("derived"),
            reading.behind(table).label("behind"),
        )
        .select_from(table.join(windows, table.c.started_on < windows.c.after_day))
        .where(*reading.conditions(splitting))
        .group_by(windows.c.number, table.c.customer_id)
        .having(func.max(case((presence.counts(days), 1), else_=0)) == 1)
    )


def _window_days(layer: list[Window], timezone: str) -> Subquery:
    selects = []
    for window in layer:
        first, last, after = (cast(literal(day), Date) for day in _days(window, timezone))
        selects.append(
            select(
                literal(window.number).label("number"),
                first.label("first_day"),
                last.label("last_day"),
                after.label("after_day"),
            )
        )
    return union_all(*selects).subquery("windows")
