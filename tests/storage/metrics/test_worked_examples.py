"""The definitions' own worked examples, as a person would check them by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.facts.tables import (
    agent_days,
    contacts,
    costs,
    coverage,
    customers,
    qa_answers,
    qa_reviews,
    surveys,
)
from storage.metrics.answer import Note, Query, Row
from storage.metrics.catalog import find
from storage.metrics.query import answer
from storage.periods import Grain, period_of
from storage.settings import Settings
from tests.storage.metrics.seed import NOW

MAY = period_of(Grain.MONTH, date(2026, 5, 1), "UTC")
NOON = datetime(2026, 5, 12, 12)


@pytest.fixture
def connection(empty_connection: Connection) -> Connection:
    return empty_connection


def fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    empty = {column.name: None for column in table.c} | {"source": "hand"}
    connection.execute(table.insert(), [empty | row for row in rows])
    reached = {"source": "hand", "fact": table.name, "until": datetime(2026, 6, 1)}
    connection.execute(coverage.insert(), [reached | {"longest_gap_seconds": 9e5}])


def ask(connection: Connection, key: str) -> Row:
    (row,) = answer(connection, Query(find(key), MAY), NOW, Settings()).rows
    return row


def promoters(*counts: tuple[int, int]) -> list[dict[str, Any]]:
    scores = [score for score, count in counts for _ in range(count)]
    return [
        {
            "survey_id": f"S{number}",
            "kind": "nps",
            "sent_at": NOON,
            "answered_at": NOON,
            "score": float(score),
        }
        for number, score in enumerate(scores)
    ]


def test_75_promoters_15_passives_and_10_detractors_are_65(connection: Connection) -> None:
    fill(connection, surveys, promoters((9, 40), (10, 35), (7, 5), (8, 10), (6, 6), (0, 4)))
    row = ask(connection, "net_promoter_score")
    assert (row.value, row.n) == (65.0, 100)
    assert (row.asides["promoters"], row.asides["detractors"]) == (0.75, 0.10)
    assert row.interval == pytest.approx((63.1 - 12.8, 63.1 + 12.8), abs=0.05)


def test_130_of_150_minutes_in_the_schedule_are_86_7_per_cent(connection: Connection) -> None:
    day = {"agent_id": "a", "day": NOON.date(), "scheduled_seconds": 9000, "adherent_seconds": 7800}
    fill(connection, agent_days, [day])
    row = ask(connection, "schedule_adherence")
    assert row.value == pytest.approx(0.8667, abs=5e-5)
    assert row.n == 1


def test_rate_of_a_month_is_never_the_mean_of_its_days(connection: Connection) -> None:
    days = [
        {"agent_id": "a", "day": date(2026, 5, 4), "staffed_seconds": 100, "handling_seconds": 100},
        {"agent_id": "a", "day": date(2026, 5, 5), "staffed_seconds": 900, "handling_seconds": 300},
    ]
    fill(connection, agent_days, days)
    assert ask(connection, "agent_occupancy").value == pytest.approx(0.4)


def test_who_joins_within_the_period_is_neither_kept_nor_lost(connection: Connection) -> None:
    stays = [("old", date(2026, 1, 1), None), ("gone", date(2026, 1, 1), date(2026, 5, 9))]
    stays += [("new", date(2026, 5, 3), None), ("short", date(2026, 5, 3), date(2026, 5, 9))]
    fill(
        connection,
        customers,
        [{"customer_id": k, "started_on": a, "ended_on": b} for k, a, b in stays],
    )
    kept, lost = ask(connection, "customer_retention"), ask(connection, "churn_rate")
    assert ((kept.value, kept.n), (lost.value, lost.n)) == ((0.5, 2), (0.5, 2))
    assert (kept.asides, lost.asides) == ({"lost": 1.0}, {"lost": 1.0})


def test_costs_in_two_currencies_are_an_error_that_names_them(connection: Connection) -> None:
    spent = [
        {"cost_id": c, "day": NOON.date(), "amount": 9.0, "currency": c} for c in ("USD", "EUR")
    ]
    fill(connection, costs, spent)
    opened = {"contact_id": "c", "channel": "phone", "opened_at": NOON, "direction": "inbound"}
    fill(connection, contacts, [opened | {"abandoned": False}])
    with pytest.raises(UserError, match="The costs are in EUR and USD,"):
        ask(connection, "cost_per_contact")


def test_metric_whose_fact_was_never_loaded_has_no_value(connection: Connection) -> None:
    """Contacts alone would make a rate of self-service of 0."""
    opened = {"contact_id": "c", "channel": "phone", "opened_at": NOON, "direction": "inbound"}
    fill(connection, contacts, [opened | {"abandoned": False}])
    found = answer(connection, Query(find("self_service_rate"), MAY), NOW, Settings())
    assert [row.value for row in found.rows] == [None]
    assert found.never_loaded == ("help_sessions",)


def test_score_computed_from_its_criteria_is_no_provisional_one(connection: Connection) -> None:
    """2 of 4 with weight 1 and 4 of 4 with weight 3 are 87.5; what does not apply is left out."""
    review = {"review_id": "r", "agent_id": "a", "reviewed_at": NOON}
    criteria = [("greeting", 2, 4, 1, False), ("solution", 4, 4, 3, False), ("sale", 0, 4, 9, True)]
    fill(connection, qa_reviews, [review])
    fill(
        connection,
        qa_answers,
        [
            {
                "review_id": "r",
                "criterion": criterion,
                "points": points,
                "out_of": out_of,
                "weight": weight,
                "not_applicable": not_applicable,
            }
            for criterion, points, out_of, weight, not_applicable in criteria
        ],
    )
    found = answer(connection, Query(find("quality_score"), MAY), NOW, Settings())
    assert [(row.value, row.n) for row in found.rows] == [(87.5, 1)]
    assert set(found.notes) & {Note.DERIVED, Note.PROVISIONAL} == set()


def test_interval_stays_where_a_figure_can_be(connection: Connection) -> None:
    scores = [100.0, 100.0, 40.0]
    reviewed = {"agent_id": "a", "reviewed_at": NOON}
    rows = [reviewed | {"review_id": f"r{n}", "score": score} for n, score in enumerate(scores)]
    fill(connection, qa_reviews, rows)
    assert ask(connection, "quality_score").interval == (0.0, 100.0)
