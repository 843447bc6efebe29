"""The one statement of a flow: what was counted in each window, with its asides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Integer,
    cast,
    distinct,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CTE, CompoundSelect, Select, Subquery

from storage.metrics.definition import (
    Aggregation,
    Aside,
    Counting,
    Metric,
    Statistic,
    Unit,
)
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of, counted_rows
from storage.metrics.spread import SPREAD, Figures, order_statistics, percentiles, with_lists
from storage.metrics.windows import Window, disjoint_layers

ROWS = "rows"
COUNTS = ("n", "derived", "agents")
SUMS = ("total", "squares", "weight", "weight_squares", "cross")

FiguresOf = Callable[[Subquery], Figures]


def missing_statements(reading: Reading, counting: Counting) -> Iterator[Select[Any]]:
    """For each branch that derives values, whether any row lacks what it would derive."""
    for branch in counting.branches:
        if branch.missing:
            start, end = bounds_of(branch.by, reading.windows.all, reading.timezone)
            bounds = (branch.by >= start, branch.by < end)
            yield select(exists().where(*bounds, branch.missing(reading.settings)))


def flow_statement(reading: Reading) -> Select[Any]:
    """Columns: part, window, the segments, ``COUNTS``, ``SUMS``, and ``SPREAD`` where needed.

    A figure that a part does not have is NULL. The parts are ``ROWS`` (every window, with
    ``SPREAD`` those that are shown or compared with), each further part of an index (every window)
    and each aside that counts rows of its own, by their keys.
    """
    return select(gathered(union_all(*_parts(reading))))


def flows_statement(readings: Sequence[Reading]) -> Select[Any]:
    """``flow_statement`` of several that are split alike, each row with its reading's number.

    What they have in common, such as who has several stays, is worked out once.
    """
    segments = (segment.value for segment in readings[0].split_by)
    names = ("part", "window", *segments, *COUNTS, *SUMS, *SPREAD)
    selects = [
        select(literal(number).label("reading"), *_padded(part.subquery(), names))
        for number, reading in enumerate(readings)
        for part in _parts(reading)
    ]
    return select(gathered(union_all(*selects)))


def _padded(rows: Subquery, names: Sequence[str]) -> Iterator[ColumnElement[Any]]:
    none = cast(null(), Double)
    return (rows.c[name] if name in rows.c else none.label(name) for name in names)


def _parts(reading: Reading) -> list[Select[Any]]:
    metric, windows = reading.query.metric, reading.windows
    parts = _rows_parts(reading)
    for each in metric.parts[1:]:
        figures_of = _part_figures(reading, each.counting)
        parts += _part(reading, each.key, each.counting, windows.all, figures_of)
    for aside in reading.asides:
        if aside.counting:
            figures_of = _aside_figures(reading, aside)
            parts += _part(reading, aside.key, aside.counting, windows.shown, figures_of)
    return parts


def _rows_parts(reading: Reading) -> list[Select[Any]]:
    counting, windows = reading.query.metric.counting, reading.windows
    if not _has_spread(reading.query.metric):
        return _part(reading, ROWS, counting, windows.all, row_figures(reading))
    detailed = windows.detailed
    others = tuple(window for window in windows.all if window not in detailed)
    parts = _part(reading, ROWS, counting, others, row_figures(reading))
    return parts + [_spread(reading, rows) for rows in _layers(reading, counting, detailed)]


def gathered(found: CompoundSelect[Any] | Select[Any]) -> CTE:
    """All rows before the first is fetched.

    DuckDB 1.5 can wait for ever where several parts of a statement fill the buffer, of a megabyte,
    that rows are fetched from.
    """
    return found.cte("found").prefix_with("MATERIALIZED")


def _part(
    reading: Reading,
    part: str,
    counting: Counting,
    windows: tuple[Window, ...],
    figures_of: FiguresOf,
) -> list[Select[Any]]:
    """A select for each layer of windows that do not overlap."""
    layers = _layers(reading, counting, windows)
    return [_grouped(reading, part, rows, figures_of(rows)) for rows in layers]


def _grouped(reading: Reading, part: str, rows: Subquery, figures: Figures) -> Select[Any]:
    if "agents" in figures and "middle" not in figures:
        rows, figures = summed_up(rows, _groups(reading, rows), figures)
    return _shown(reading, part, rows, figures).group_by(*_groups(reading, rows))


def summed_up(
    rows: Subquery, keys: Sequence[ColumnElement[Any]], figures: Figures
) -> tuple[Subquery, Figures]:
    """Sums of the cells that the rows fall into by keys, and by agents where they are counted.

    It is faster than to count different agents among all rows.
    """
    counts_agents = "agents" in figures
    by = [*keys, *([rows.c.behind] if counts_agents else [])]
    of_cells = {name: figure for name, figure in figures.items() if name != "agents"}
    named = (figure.label(name) for name, figure in of_cells.items())
    cells = select(*by, *named).group_by(*by).subquery()
    sums: Figures = {name: func.sum(cells.c[name]) for name in of_cells}
    return cells, sums | ({"agents": func.count(cells.c.behind)} if counts_agents else {})


def _layers(
    reading: Reading, counting: Counting, windows: tuple[Window, ...]
) -> Iterator[Subquery]:
    return (counted_rows(reading, counting, layer) for layer in disjoint_layers(windows))


def _groups(reading: Reading, rows: Subquery) -> list[ColumnElement[Any]]:
    return [rows.c.window, *(rows.c[segment.value] for segment in reading.split_by)]


def _shown(reading: Reading, part: str, rows: Subquery, figures: Figures) -> Select[Any]:
    counts = [figure_named(figures, name, Integer) for name in COUNTS]
    spread = SPREAD if _has_spread(reading.query.metric) else ()
    measures = [figure_named(figures, name, Double) for name in (*SUMS, *spread)]
    named = [rows.c.window, *reading.texts(rows)]
    return select(literal(part).label("part"), *named, *counts, *measures)


def figure_named(
    figures: Figures, name: str, kind: type[Integer] | type[Double[float]]
) -> ColumnElement[Any]:
    return figures.get(name, cast(null(), kind)).label(name)


def row_figures(reading: Reading) -> FiguresOf:
    aggregation = reading.query.metric.aggregation

    def figures_of(rows: Subquery) -> Figures:
        value, counting = rows.c.value, reading.query.metric.counting
        figures = _counts(reading, rows) | _derived(reading, counting, rows)
        if aggregation is Aggregation.COUNT:
            figures["total"] = figures["n"]
        if aggregation in {Aggregation.MEAN, Aggregation.NET_PROMOTER, Aggregation.INDEX}:
            figures["squares"] = func.sum(value * value)
        if aggregation is Aggregation.MEDIAN:
            figures["middle"] = _quantile(rows, 0.5)
        if aggregation is Aggregation.COST:
            figures["n"] = func.count(rows.c.weight)
        if aggregation is Aggregation.RATIO:
            figures |= _spread_of_ratio(rows)
        return figures

    return figures_of


def _part_figures(reading: Reading, counting: Counting) -> FiguresOf:
    def figures_of(rows: Subquery) -> Figures:
        figures = _counts(reading, rows) | _derived(reading, counting, rows)
        return figures | {"squares": func.sum(rows.c.value * rows.c.value)}

    return figures_of


def _derived(reading: Reading, counting: Counting, rows: Subquery) -> Figures:
    """How many values are provisional; not asked where none can be."""
    is_any = any(branch.is_provisional for branch in reading.branches(counting))
    return {"derived": func.sum(rows.c.derived)} if is_any else {}


def _aside_figures(reading: Reading, aside: Aside) -> FiguresOf:
    def figures_of(rows: Subquery) -> Figures:
        if aside.distinct:
            return {"n": func.count(distinct(rows.c.value))}
        figures = _counts(reading, rows)
        if aside.unit is Unit.COUNT:
            del figures["total"]
        if aside.statistic is Statistic.MEDIAN:
            figures["middle"] = _quantile(rows, 0.5)
        return figures

    return figures_of


def _counts(reading: Reading, rows: Subquery) -> Figures:
    figures: Figures = {"n": func.count(), "total": func.sum(rows.c.value)}
    if "weight" in rows.c:
        figures |= {"n": func.count(rows.c.value), "weight": func.sum(rows.c.weight)}
    if "times" in rows.c:
        figures |= _counts_of_customers(rows)
    if reading.count_agents:
        figures["agents"] = func.count(distinct(rows.c.behind))
    return figures


def _counts_of_customers(rows: Subquery) -> Figures:
    """The same where a row stands for several."""
    times = rows.c.times
    figures: Figures = {"n": func.sum(times), "total": func.sum(rows.c.value * times)}
    if "weight" in rows.c:
        figures |= {"n": func.count(rows.c.value), "weight": func.sum(rows.c.weight * times)}
    return figures


def _spread_of_ratio(rows: Subquery) -> Figures:
    value, weight = rows.c.value, rows.c.weight
    return {
        "squares": func.sum(value * value),
        "weight_squares": func.sum(weight * weight),
        "cross": func.sum(value * weight),
    }


def _has_spread(metric: Metric) -> bool:
    statistics = {aside.statistic for aside in metric.asides}
    percentiles = statistics & {Statistic.MEDIAN, Statistic.PERCENTILE_90}
    return metric.aggregation is Aggregation.MEDIAN or bool(percentiles)


def _spread(reading: Reading, rows: Subquery) -> Select[Any]:
    groups = _groups(reading, rows)
    lists, figures = with_lists(rows, groups, row_figures(reading)(rows))
    return _shown(reading, ROWS, lists, figures | percentiles(lists) | order_statistics(lists))


def _quantile(rows: Subquery, share: float) -> ColumnElement[Any]:
    return func.percentile_cont(share).within_group(rows.c.value)
