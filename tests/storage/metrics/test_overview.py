from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.metrics.answer import Previous, Query, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.overview import overview
from storage.metrics.query import answer
from storage.periods import Grain, Period, period_of
from storage.settings import Settings
from tests.storage.metrics.seed import EMPTY_WEEK, NOW

BERLIN = "Europe/Berlin"
PERIODS = {
    "week": period_of(Grain.WEEK, date(2026, 6, 8), BERLIN),
    "month": period_of(Grain.MONTH, date(2026, 5, 1), BERLIN),
    "running week": period_of(Grain.WEEK, NOW.date(), BERLIN),
    "empty week": period_of(Grain.WEEK, EMPTY_WEEK, BERLIN),
}


def rows_of(
    connection: Connection, metric: Metric, period: Period, *, withhold: bool
) -> tuple[Row, ...]:
    """Of costs in several currencies there are none."""
    query = Query(replace(metric, asides=()), period)
    try:
        found = answer(connection, query, NOW, Settings(), withhold_small_groups=withhold)
    except UserError:
        return ()
    return found.rows


def nearly(value: float | None) -> object:
    """An engine adds floats up in another order for every statement."""
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def before(previous: Previous | None) -> object:
    return previous and (nearly(previous.value), previous.n)


def figures(
    connection: Connection, period: Period, *, withhold: bool
) -> Iterator[tuple[object, ...]]:
    for metric in METRICS:
        for row in rows_of(connection, metric, period, withhold=withhold):
            yield metric.key, row.segment, nearly(row.value), row.n, before(row.previous)


def shown(connection: Connection, period: Period, *, withhold: bool) -> list[tuple[object, ...]]:
    found = overview(connection, METRICS, period, NOW, Settings(), withhold_small_groups=withhold)
    return [
        (
            each.metric.key,
            each.segment,
            each.value,
            each.n,
            each.previous and tuple(each.previous),
        )
        for each in found
    ]


@pytest.mark.parametrize("withhold", [False, True])
@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_overview_of_each_engine_has_the_figures_of_each_answer(
    embedded: Connection, server: Connection, period: Period, withhold: bool
) -> None:
    """A server's answers are the embedded engine's: test_engines."""
    expected = list(figures(embedded, period, withhold=withhold))
    assert shown(embedded, period, withhold=withhold) == expected
    assert shown(server, period, withhold=withhold) == expected


def test_overview_of_facts_that_nobody_has_loaded_is_empty(empty_connection: Connection) -> None:
    assert overview(empty_connection, METRICS, PERIODS["week"], NOW, Settings()) == []
