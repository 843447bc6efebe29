"""The one statement of a flow: what was counted in each window, with its asides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Integer,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect, Select, Subquery

from storage.facts.dialect import order_statistic
from storage.metrics.definition import Aggregation, Counting, Metric, Statistic
from storage.metrics.reading import Reading
from storage.metrics.segments import naive
from storage.metrics.windows import Window, disjoint_layers

MEDIAN_GRID = tuple(step / 2 for step in range(-6, 7))
"""Standard errors of the rank at which a sample's middle is read, for its bootstrap."""

ROWS, DETAIL = "rows", "detail"
GRID = tuple(f"grid_{index}" for index in range(len(MEDIAN_GRID)))
COUNTS = ("n", "derived", "agents")
SPREAD = ("middle", "percentile_90", "low", "high", *GRID)

Figures = dict[str, ColumnElement[Any]]
FiguresOf = Callable[[Subquery], Figures]


def missing_statement(reading: Reading, counting: Counting) -> Select[Any] | None:
    """Whether any row lacks the value that a branch would derive; None where no branch derives."""
    conditions = [
        branch.missing(reading.settings) for branch in counting.branches if branch.missing
    ]
    if not conditions:
        return None
    start = min(window.start for window in reading.windows.all)
    end = max(window.end for window in reading.windows.all)
    bounds = (counting.by >= naive(start), counting.by < naive(end))
    return select(exists().where(*bounds, or_(*conditions)))


def flow_statement(reading: Reading) -> CompoundSelect[Any]:
    """Columns: part, window, the segments, ``COUNTS``, total, squares, and ``SPREAD`` where needed.

    A figure that a part does not have is NULL. The parts are ``ROWS`` (every window), ``DETAIL``
    (spread and percentiles, of the windows shown or compared with), and each aside that counts
    rows of its own, by its key.
    """
    metric, windows = reading.query.metric, reading.windows
    parts = _part(reading, ROWS, metric.counting, windows.all, _row_figures(reading))
    if _has_detail(metric):
        parts += _part(reading, DETAIL, metric.counting, windows.detailed, _detail_figures(metric))
    for aside in metric.asides:
        if aside.counting:
            figures_of = _counted_figures(reading)
            parts += _part(reading, aside.key, aside.counting, windows.shown, figures_of)
    return union_all(*parts)


def _part(
    reading: Reading,
    part: str,
    counting: Counting,
    windows: tuple[Window, ...],
    figures_of: FiguresOf,
) -> list[Select[Any]]:
    """A select for each layer of windows that do not overlap."""
    layers = (counted_rows(reading, counting, layer) for layer in disjoint_layers(windows))
    return [_grouped(reading, part, rows, figures_of(rows)) for rows in layers]


def _grouped(reading: Reading, part: str, rows: Subquery, figures: Figures) -> Select[Any]:
    groups = [rows.c.window, *(rows.c[segment.value] for segment in reading.split_by)]
    counts = [_figure(figures, name, Integer) for name in COUNTS]
    spread = SPREAD if _has_detail(reading.query.metric) else ()
    measures = [_figure(figures, name, Double) for name in ("total", "squares", *spread)]
    return select(literal(part).label("part"), *groups, *counts, *measures).group_by(*groups)


def _figure(
    figures: Figures, name: str, kind: type[Integer] | type[Double[float]]
) -> ColumnElement[Any]:
    return figures.get(name, cast(null(), kind)).label(name)


def counted_rows(reading: Reading, counting: Counting, layer: list[Window]) -> Subquery:
    """The rows counted in one layer of windows: window, segments, value, derived, agent."""
    splitting = reading.splitting(counting, layer)
    branches = [
        select(
            _window_number(counting.by, layer).label("window"),
            *reading.segments(splitting),
            branch.value(reading.settings).label("value"),
            literal(int(branch.missing is not None)).label("derived"),
            reading.behind.label("behind"),
        ).where(
            counting.by >= naive(layer[0].start),
            counting.by < naive(layer[-1].end),
            branch.where(reading.settings),
            *reading.conditions(splitting, counting),
        )
        for branch in reading.branches(counting)
    ]
    return union_all(*branches).subquery() if len(branches) > 1 else branches[0].subquery()


def _window_number(by: Column[Any], layer: list[Window]) -> ColumnElement[int]:
    """The number of the window that a time lies in; NULL in a gap between two."""
    steps: list[tuple[ColumnElement[bool], Any]] = []
    reached: datetime | None = None
    for window in layer:
        if reached is not None and reached < window.start:
            steps.append((by < naive(window.start), None))
        steps.append((by < naive(window.end), window.number))
        reached = window.end
    return case(*steps)


def _counted_figures(reading: Reading) -> FiguresOf:
    def figures_of(rows: Subquery) -> Figures:
        figures: Figures = {"n": func.count(), "total": func.sum(rows.c.value)}
        if reading.count_agents:
            figures["agents"] = func.count(distinct(rows.c.behind))
        return figures

    return figures_of


def _row_figures(reading: Reading) -> FiguresOf:
    aggregation = reading.query.metric.aggregation

    counted = _counted_figures(reading)

    def figures_of(rows: Subquery) -> Figures:
        figures = counted(rows) | {"derived": func.sum(rows.c.derived)}
        if aggregation is Aggregation.MEAN:
            figures["squares"] = func.sum(rows.c.value * rows.c.value)
        if aggregation is Aggregation.MEDIAN:
            figures["middle"] = _quantile(rows, 0.5)
        return figures

    return figures_of


def _has_detail(metric: Metric) -> bool:
    statistics = {aside.statistic for aside in metric.asides}
    percentiles = statistics & {Statistic.MEDIAN, Statistic.PERCENTILE_90}
    return metric.aggregation is Aggregation.MEDIAN or bool(percentiles)


def _detail_figures(metric: Metric) -> FiguresOf:
    def figures_of(rows: Subquery) -> Figures:
        figures = {"middle": _quantile(rows, 0.5), "percentile_90": _quantile(rows, 0.9)}
        if metric.aggregation is Aggregation.MEDIAN:
            figures |= _order_statistics(rows)
        return figures

    return figures_of


def _order_statistics(rows: Subquery) -> Figures:
    """The interval of the median, and the grid that its bootstrap draws from.

    The interval's ranks are those of Campbell and Gardner (BMJ 1988;296:1454): n / 2 minus, and
    1 + n / 2 plus, 1.96 sqrt(n) / 2, rounded.
    """
    n = cast(func.count(), Double)
    spread = func.sqrt(n) / 2
    ranks = {"low": n / 2 - 1.96 * spread, "high": 1 + n / 2 + 1.96 * spread}
    ranks |= {
        name: (n + 1) / 2 + errors * spread for name, errors in zip(GRID, MEDIAN_GRID, strict=True)
    }
    return {
        name: order_statistic(rows.c.value, func.greatest(1, func.least(func.round(rank), n)))
        for name, rank in ranks.items()
    }


def _quantile(rows: Subquery, share: float) -> ColumnElement[Any]:
    return func.percentile_cont(share).within_group(rows.c.value)
