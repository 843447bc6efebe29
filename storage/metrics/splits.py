"""The one statement behind what an average hides: the asked window by several splits at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Double, Integer, distinct, func, select, tuple_
from sqlalchemy.sql.selectable import Select, Subquery

from storage.metrics.definition import Aggregation, Segment
from storage.metrics.flow import (
    COUNTS,
    SUMS,
    figure_named,
    gathered,
    row_figures,
    summed_up,
)
from storage.metrics.reading import Reading
from storage.metrics.rows import counted_rows
from storage.metrics.spread import (
    PERCENTILES,
    Figures,
    order_statistics,
    percentiles,
    with_lists,
)
from storage.metrics.windows import ASKED


def split_statement(reading: Reading, splits: Sequence[Segment]) -> Select[Any]:
    """What was counted in the asked window by each split alone, in one pass over the rows.

    Columns: the segments, the splits (NULL but for one of them), ``COUNTS``, ``SUMS``, and of
    medians ``PERCENTILES``.
    """
    by = (*reading.split_by, *splits)
    wider = replace(reading, query=replace(reading.query, by=by))
    asked = next(each for each in reading.windows.all if each.number == ASKED)
    rows = counted_rows(wider, reading.query.metric.counting, [asked])
    is_median = reading.query.metric.aggregation is Aggregation.MEDIAN
    grouped, found = (_sorted if is_median else _summed)(reading, rows, splits)
    counts = [figure_named(found, name, Integer) for name in COUNTS]
    spread = PERCENTILES if is_median else ()
    measures = [figure_named(found, name, Double) for name in (*SUMS, *spread)]
    return select(gathered(select(*wider.texts(grouped), *counts, *measures)))


def _sorted(
    reading: Reading, rows: Subquery, splits: Sequence[Segment]
) -> tuple[Subquery, Figures]:
    keys, sets = _keys_and_sets(reading, rows, splits)
    lists, figures = with_lists(rows, keys, row_figures(reading)(rows), sets)
    return lists, figures | percentiles(lists) | order_statistics(lists)


def _summed(
    reading: Reading, rows: Subquery, splits: Sequence[Segment]
) -> tuple[Subquery, Figures]:
    """Sums of the few cells that the rows fall into: so the rows are gone through once."""
    cells, sums = summed_up(
        rows, _keys_and_sets(reading, rows, splits)[0], row_figures(reading)(rows)
    )
    if reading.count_agents:
        sums["agents"] = func.count(distinct(cells.c.behind))
    keys, sets = _keys_and_sets(reading, cells, splits)
    named = (figure.label(name) for name, figure in sums.items())
    grouped = select(*keys, *named).group_by(sets).subquery()
    return grouped, {name: grouped.c[name] for name in sums}


def _keys_and_sets(
    reading: Reading, rows: Subquery, splits: Sequence[Segment]
) -> tuple[list[ColumnElement[Any]], ColumnElement[Any]]:
    """What rows are told apart by, and how: by each split alone."""
    common = [rows.c[each.value] for each in reading.split_by]
    apart = [rows.c[split.value] for split in splits]
    sets = func.grouping_sets(*(tuple_(*common, split) for split in apart))
    return [*common, *apart], sets
