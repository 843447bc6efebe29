"""What is read beside plain answers: on ClickHouse the same as from the embedded engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from storage.digests.agent_days import read_agent_days
from storage.insights.briefs import brief_answers
from storage.insights.erlang import Target
from storage.insights.plan import Plan
from storage.insights.reasons import find_reasons
from storage.insights.scope import Scope
from storage.insights.self_service import find_self_service
from storage.insights.staffing import find_staffing
from storage.metrics.answer import Query
from storage.metrics.behind import PAGE_SIZE, read_page
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Metric, Segment
from storage.metrics.overview import overview
from storage.metrics.provenance import explain
from storage.metrics.query import answer
from storage.metrics.why import explain as explain_change
from storage.settings import Settings
from tests.storage.metrics.periods import PERIODS, WEEK
from tests.storage.metrics.seed import NOW
from tests.storage.metrics.test_business_time import CALENDARS
from tests.storage.metrics.test_engines import BY_SHAPE, _mixed, about, as_plain

SCOPE = Scope(PERIODS["quarter"], (), NOW, Settings(), withhold_small_groups=True)
PLAN = Plan("phone", Target(0.8, 20.0), 0.3)
Both = Callable[[Callable[[Connection], Any]], None]


@pytest.fixture
def both(embedded: Connection, clickhouse_seed: Engine) -> Iterator[Both]:
    with clickhouse_seed.connect() as house:

        def compare(read: Callable[[Connection], Any]) -> None:
            found, expected = read(house), read(embedded)
            assert as_plain(_listed(found), float) == as_plain(_listed(expected), about)

        yield compare


def _listed(found: Any) -> Any:
    return tuple(found) if isinstance(found, list) else found


@pytest.mark.parametrize(
    "key", ["ticket_volume", "customer_satisfaction", "quality_score", "ticket_backlog"]
)
def test_explanations_are_equal(both: Both, key: str) -> None:
    query = Query(find(key), WEEK)
    both(lambda connection: explain_change(connection, query, NOW, Settings(), by_agents=True))


def test_overviews_are_equal(both: Both) -> None:
    both(lambda connection: overview(connection, METRICS, WEEK, NOW, Settings()))


def test_briefs_are_equal(both: Both) -> None:
    both(lambda connection: brief_answers(connection, BY_SHAPE, SCOPE))


def test_reasons_are_equal(both: Both) -> None:
    both(lambda connection: find_reasons(connection, SCOPE))


def test_self_service_is_equal(both: Both) -> None:
    both(lambda connection: find_self_service(connection, SCOPE))


def test_staffing_is_equal(both: Both) -> None:
    both(lambda connection: find_staffing(connection, SCOPE, PLAN))


def test_agents_days_are_equal(both: Both) -> None:
    both(lambda connection: read_agent_days(connection, PERIODS["day"], NOW))


def test_business_time_is_equal(both: Both) -> None:
    query = Query(find("average_resolution_time"), WEEK, by=(Segment.TEAM,))
    settings = Settings(calendars=CALENDARS)
    both(lambda connection: answer(connection, query, NOW, settings))


@pytest.mark.parametrize("metric", BY_SHAPE, ids=lambda metric: metric.key)
def test_rows_behind_are_equal(both: Both, metric: Metric) -> None:
    query = Query(metric, WEEK, _mixed(metric))

    def second_page(connection: Connection) -> Any:
        first = read_page(connection, query, NOW, Settings())
        if first.following is None:
            return first
        return read_page(connection, query, NOW, Settings(), after=first.following, size=PAGE_SIZE)

    both(second_page)


@pytest.mark.parametrize("metric", BY_SHAPE, ids=lambda metric: metric.key)
def test_sql_as_shown_gives_the_figure_of_the_answer(
    clickhouse_seed: Engine, metric: Metric
) -> None:
    """And counts the same rows."""
    with clickhouse_seed.connect() as connection:
        found = answer(connection, Query(metric, WEEK, _mixed(metric)), NOW, Settings())
        shown = explain(connection, found)
        rows = list(connection.exec_driver_sql(shown.sql).mappings())
    assert len(rows) == max(1, len(metric.parts))
    value = sum(float(row["value"]) for row in rows) / len(rows)
    assert value == about(found.rows[0].value or 0.0)
    assert min(each["n"] for each in rows) == found.rows[0].n


@pytest.mark.parametrize("any_issue", [False, True], ids=["same issue", "any issue"])
def test_repeats_are_equal(both: Both, any_issue: bool) -> None:
    """Also of twins at one instant, and about an issue that is not known."""
    query = Query(find("first_contact_resolution"), PERIODS["quarter"], by=(Segment.CUSTOMER,))
    settings = Settings(repeat_contact_any_issue=any_issue, repeat_contact_days=3)
    both(lambda connection: answer(connection, query, NOW, settings))
