"""The asked week's figures out of what was asked by hand, to be compared with the product's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from math import isclose
from typing import Any

from storage.metrics.definition import Aggregation, Metric
from tests.benchmarks.standing_by_hand import PRESENT, WEEKS_FIRST_DAYS

ASKED_WEEK = datetime(2025, 12, 15)
Values = Sequence[Any]

_FIGURES: dict[Aggregation, Callable[[Values], float | None]] = {
    Aggregation.SHARE: lambda found: _divided(found[1], found[0]),
    Aggregation.MEAN: lambda found: _divided(found[1], found[0]),
    Aggregation.NET_PROMOTER: lambda found: _divided(100 * (found[1] - found[2]), found[0]),
    Aggregation.COUNT: lambda found: float(found[0]),
    Aggregation.MEDIAN: lambda found: float(found[2]),
}
"""How the figures of the first rows that a metric counts make its value."""


def figures_of(
    metric: Metric, results: Sequence[Sequence[Values]], *, apart: bool
) -> list[float | None] | None:
    """The value of each segment; None where a metric's rows are laid out in another way."""
    find = _FIGURES.get(metric.aggregation)
    if find is None or len(metric.tables) > 1:
        return None
    if metric.key in PRESENT:
        return _of_customers(results[0])
    is_median = metric.aggregation is Aggregation.MEDIAN
    # Medians are asked by themselves, behind the sums if there are any, which are numbered.
    medians = (found for found in results if found and not isinstance(found[0][0], int))
    rows = next(medians) if is_median else [row[1:] for row in results[0] if row[0] == 0]
    asked = (row for row in rows if row[0] is not None and _instant(row[0]) == ASKED_WEEK)
    return [find(row[2 + apart :]) for row in asked]


def _of_customers(rows: Sequence[Values]) -> list[float | None] | None:
    """From the way that has two columns for each week in turn, behind the segment's."""
    if not rows or isinstance(rows[0][0], date):
        return None
    whole, counted = (1 + 2 * WEEKS_FIRST_DAYS.index(ASKED_WEEK.date()) + each for each in (0, 1))
    return [_divided(row[counted], row[whole]) for row in rows]


def _instant(week: Any) -> datetime:
    return week if isinstance(week, datetime) else datetime.combine(week, datetime.min.time())


def _divided(total: Any, by: Any) -> float | None:
    return float(total) / float(by) if by else None


def are_same(first: Sequence[float | None], second: Sequence[float | None]) -> bool:
    """Whether two sets of segments have the same values, whatever the segments are called."""
    ours, others = (sorted(each for each in found if each is not None) for found in (first, second))
    return len(ours) == len(others) and all(
        isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        for one, other in zip(ours, others, strict=True)
    )
