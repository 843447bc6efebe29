"""The one statement of a stock: what was open at each window's end, with its ages.

The rows are first counted into cells between cut points of the times they were opened and left
at; every figure is then a sum over few cells, however many windows there are.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.selectable import Select, Subquery

from storage.facts.dialect import seconds_between
from storage.metrics.definition import Counting, Statistic
from storage.metrics.reading import Reading
from storage.metrics.segments import naive
from storage.metrics.windows import Window

FLOW_AGENTS = "flow_agents"
AGE_DAYS = (1, 3, 7)
AGES = {
    Statistic.AGE_UNDER_1_DAY: (None, 1),
    Statistic.AGE_1_TO_3_DAYS: (1, 3),
    Statistic.AGE_3_TO_7_DAYS: (3, 7),
    Statistic.AGE_OVER_7_DAYS: (7, None),
}


def stock_statement(reading: Reading) -> Select[Any]:
    """One row a segment: the segments, then figures named by ``figure_name``.

    ``n`` is what was open at each window's end, ``agents`` and ``FLOW_AGENTS`` those behind it and
    behind what came and went, where they are counted; the statistics of the metric's asides are
    given for the windows that are shown.
    """
    cells = _Cells.of(reading)
    figures = [f for window in reading.windows.all for f in _open_figures(reading, cells, window)]
    statistics = [a.statistic for a in reading.query.metric.asides if a.statistic]
    figures += [
        _statistic(cells, statistic, window).label(figure_name(statistic.value, window.number))
        for window in reading.windows.shown
        for statistic in statistics
    ]
    if reading.count_agents:
        figures += [_flow_agents(cells, window) for window in reading.windows.shown]
    segments = [cells.rows.c[segment.value] for segment in reading.split_by]
    return select(*segments, *figures).group_by(*segments)


def figure_name(name: str, window: int) -> str:
    """Example: ``n`` of the running window is ``n_back_-1``."""
    return f"{name}_back_{window}"


@dataclass(frozen=True, slots=True)
class _Cells:
    """Counts by segment, and by the cut points that the opening and the leaving lie between."""

    rows: Subquery
    cuts: list[datetime]

    @classmethod
    def of(cls, reading: Reading) -> _Cells:
        cuts = _cuts(reading)
        return cls(_counted(reading, cuts), cuts)

    def opened_before(self, instant: datetime) -> ColumnElement[bool]:
        return self._before("opened", instant)

    def left_before(self, instant: datetime) -> ColumnElement[bool]:
        return self._before("has_left", instant)

    def open_at(self, instant: datetime) -> ColumnElement[bool]:
        return and_(self.opened_before(instant), ~self.left_before(instant))

    def count(self, *conditions: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.coalesce(func.sum(self.rows.c.n).filter(and_(*conditions)), 0)

    def _before(self, name: str, instant: datetime) -> ColumnElement[bool]:
        return self.rows.c[name] <= bisect_left(self.cuts, instant)


def _cuts(reading: Reading) -> list[datetime]:
    """Every instant that a figure asks about, in order."""
    shown = reading.windows.shown
    ages = {window.end - timedelta(days=days) for window in shown for days in AGE_DAYS}
    ends = {window.end for window in reading.windows.all}
    return sorted(ends | ages | {window.start for window in shown})


def _counted(reading: Reading, cuts: list[datetime]) -> Subquery:
    counting = reading.query.metric.counting
    (branch,) = counting.branches
    splitting = reading.splitting(branch.by, reading.windows.all)
    source = splitting.joined(branch.table, reading.asked_segments)
    leaves = _leaves(counting)
    groups = [
        *reading.segments(splitting),
        _cell(branch.by, cuts).label("opened"),
        case((leaves.is_(None), len(cuts)), else_=_cell(leaves, cuts)).label("has_left"),
        *([reading.behind(branch.table).label("behind")] if reading.count_agents else []),
    ]
    return (
        select(*groups, func.count().label("n"), func.min(branch.by).label("oldest"))
        .select_from(source)
        .where(
            branch.where(reading.settings),
            branch.by < naive(cuts[-1]),
            or_(leaves.is_(None), leaves >= naive(cuts[0])),
            *reading.conditions(splitting),
        )
        .group_by(*groups)
        .subquery()
    )


def _cell(time: Column[Any], cuts: list[datetime]) -> ColumnElement[int]:
    """How many cut points lie at or before a time."""
    return case(*((time < naive(cut), number) for number, cut in enumerate(cuts)), else_=len(cuts))


def _open_figures(reading: Reading, cells: _Cells, window: Window) -> list[ColumnElement[Any]]:
    is_open = cells.open_at(window.end)
    figures: list[ColumnElement[Any]] = [
        cells.count(is_open).label(figure_name("n", window.number))
    ]
    if reading.count_agents:
        agents = func.count(distinct(cells.rows.c.behind)).filter(is_open)
        figures.append(agents.label(figure_name("agents", window.number)))
    return figures


def _flow_agents(cells: _Cells, window: Window) -> ColumnElement[Any]:
    """The agents behind the contacts that were opened or left in a window."""
    opened = and_(cells.opened_before(window.end), ~cells.opened_before(window.start))
    left = and_(cells.left_before(window.end), ~cells.left_before(window.start))
    agents = func.count(distinct(cells.rows.c.behind)).filter(or_(opened, left))
    return agents.label(figure_name(FLOW_AGENTS, window.number))


def _statistic(cells: _Cells, statistic: Statistic, window: Window) -> ColumnElement[Any]:
    is_open = cells.open_at(window.end)
    if statistic is Statistic.NET_FLOW:
        opened = cells.count(cells.opened_before(window.end), ~cells.opened_before(window.start))
        return opened - cells.count(cells.left_before(window.end), ~cells.left_before(window.start))
    if statistic is Statistic.OLDEST_AGE:
        oldest = func.min(cells.rows.c.oldest).filter(is_open)
        return seconds_between(oldest, cast(literal(naive(window.end)), DateTime))
    youngest_days, oldest_days = AGES[statistic]
    conditions = [is_open]
    if youngest_days is not None:
        conditions.append(cells.opened_before(window.end - timedelta(days=youngest_days)))
    if oldest_days is not None:
        conditions.append(~cells.opened_before(window.end - timedelta(days=oldest_days)))
    return cells.count(*conditions)


def _leaves(counting: Counting) -> Column[Any]:
    if counting.leaves is None:
        raise ValueError("only a stock is left")
    return counting.leaves
