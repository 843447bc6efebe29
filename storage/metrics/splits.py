"""The one statement behind what an average hides: the asked window by several splits at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Double, Integer, distinct, func, select, tuple_
from sqlalchemy.sql.selectable import Select, Subquery

from storage.facts.dialect import sorted_values
from storage.metrics.definition import Aggregation, Segment
from storage.metrics.flow import (
    COUNTS,
    PERCENTILES,
    SUMS,
    Figures,
    figure_named,
    gathered,
    order_statistics,
    row_figures,
    summed_up,
)
from storage.metrics.reading import Reading
from storage.metrics.rows import counted_rows
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
    source, figures = _sorted(reading, rows) if is_median else _summed(reading, rows, by)
    sets = [tuple_(*(source.c[each.value] for each in (*reading.split_by, s))) for s in splits]
    named = (figure.label(name) for name, figure in figures.items())
    keys = (source.c[each.value] for each in by)
    grouped = select(*keys, *named).group_by(func.grouping_sets(*sets)).subquery()
    found: Figures = {name: grouped.c[name] for name in figures}
    if is_median:
        found |= order_statistics(grouped)
    counts = [figure_named(found, name, Integer) for name in COUNTS]
    spread = PERCENTILES if is_median else ()
    measures = [figure_named(found, name, Double) for name in (*SUMS, *spread)]
    return select(gathered(select(*wider.texts(grouped), *counts, *measures)))


def _sorted(reading: Reading, rows: Subquery) -> tuple[Subquery, Figures]:
    figures = row_figures(reading)(rows)
    return rows, figures | {"ascending": sorted_values(rows.c.value)}


def _summed(reading: Reading, rows: Subquery, by: Sequence[Segment]) -> tuple[Subquery, Figures]:
    """Sums of the few cells that the rows fall into: so the rows are gone through once."""
    keys = [rows.c[each.value] for each in by]
    cells, sums = summed_up(rows, keys, row_figures(reading)(rows))
    if reading.count_agents:
        sums["agents"] = func.count(distinct(cells.c.behind))
    return cells, sums
