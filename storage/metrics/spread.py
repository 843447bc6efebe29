"""How values spread, read off their sorted list: percentiles, and what stands at other ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Double, cast, func, select
from sqlalchemy.sql.selectable import Subquery

from storage.facts.dialect import order_statistic, sorted_values
from storage.metrics.sample import MEDIAN_GRID

GRID = tuple(f"grid_{index}" for index in range(len(MEDIAN_GRID)))
PERCENTILES = ("middle", "percentile_90", "low", "high", "low_90", "high_90")
SPREAD = (*PERCENTILES, *GRID)

Figures = dict[str, ColumnElement[Any]]


def with_lists(
    rows: Subquery, keys: Sequence[ColumnElement[Any]], figures: Figures, *by: ColumnElement[Any]
) -> tuple[Subquery, Figures]:
    """The rows' groups with ``ascending``, all values of each sorted, and what else is known of it.

    Whatever stands at a rank is read off that list: a median by itself would take a sort more.
    """
    kept = {name: figure for name, figure in figures.items() if name != "middle"}
    named = (figure.label(name) for name, figure in kept.items())
    ascending = sorted_values(rows.c.value).label("ascending")
    lists = select(*keys, *named, ascending).group_by(*(by or keys)).subquery()
    return lists, {name: lists.c[name] for name in kept}


def percentiles(lists: Subquery) -> Figures:
    """The median and the 90th percentile, between the two values that lie nearest."""
    n = cast(lists.c.n, Double)
    return {
        name: _percentile(lists.c.ascending, n, share)
        for name, share in (("middle", 0.5), ("percentile_90", 0.9))
    }


def _percentile(
    ascending: ColumnElement[Any], n: ColumnElement[float], share: float
) -> ColumnElement[float]:
    rank = share * (n - 1)
    below = func.floor(rank)
    first = order_statistic(ascending, below + 1)
    second = order_statistic(ascending, func.least(below + 2, n))
    return first * (1 - (rank - below)) + second * (rank - below)


def order_statistics(lists: Subquery) -> Figures:
    """The intervals of the percentiles, and the grid that the median's bootstrap draws from.

    An interval's ranks are those of Campbell and Gardner (BMJ 1988;296:1454): n q minus, and
    1 + n q plus, 1.96 sqrt(n q (1 - q)), rounded; for the median q is a half.
    """
    n = cast(lists.c.n, Double)
    spread = func.sqrt(n) / 2
    ranks = {"low": n / 2 - 1.96 * spread, "high": 1 + n / 2 + 1.96 * spread}
    spread_90 = func.sqrt(n * 0.9 * 0.1)
    ranks |= {"low_90": n * 0.9 - 1.96 * spread_90, "high_90": 1 + n * 0.9 + 1.96 * spread_90}
    ranks |= {
        name: (n + 1) / 2 + errors * spread for name, errors in zip(GRID, MEDIAN_GRID, strict=True)
    }
    ascending = lists.c.ascending
    return {
        name: order_statistic(ascending, func.greatest(1, func.least(func.floor(rank + 0.5), n)))
        for name, rank in ranks.items()
    }
