"""The one statement behind an explanation: two windows, grouped by each segment by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
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


def read_groups(
    connection: Connection, reading: Reading, groupings: Sequence[Grouping]
) -> dict[Grouping, pd.DataFrame]:
    """For each grouping a row for each of its segments: those, and ``FIGURES`` before and after.

    The reading's windows are two, the asked one and the one that it is compared with.
    ``total`` is the sum of the values, ``weight`` what it is divided by for a mean: the number of
    rows, or the sum of the weights of a ratio. ``squares``, ``weight_squares`` and ``cross`` are
    sums of their squares and products. What was not there is 0, and so are ``agents`` where they
    are not counted.
    """
    found = connection.execute(_statement(reading, groupings)).mappings().all()
    cells = pd.DataFrame([dict(row) for row in found], columns=_columns(reading))
    joined = _side_by_side(cells, ["level", *(segment.value for segment in reading.split_by)])
    return {
        grouping: _of_level(joined, _level(reading, grouping), reading.split_by, grouping)
        for grouping in groupings
    }


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
        *reading.segments(splitting),
        literal(1).label("value"),
        reading.behind(branch.table).label("behind"),
    ).where(
        and_(branch.where(reading.settings), branch.by < end),
        or_(counting.leaves.is_(None), counting.leaves >= end),
        *reading.conditions(splitting),
    )


def _columns(reading: Reading) -> list[str]:
    return ["window", *(segment.value for segment in reading.split_by), "level", *FIGURES]


def _level(reading: Reading, grouping: Grouping) -> int:
    """What SQL's GROUPING gives: a bit for each segment that a grouping leaves out."""
    bits = (segment not in grouping for segment in reading.split_by)
    return int("".join(str(int(bit)) for bit in bits) or "0", 2)


def _side_by_side(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """All groupings at once: what a grouping leaves out is missing, before as after."""
    now = cells["window"] == ASKED
    before, after = (part[[*keys, *FIGURES]] for part in (cells[~now], cells[now]))
    joined = before.merge(after, how="outer", on=keys, suffixes=("_before", "_after"))
    figures = dict.fromkeys((name for name in joined.columns if name not in keys), 0.0)
    return joined.fillna(figures).astype(dict.fromkeys(figures, float))


def _of_level(
    joined: pd.DataFrame, level: int, segments: Sequence[Segment], grouping: Grouping
) -> pd.DataFrame:
    left_out = [segment.value for segment in segments if segment not in grouping]
    found = joined[joined["level"] == level].drop(columns=["level", *left_out])
    return found.reset_index(drop=True)
