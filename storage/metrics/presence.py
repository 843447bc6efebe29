"""Customers counted by the days of their stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    String,
    Table,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CTE, FromClause, Select, Subquery

from storage.metrics.definition import Presence, Segment, WindowDays
from storage.metrics.reading import Reading
from storage.metrics.segments import COLUMN_NAMES
from storage.metrics.windows import Window
from storage.periods import local_day, local_midnight

LONG_AGO, FAR_AHEAD = date(1, 1, 1), date(9999, 12, 31)
UNKNOWN = date(1970, 1, 1)
"""Who is there without a first day has long been there."""


def stays_counted(
    reading: Reading, presence: Presence, layer: list[Window], *, is_alone: bool
) -> list[Select[Any]]:
    """Rows as ``presence_rows`` has them, each standing for ``times`` customers.

    Nearly every customer has one stay. Those are first counted into cells between the days that
    the windows begin and end on; only the others are looked at one by one.
    """
    several = select(_with_several_stays(presence.table, presence.who).c[presence.who])
    stays = _stays_of_several(presence.table, presence.who)
    one_by_one = presence_rows(reading, presence, layer, is_alone=is_alone, stays=stays)
    return [
        one_by_one.add_columns(literal(1).label("times")),
        _in_cells(reading, presence, layer, several, is_alone=is_alone),
    ]


@cache
def _with_several_stays(table: Table, who: str) -> CTE:
    """One and the same for all parts of a statement, so that it is worked out once.

    Metrics that count the stays of one table share it; others in the statement have their own.
    """
    found = select(table.c[who]).group_by(table.c[who]).having(func.count() > 1)
    return found.cte(f"{table.name}_with_several_stays").prefix_with("MATERIALIZED")


@cache
def _stays_of_several(table: Table, who: str) -> CTE:
    """Found before they are joined with windows, which makes many rows of each."""
    several = select(_with_several_stays(table, who).c[who])
    stays = select(table).where(table.c[who].in_(several))
    return stays.cte(f"{table.name}_stays_of_several").prefix_with("MATERIALIZED")


def presence_rows(
    reading: Reading,
    presence: Presence,
    layer: list[Window],
    *,
    is_alone: bool,
    stays: FromClause | None = None,
) -> Select[Any]:
    """One row a window and customer, of some stays or all; nobody counts as behind it.

    Alone, what a customer is worth is the row's value; beside other rows it is their weight.
    """
    table = presence.table if stays is None else stays
    first_day: Any = table.c[presence.since]
    splitting = reading.splitting(first_day, layer)
    windows = _windows(layer, reading.timezone)
    days = _days(windows)
    segments = reading.segments(splitting)
    worth = (func.min if presence.lowest else func.max)(presence.value(table.c, days))
    return (
        select(
            windows.c.number.label("window"),
            *(func.min(each).label(each.name) for each in segments),
            *_worth(worth, is_alone=is_alone),
            literal(0).label("derived"),
            cast(null(), String).label("behind"),
        )
        .select_from(table.join(windows, since(presence, table) < windows.c.after_day))
        .where(*reading.conditions(splitting))
        .group_by(windows.c.number, table.c[presence.who])
        .having(func.max(case((presence.counts(table.c, days), 1), else_=0)) == 1)
    )


def _in_cells(
    reading: Reading,
    presence: Presence,
    layer: list[Window],
    several: Select[Any],
    *,
    is_alone: bool,
) -> Select[Any]:
    cells = _cells(reading, presence, layer, several)
    windows = _windows(layer, reading.timezone)
    days = _days(windows)
    return (
        select(
            windows.c.number.label("window"),
            *(cells.c[segment.value] for segment in reading.split_by),
            *_worth(presence.value(cells.c, days), is_alone=is_alone),
            literal(0).label("derived"),
            cast(null(), String).label("behind"),
            cells.c.times,
        )
        .select_from(cells.join(windows, cells.c[presence.since] < windows.c.after_day))
        .where(presence.counts(cells.c, days))
    )


def _cells(
    reading: Reading, presence: Presence, layer: list[Window], several: Select[Any]
) -> Subquery:
    """Customers by segments and by the days asked about that their stay lies between.

    A start is moved back to the last such day and an end on to the next one, so that each lies on
    the same side of every one of them as before.
    """
    table = presence.table
    cuts = sorted({day for window in layer for day in days_of(window, reading.timezone)})
    segments = [_own(table, segment).label(segment.value) for segment in reading.split_by]
    first_day = _moved(since(presence, table), cuts, back=True).label(presence.since)
    after_last = _moved(table.c[presence.until], cuts, back=False).label(presence.until)
    filters = (_own(table, chosen.segment).in_(chosen.values) for chosen in reading.query.filters)
    return (
        select(*segments, first_day, after_last, func.count().label("times"))
        .where(table.c[presence.who].not_in(several), *filters)
        .group_by(*segments, first_day, after_last)
        .subquery("cells")
    )


def _own(table: FromClause, segment: Segment) -> ColumnElement[Any]:
    """A segment of the only stay of a customer or agent."""
    is_theirs = segment is Segment.CUSTOMER_SEGMENT
    return table.c["segment" if is_theirs else COLUMN_NAMES.get(segment, segment.value)]


def since(presence: Presence, stays: FromClause) -> ColumnElement[Any]:
    """The first day of stays."""
    day: Any = stays.c[presence.since]
    return func.coalesce(day, _date(UNKNOWN)) if day.nullable else day


def _moved(day: ColumnElement[Any], cuts: Sequence[date], *, back: bool) -> ColumnElement[Any]:
    """Example: with cuts on the 1st and the 8th, the 3rd moves back to the 1st or on to the 8th."""
    unknown = (day.is_(None), cast(null(), Date))
    if back:
        before = [LONG_AGO, *cuts]
        steps = [(day < cut, _date(edge)) for cut, edge in zip(cuts, before, strict=False)]
        return case(unknown, *steps, else_=_date(cuts[-1]))
    return case(unknown, *((day <= cut, _date(cut)) for cut in cuts), else_=_date(FAR_AHEAD))


def _date(day: date) -> ColumnElement[date]:
    return cast(literal(day), Date)


def _worth(worth: ColumnElement[Any], *, is_alone: bool) -> list[ColumnElement[Any]]:
    if is_alone:
        return [worth.label("value")]
    return [cast(null(), Double).label("value"), worth.label("weight")]


def days_of(window: Window, timezone: str) -> tuple[date, date, date]:
    """The local days of a window's start and end, and the first day that is wholly after it."""
    last = local_day(window.end, timezone)
    ends_within = local_midnight(last, timezone) < window.end
    return local_day(window.start, timezone), last, last + timedelta(days=ends_within)


def _windows(layer: list[Window], timezone: str) -> Subquery:
    selects = []
    for window in layer:
        first, last, after = map(_date, days_of(window, timezone))
        selects.append(
            select(
                literal(window.number).label("number"),
                first.label("first_day"),
                last.label("last_day"),
                after.label("after_day"),
            )
        )
    return union_all(*selects).subquery("windows")


def _days(windows: Subquery) -> WindowDays:
    return WindowDays(windows.c.first_day, windows.c.last_day, windows.c.after_day)
