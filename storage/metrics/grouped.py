"""The one statement behind an explanation: two windows, grouped by each segment by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import CTE, Select, Subquery

from storage.metrics.definition import Aggregation, Segment
from storage.metrics.flow import gathered
from storage.metrics.reading import Reading
from storage.metrics.rows import counted_rows
from storage.metrics.segments import naive
from storage.metrics.windows import ASKED, Window

Grouping = tuple[Segment, ...]
"""Segments that rows are grouped by together; none for the total."""

SUMS = ("n", "total", "weight", "squares", "weight_squares", "cross")
FIGURES = (*SUMS, "agents")


@dataclass(frozen=True, slots=True)
class Sums:
    """What was counted in one window.

    ``total`` is the sum of the values, ``weight`` what it is divided by for a mean: the number of
    rows, or the sum of the weights of a ratio. ``squares``, ``weight_squares`` and ``cross`` are
    sums of their squares and products. What was not there is 0, and so are ``agents`` where they
    are not counted.
    """

    n: float = 0.0
    total: float = 0.0
    weight: float = 0.0
    squares: float = 0.0
    weight_squares: float = 0.0
    cross: float = 0.0
    agents: float = 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one value of each segment of a grouping, before and after."""

    values: tuple[str | None, ...]
    before: Sums
    after: Sums
    is_folded: bool = False

    @property
    def times(self) -> tuple[Sums, Sums]:
        return self.before, self.after


def read_groups(
    connection: Connection, reading: Reading, groupings: Sequence[Grouping]
) -> dict[Grouping, list[Group]]:
    """For each grouping its groups, by their values in order.

    The reading's windows are two, the asked one and the one that it is compared with.
    """
    levels = {_level(reading, grouping): grouping for grouping in groupings}
    cells: dict[Grouping, dict[tuple[str | None, ...], dict[bool, Sums]]]
    cells = {grouping: {} for grouping in groupings}
    for row in connection.execute(_statement(reading, groupings)).mappings():
        grouping = levels[row["level"]]
        values = tuple(row[segment.value] for segment in grouping)
        cells[grouping].setdefault(values, {})[row["window"] == ASKED] = _sums(row)
    return {grouping: _side_by_side(found) for grouping, found in cells.items()}


def _statement(reading: Reading, groupings: Sequence[Grouping]) -> Select[Any]:
    """Sums of the few cells that the rows fall into: so the rows are gone through once."""
    cells = _cells(reading)
    segments = [cells.c[segment.value] for segment in reading.split_by]
    agents = func.count(distinct(cells.c.behind)) if reading.count_agents else literal(0)
    sets = [
        tuple_(cells.c.window, *(cells.c[segment.value] for segment in grouping))
        for grouping in groupings
    ]
    found = select(
        cells.c.window,
        *segments,
        func.grouping(*segments).label("level"),
        *(func.sum(cells.c[name]).label(name) for name in SUMS),
        agents.label("agents"),
    ).group_by(func.grouping_sets(*sets))
    return select(gathered(found))


def _cells(reading: Reading) -> CTE:
    """The rows summed up by window and all segments together, and by agents if they are counted."""
    rows = _rows(reading)
    value, weight = cast(rows.c.value, Double), _weight(rows)
    times: ColumnElement[Any] = rows.c.times if "times" in rows.c else literal(1)
    behind = [rows.c.behind] if reading.count_agents else []
    keys = [rows.c.window, *(rows.c[each.value] for each in reading.split_by), *behind]
    return (
        select(
            rows.c.window,
            *reading.texts(rows),
            *behind,
            func.sum(times).label("n"),
            func.sum(times * value).label("total"),
            func.sum(times * weight).label("weight"),
            func.sum(times * value * value).label("squares"),
            func.sum(times * weight * weight).label("weight_squares"),
            func.sum(times * value * weight).label("cross"),
        )
        .where(rows.c.window.is_not(None))
        .group_by(*keys)
        .cte()
    )


def _weight(rows: Subquery) -> ColumnElement[Any]:
    return cast(rows.c.weight if "weight" in rows.c else literal(1), Double)


def _rows(reading: Reading) -> Subquery:
    windows = sorted(reading.windows.all, key=lambda window: window.start)
    counting = reading.query.metric.counting
    if reading.query.metric.aggregation is Aggregation.STOCK:
        return union_all(*(_open_at_end(reading, window) for window in windows)).subquery()
    return counted_rows(reading, counting, windows)


def _open_at_end(reading: Reading, window: Window) -> Select[Any]:
    counting = reading.query.metric.counting
    if counting.leaves is None:
        raise ValueError("only a stock is left")
    (branch,) = counting.branches
    splitting = reading.splitting(branch.by, [window])
    end = naive(window.end)
    return select(
        literal(window.number).label("window"),
        *reading.keys(splitting),
        literal(1).label("value"),
        reading.behind(branch.table).label("behind"),
    ).where(
        and_(branch.where(reading.settings), branch.by < end),
        or_(counting.leaves.is_(None), counting.leaves >= end),
        *reading.conditions(splitting),
    )


def _level(reading: Reading, grouping: Grouping) -> int:
    """What SQL's GROUPING gives: a bit for each segment that a grouping leaves out."""
    bits = (segment not in grouping for segment in reading.split_by)
    return int("".join(str(int(bit)) for bit in bits) or "0", 2)


def _sums(row: Mapping[Any, Any]) -> Sums:
    return Sums(*(float(row[name] or 0) for name in FIGURES))


def _side_by_side(
    cells: Mapping[tuple[str | None, ...], Mapping[bool, Sums]],
) -> list[Group]:
    """Groups in the order of their values, unknown ones last."""
    return [
        Group(values, cells[values].get(False, Sums()), cells[values].get(True, Sums()))
        for values in sorted(cells, key=_unknown_last)
    ]


def _unknown_last(values: Iterable[str | None]) -> list[tuple[bool, str]]:
    return [(value is None, value or "") for value in values]
