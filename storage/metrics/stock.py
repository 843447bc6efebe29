"""The one statement of a stock: what was open at each window's end, with its ages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    and_,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.selectable import Select

from storage.facts.dialect import seconds_between
from storage.facts.tables import contacts
from storage.metrics.definition import Counting, Statistic
from storage.metrics.reading import Reading
from storage.metrics.segments import naive
from storage.metrics.windows import Window

AGES = {
    Statistic.AGE_UNDER_1_DAY: (0, 1),
    Statistic.AGE_1_TO_3_DAYS: (1, 3),
    Statistic.AGE_3_TO_7_DAYS: (3, 7),
    Statistic.AGE_OVER_7_DAYS: (7, None),
}


def stock_statement(reading: Reading) -> Select[Any]:
    """One row a segment: the segments, then figures named by ``figure_name``.

    ``n`` is what was open at each window's end, ``agents`` those behind it where they are counted,
    and the statistics of the metric's asides are given for the windows that are shown.
    """
    counting, windows = reading.query.metric.counting, reading.windows.all
    (branch,) = counting.branches
    splitting = reading.splitting(counting, windows)
    segments = reading.segments(splitting)
    figures = [figure for window in windows for figure in _open_figures(reading, window)]
    figures += [f for window in reading.windows.shown for f in _aside_figures(reading, window)]
    leaves = _leaves(counting)
    return (
        select(*segments, *figures)
        .where(
            branch.where(reading.settings),
            counting.by < naive(max(window.end for window in windows)),
            or_(leaves.is_(None), leaves >= naive(min(window.start for window in windows))),
            *reading.conditions(splitting, counting),
        )
        .group_by(*segments)
    )


def figure_name(name: str, window: int) -> str:
    """Example: ``n`` of the running window is ``n_back_-1``."""
    return f"{name}_back_{window}"


def _open_figures(reading: Reading, window: Window) -> list[ColumnElement[Any]]:
    is_open = _open_at(reading.query.metric.counting, window.end)
    figures: list[ColumnElement[Any]] = [
        func.count().filter(is_open).label(figure_name("n", window.number))
    ]
    if reading.count_agents:
        agents = func.count(distinct(contacts.c.agent_id)).filter(is_open)
        figures.append(agents.label(figure_name("agents", window.number)))
    return figures


def _aside_figures(reading: Reading, window: Window) -> list[ColumnElement[Any]]:
    counting = reading.query.metric.counting
    statistics = [aside.statistic for aside in reading.query.metric.asides if aside.statistic]
    return [
        _statistic(counting, statistic, window).label(figure_name(statistic.value, window.number))
        for statistic in statistics
    ]


def _statistic(counting: Counting, statistic: Statistic, window: Window) -> ColumnElement[Any]:
    is_open = _open_at(counting, window.end)
    if statistic is Statistic.NET_FLOW:
        leaves = _leaves(counting)
        return func.count().filter(_in_window(counting.by, window)) - func.count().filter(
            _in_window(leaves, window)
        )
    if statistic is Statistic.OLDEST_AGE:
        oldest = func.min(counting.by).filter(is_open)
        return seconds_between(oldest, _instant(window.end))
    youngest_days, oldest_days = AGES[statistic]
    bounds = [is_open, counting.by <= naive(window.end - timedelta(days=youngest_days))]
    if oldest_days is not None:
        bounds.append(counting.by > naive(window.end - timedelta(days=oldest_days)))
    return func.count().filter(and_(*bounds))


def _instant(instant: datetime) -> ColumnElement[datetime]:
    return cast(literal(naive(instant)), DateTime)


def _in_window(time: Column[Any], window: Window) -> ColumnElement[bool]:
    return and_(time >= naive(window.start), time < naive(window.end))


def _open_at(counting: Counting, end: datetime) -> ColumnElement[bool]:
    leaves = _leaves(counting)
    return and_(counting.by < naive(end), or_(leaves.is_(None), leaves >= naive(end)))


def _leaves(counting: Counting) -> Column[Any]:
    if counting.leaves is None:
        raise ValueError("only a stock is left")
    return counting.leaves
