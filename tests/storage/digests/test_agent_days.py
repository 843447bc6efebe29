"""Each agent's own day, against the metrics' own answers for that agent."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from storage.digests.agent_days import AgentDay, Waiting, read_agent_days
from storage.digests.audiences import entry_of
from storage.metrics.answer import Filter, Query, Row
from storage.metrics.definition import Aggregation, Audience, Metric, Segment
from storage.metrics.query import answer
from storage.periods import Grain, Period, period_of
from tests.postgresql import Server
from tests.storage.digests.orders import BERLIN, SETTINGS, WEDNESDAY_EVENING
from tests.storage.engines import connected
from tests.storage.metrics.seed import seeded

WEDNESDAY = period_of(Grain.DAY, date(2026, 6, 10), BERLIN)
CLOCK_CHANGE = period_of(Grain.DAY, date(2026, 3, 29), BERLIN)


def days_of(facts: Engine, period: Period, now: datetime) -> dict[str, AgentDay]:
    with facts.connect() as connection:
        return read_agent_days(connection, period, now).days


def figure_of(day: AgentDay, metric: Metric) -> tuple[float | None, int | None]:
    match metric.aggregation:
        case Aggregation.STOCK:
            return day.pending, day.pending
        case Aggregation.COUNT:
            return day.resolved, day.resolved
        case Aggregation.RATIO:
            return day.adherence, None
        case _:
            return (day.satisfied / day.answers if day.answers else None), day.answers


def row_of(facts: Engine, metric: Metric, agent: str, period: Period, now: datetime) -> Row:
    query = Query(metric, period, (Filter(Segment.AGENT, (agent,)),))
    with facts.connect() as connection:
        (row,) = answer(connection, query, now, SETTINGS).rows
        return row


@pytest.mark.parametrize("metric", entry_of(Audience.AGENTS).metrics, ids=lambda each: each.key)
@pytest.mark.parametrize(
    ("period", "now"),
    [
        (WEDNESDAY, WEDNESDAY_EVENING),
        (WEDNESDAY, WEDNESDAY.end),
        (CLOCK_CHANGE.shifted(-1), CLOCK_CHANGE.shifted(-1).end),
    ],
    ids=["running", "over", "before the clock change"],
)
def test_figures_are_those_of_the_metric(
    seeded_facts: Engine, metric: Metric, period: Period, now: datetime
) -> None:
    found = days_of(seeded_facts, period, now)
    rows = {agent: row_of(seeded_facts, metric, agent, period, now) for agent in found}
    told = {agent: figure_of(day, metric) for agent, day in found.items()}
    assert len(told) > 1
    assert told == {
        agent: (
            pytest.approx(row.value) if row.value is not None else _nothing(metric),
            None if metric.aggregation is Aggregation.RATIO else row.n,
        )
        for agent, row in rows.items()
    }


def _nothing(metric: Metric) -> float | None:
    is_count = metric.aggregation in {Aggregation.STOCK, Aggregation.COUNT}
    return 0 if is_count else None


def test_day_off_has_no_day(seeded_facts: Engine) -> None:
    thursday = WEDNESDAY.shifted(1)
    with seeded_facts.connect() as connection:
        found = read_agent_days(connection, thursday, thursday.end)
    assert "a1" not in found.days
    assert found.of(frozenset({"a1"})) is None


def test_without_a_schedule_for_anybody_who_resolved_something_worked(
    seeded_facts: Engine,
) -> None:
    sunday = period_of(Grain.DAY, date(2026, 6, 7), BERLIN)
    day = days_of(seeded_facts, sunday, sunday.end)["a1"]
    assert (day.resolved, day.adherence) == (3, None)


def test_the_oldest_that_wait_come_first(seeded_facts: Engine) -> None:
    day = days_of(seeded_facts, WEDNESDAY, WEDNESDAY_EVENING)["a1"]
    assert day.pending == 15
    assert day.oldest[0] == Waiting("open_at_both_ends", datetime(2026, 3, 2, tzinfo=UTC))
    assert list(day.oldest) == sorted(day.oldest, key=lambda each: each.opened_at)
    assert len(day.oldest) == 3


def test_day_of_one_person_with_two_ids_is_one(seeded_facts: Engine) -> None:
    with seeded_facts.connect() as connection:
        found = read_agent_days(connection, WEDNESDAY, WEDNESDAY_EVENING)
    worked = sorted(found.days)[:2]
    together = found.of(worked)
    first, second = (found.days[each] for each in worked)
    assert together is not None
    assert (together.pending, together.resolved, together.answers) == (
        first.pending + second.pending,
        first.resolved + second.resolved,
        first.answers + second.answers,
    )
    both = sorted((*first.oldest, *second.oldest), key=lambda each: each.opened_at)
    assert list(together.oldest) == both[:3]


def test_both_engines_tell_the_same_day(seeded_facts: Engine, postgresql: Server) -> None:
    with postgresql.database() as url:
        server = seeded(connected(url))
        told = days_of(server, WEDNESDAY, WEDNESDAY_EVENING)
        server.dispose()
    assert told == days_of(seeded_facts, WEDNESDAY, WEDNESDAY_EVENING)
