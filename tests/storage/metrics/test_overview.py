from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.metrics.answer import Previous, Query, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.overview import overview
from storage.periods import Grain, Period, period_of
from storage.settings import Settings
from tests.storage.metrics.conftest import Remembered
from tests.storage.metrics.seed import EMPTY_WEEK, NOW

BERLIN = "Europe/Berlin"
PERIODS = {
    "week": period_of(Grain.WEEK, date(2026, 6, 8), BERLIN),
    "month": period_of(Grain.MONTH, date(2026, 5, 1), BERLIN),
    "running week": period_of(Grain.WEEK, NOW.date(), BERLIN),
    "empty week": period_of(Grain.WEEK, EMPTY_WEEK, BERLIN),
}

Shown = tuple[str, object, float | None, int, Previous | None]


def rows_of(
    remembered: Remembered, metric: Metric, period: Period, *, withhold: bool
) -> tuple[Row, ...]:
    """Of costs in several currencies there are none."""
    try:
        return remembered(Query(replace(metric, asides=()), period), withhold=withhold).rows
    except UserError:
        return ()


def nearly(value: float | None) -> object:
    """An engine adds floats up in another order for every statement."""
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)


def before(previous: Previous | None) -> object:
    return previous and (nearly(previous.value), previous.n)


def figures(remembered: Remembered, period: Period, *, withhold: bool) -> list[tuple[object, ...]]:
    return [
        (metric.key, row.segment, nearly(row.value), row.n, before(row.previous))
        for metric in METRICS
        for row in rows_of(remembered, metric, period, withhold=withhold)
    ]


def shown(connection: Connection, period: Period, *, withhold: bool) -> list[Shown]:
    found = overview(connection, METRICS, period, NOW, Settings(), withhold_small_groups=withhold)
    return [
        (
            each.metric.key,
            each.segment,
            each.value,
            each.n,
            each.previous and Previous(*each.previous),
        )
        for each in found
    ]


CASES = [(name, False) for name in PERIODS] + [("week", True), ("running week", True)]


@pytest.mark.parametrize(("name", "withhold"), CASES)
def test_overview_has_the_figures_of_each_answer(
    embedded: Connection, remembered: Remembered, name: str, withhold: bool
) -> None:
    expected = figures(remembered, PERIODS[name], withhold=withhold)
    assert shown(embedded, PERIODS[name], withhold=withhold) == expected


@pytest.mark.parametrize(("name", "withhold"), [("empty week", False), ("running week", True)])
def test_overview_of_a_server_has_the_figures_of_the_embedded_engine(
    embedded: Connection, server: Connection, name: str, withhold: bool
) -> None:
    expected = [
        (key, segment, nearly(value), n, before(previous))
        for key, segment, value, n, previous in shown(embedded, PERIODS[name], withhold=withhold)
    ]
    assert shown(server, PERIODS[name], withhold=withhold) == expected


def test_overview_of_facts_that_nobody_has_loaded_is_empty(empty_connection: Connection) -> None:
    assert overview(empty_connection, METRICS, PERIODS["week"], NOW, Settings()) == []
