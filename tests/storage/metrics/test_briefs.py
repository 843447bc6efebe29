from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.insights.briefs import brief_answers
from storage.insights.scope import Scope
from storage.metrics.answer import Answer, Filter, Query
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.metrics.target import Target, TargetInForce
from storage.periods import Grain, Period, period_of
from storage.settings import Settings
from tests.storage.metrics.seed import NOW

BERLIN = "Europe/Berlin"
WEEK = period_of(Grain.WEEK, date(2026, 6, 8), BERLIN)
PERIODS = {
    "week": WEEK,
    "running month": period_of(Grain.MONTH, NOW.date(), BERLIN),
}
BILLING = (Filter(Segment.TEAM, ("billing",)),)
OF_TEAMS = [metric for metric in METRICS if Segment.TEAM in metric.segments]


def nearly(number: float | None) -> object:
    """An engine adds floats up in another order for every statement."""
    return None if number is None else pytest.approx(number, rel=1e-9, abs=1e-9)


def told(found: Answer) -> list[Any]:
    return [
        [
            (r.segment, r.value, r.n, r.change, r.target, r.verdict, r.small_sample, r.withheld)
            for r in found.rows
        ],
        [(point.period, point.segment, point.value, point.n) for point in found.trend],
        (found.complete, found.fresh_until, found.currency),
    ]


def expected(connection: Connection, period: Period, targets: list[TargetInForce]) -> list[Any]:
    found = []
    for metric in OF_TEAMS:
        query = Query(replace(metric, asides=()), period, BILLING)
        try:
            whole = answer(connection, query, NOW, Settings(), targets=targets)
        except UserError:
            continue
        rows, trend, ended = told(whole)
        found.append(
            [
                [(segment, nearly(value), *rest) for segment, value, *rest in rows],
                [(period, segment, nearly(value), n) for period, segment, value, n in trend],
                ended,
            ]
        )
    return found


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_brief_of_each_engine_has_the_rows_and_the_trend_of_each_answer(
    embedded: Connection, server: Connection, period: Period
) -> None:
    """A server's answers are the embedded engine's: test_engines."""
    target = [TargetInForce((), Target(low=0.5))]
    targets = {metric.key: target for metric in OF_TEAMS}
    scope = Scope(period, BILLING, NOW, Settings())
    of_each = [each[:2] for each in expected(embedded, period, target)]
    for connection in (embedded, server):
        found = brief_answers(connection, OF_TEAMS, scope, targets)
        # An answer to a period that its sources end before is not complete; a brief says nothing
        # of it.
        assert [told(each)[:2] for each in found] == of_each
        assert [each.query.metric.key for each in found] == [
            metric.key for metric in OF_TEAMS if metric.key in {b.query.metric.key for b in found}
        ]


def test_brief_withholds_what_few_agents_stand_behind(connection: Connection) -> None:
    care = (Filter(Segment.TEAM, ("care",)),)
    scope = Scope(WEEK, care, NOW, Settings(), withhold_small_groups=True)
    (found,) = brief_answers(connection, [find("ticket_volume")], scope)
    assert [(row.value, row.withheld) for row in found.rows] == [(None, True)]


def test_briefs_of_facts_that_nobody_has_loaded_are_none(empty_connection: Connection) -> None:
    scope = Scope(WEEK, (), NOW, Settings())
    assert brief_answers(empty_connection, METRICS, scope) == []
