"""Which period a digest tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from storage.cadences.reading import read_cadence
from storage.digests.timing import timing_of
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder
from storage.periods import Grain
from tests.storage.digests.orders import BERLIN, order


def told(audience: Audience, grain: Grain, cadence: str, due_at: datetime) -> tuple[str, str]:
    wanted: DigestOrder = replace(
        order(audience), grain=grain, cadence=read_cadence(cadence, BERLIN)
    )
    period = timing_of(wanted, due_at, due_at, BERLIN).period
    return period.first_day.isoformat(), period.last_day.isoformat()


@pytest.mark.parametrize(
    ("audience", "grain", "cadence", "due_at", "expected"),
    [
        (Audience.TEAM, Grain.WEEK, "mondays 09:00", (15, 7), ("2026-06-08", "2026-06-14")),
        (Audience.TEAM, Grain.MONTH, "mondays 09:00", (15, 7), ("2026-05-01", "2026-05-31")),
        (Audience.EXECUTIVE, Grain.MONTH, "3rd 09:00", (3, 7), ("2026-05-01", "2026-05-31")),
        (Audience.EXECUTIVE, Grain.MONTH, "last day 18:00", (30, 16), ("2026-06-01", "2026-06-30")),
        (Audience.AGENTS, Grain.DAY, "every day 17:30", (16, 15), ("2026-06-16", "2026-06-16")),
        (Audience.AGENTS, Grain.DAY, "every day 08:00", (16, 6), ("2026-06-15", "2026-06-15")),
        (
            Audience.AGENTS,
            Grain.DAY,
            "every working day 08:00",
            (15, 6),
            ("2026-06-12", "2026-06-12"),
        ),
        (Audience.TEAM, Grain.DAY, "every day 17:30", (16, 15), ("2026-06-15", "2026-06-15")),
    ],
    ids=[
        "the week before",
        "a month on mondays",
        "the month before",
        "the month that ends",
        "the day that ends",
        "yesterday in the morning",
        "friday on a monday",
        "a team's day before",
    ],
)
def test_period_that_is_told(
    audience: Audience,
    grain: Grain,
    cadence: str,
    due_at: tuple[int, int],
    expected: tuple[str, str],
) -> None:
    day, hour = due_at
    assert told(audience, grain, cadence, datetime(2026, 6, day, hour, tzinfo=UTC)) == expected


def test_late_one_tells_the_period_that_was_due() -> None:
    wanted = order(Audience.AGENTS)
    assert wanted.cadence.at == time(17, 30)
    due_at = datetime(2026, 6, 16, 15, 30, tzinfo=UTC)
    timing = timing_of(wanted, due_at, due_at.replace(day=17), BERLIN, is_late=True)
    assert timing.period.first_day.isoformat() == "2026-06-16"
