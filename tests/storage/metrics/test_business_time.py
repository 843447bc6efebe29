"""Business time, held against a slow count of quarters of an hour by the clock on the wall."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete
from sqlalchemy.engine import Connection

from storage.calendars import BusinessCalendar
from storage.facts.tables import agents, contacts, coverage
from storage.metrics.answer import Answer, Filter, Query, Row
from storage.metrics.catalog import find
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.periods import range_of
from storage.settings import Settings

HOUR = 3600
QUARTER = timedelta(minutes=15)
FIRST, LAST = datetime(2024, 12, 20, tzinfo=UTC), datetime(2027, 1, 10, tzinfo=UTC)
NOW = datetime(2027, 2, 1, tzinfo=UTC)
EVER = range_of(date(2024, 12, 1), date(2027, 1, 31), "UTC")
WEEKDAY = ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR + 1800))
NIGHT = ((0, 6 * HOUR), (22 * HOUR, 24 * HOUR))
CALENDARS = {
    "berlin": BusinessCalendar(
        "Europe/Berlin", (WEEKDAY,) * 5 + ((), ()), "DE-BE", frozenset({date(2026, 12, 24)})
    ),
    "new york": BusinessCalendar("America/New_York", (NIGHT,) * 7),
    "*": BusinessCalendar("Asia/Kathmandu", (((9 * HOUR, 18 * HOUR),),) * 6 + ((),), "NP"),
}
BERLIN_HOLIDAYS = {
    date(2026, 1, 1), date(2026, 3, 8), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1),
    date(2026, 5, 14), date(2026, 5, 25), date(2026, 10, 3), date(2026, 12, 25), date(2026, 12, 26),
    date(2025, 1, 1), date(2025, 3, 8), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 1),
    date(2025, 5, 8), date(2025, 5, 29), date(2025, 6, 9), date(2025, 10, 3), date(2025, 12, 25),
    date(2025, 12, 26), date(2024, 12, 25), date(2024, 12, 26), date(2027, 1, 1),
}  # fmt: skip


def is_open(team: str, instant: datetime) -> bool:
    if team == "berlin":
        local = instant.astimezone(ZoneInfo("Europe/Berlin"))
        closed = local.date() in BERLIN_HOLIDAYS | {date(2026, 12, 24)} or local.weekday() > 4
        clock = local.hour * 60 + local.minute
        return not closed and (480 <= clock < 720 or 780 <= clock < 1050)
    local = instant.astimezone(ZoneInfo("America/New_York"))
    return local.hour < 6 or local.hour >= 22


@cache
def quarters(team: str) -> tuple[list[datetime], list[float], list[bool]]:
    """Each quarter of an hour, the open seconds before it, and whether it is open."""
    starts, before, opened, seconds = list[datetime](), list[float](), list[bool](), 0.0
    instant = FIRST
    while instant <= LAST:
        starts.append(instant)
        before.append(seconds)
        opened.append(is_open(team, instant))
        seconds += QUARTER.total_seconds() if opened[-1] else 0.0
        instant += QUARTER
    return starts, before, opened


def open_until(team: str, instant: datetime) -> float:
    starts, before, opened = quarters(team)
    index = bisect_right(starts, instant) - 1
    return before[index] + (instant - starts[index]).total_seconds() * opened[index]


def business_seconds(team: str, start: datetime, end: datetime) -> float:
    return open_until(team, end) - open_until(team, start)


@pytest.fixture
def connection(empty_connection: Connection) -> Connection:
    return empty_connection


Loaded = tuple[str | None, datetime, datetime]
"""A contact's team, when it was opened, and when it was answered and resolved."""


def load(connection: Connection, *rows: Loaded, agent: str = "a") -> None:
    for table in (contacts, coverage, agents):
        connection.execute(delete(table))
    empty: dict[str, Any] = dict.fromkeys(column.name for column in contacts.c)
    same = {"source": "desk", "channel": "email", "direction": "inbound", "abandoned": False}
    filled = [
        empty
        | same
        | {
            "contact_id": f"C{number}",
            "team": team,
            "agent_id": f"{agent}{number}",
            "opened_at": opened.replace(tzinfo=None),
            "first_response_at": done.replace(tzinfo=None),
            "resolved_at": done.replace(tzinfo=None),
        }
        for number, (team, opened, done) in enumerate(rows)
    ]
    connection.execute(contacts.insert(), filled)
    until = {"until": NOW.replace(tzinfo=None), "longest_gap_seconds": 9e5}
    connection.execute(coverage.insert(), {"source": "desk", "fact": "contacts", **until})


def ask(
    connection: Connection,
    key: str,
    *filters: Filter,
    by: tuple[Segment, ...] = (),
    calendars: Any = CALENDARS,
    withhold: bool = False,
) -> Answer:
    query = Query(find(key), EVER, filters, by)
    return answer(
        connection, query, NOW, Settings(calendars=calendars), withhold_small_groups=withhold
    )


def only(found: Answer) -> Row:
    (row,) = found.rows
    return row


instants = some.datetimes(
    datetime(2024, 12, 21), datetime(2027, 1, 9), timezones=some.just(UTC), allow_imaginary=False
).map(lambda found: found.replace(microsecond=0))
times = some.tuples(instants, instants).map(sorted)
spans = some.lists(
    some.tuples(some.sampled_from(["berlin", "new york"]), times), min_size=1, max_size=60
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spans)
def test_business_time_of_any_contacts_is_that_of_a_slow_count(
    connection: Connection, found: list[tuple[str, list[datetime]]]
) -> None:
    load(connection, *((team, start, end) for team, (start, end) in found))
    expected = [business_seconds(team, start, end) for team, (start, end) in found]
    response = only(ask(connection, "first_response_time")).asides["business_time"]
    resolution = only(ask(connection, "average_resolution_time")).asides["business_time"]
    assert response == pytest.approx(median(expected), abs=1e-6)
    assert resolution == pytest.approx(fmean(expected), abs=1e-6)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("team", "opened", "done", "seconds"),
    [
        ("berlin", "2026-06-15 06:00:00", "2026-06-15 06:00:01", 1),
        ("berlin", "2026-06-15 09:59:30", "2026-06-15 11:00:30", 60),
        ("berlin", "2026-06-15 10:10:00", "2026-06-15 10:50:00", 0),
        ("berlin", "2026-06-19 15:29:00", "2026-06-22 06:01:00", 120),
        ("berlin", "2026-06-20 08:00:00", "2026-06-21 20:00:00", 0),
        ("berlin", "2026-05-01 08:00:00", "2026-05-01 12:00:00", 0),
        ("berlin", "2026-12-24 08:00:00", "2026-12-24 12:00:00", 0),
        ("berlin", "2026-03-27 16:29:00", "2026-03-30 06:01:00", 120),
        ("new york", "2026-03-08 04:00:00", "2026-03-08 12:00:00", 6 * HOUR),
        ("new york", "2026-11-01 03:00:00", "2026-11-01 12:00:00", 8 * HOUR),
        ("berlin", "2025-01-01 00:00:00", "2027-01-01 00:00:00", None),
        ("care", "2026-06-15 03:15:00", "2026-06-15 12:15:00", 9 * HOUR),
        (None, "2026-06-15 03:15:00", "2026-06-15 12:15:00", 9 * HOUR),
        ("BERLIN", "2026-06-15 06:00:00", "2026-06-15 07:00:00", HOUR),
    ],
)
def test_business_time_at_its_edges(
    connection: Connection, team: str | None, opened: str, done: str, seconds: float | None
) -> None:
    load(connection, (team, at(opened), at(done)))
    expected = business_seconds("berlin", at(opened), at(done)) if seconds is None else seconds
    row = only(ask(connection, "average_resolution_time"))
    assert row.value == (at(done) - at(opened)).total_seconds()
    assert row.asides["business_time"] == expected


WITHIN = (at("2026-06-15 06:00:00"), at("2026-06-15 07:00:00"))
"""An hour in which Berlin is open."""


def test_team_without_a_calendar_is_left_out_and_never_zero(connection: Connection) -> None:
    load(connection, ("berlin", *WITHIN), ("care", *WITHIN), ("care", *WITHIN))
    own = {"berlin": CALENDARS["berlin"]}
    found = only(ask(connection, "first_response_time", calendars=own))
    assert (found.n, found.asides["business_time"]) == (3, 3600.0)
    assert found.aside_samples == {"business_time": 1}
    care = Filter(Segment.TEAM, ("care",))
    none = only(ask(connection, "first_response_time", care, calendars=own))
    assert (none.n, none.asides["business_time"], none.aside_samples) == (2, None, {})


def test_business_time_by_team_goes_by_the_calendar_of_each(connection: Connection) -> None:
    load(connection, ("berlin", *WITHIN), ("new york", *WITHIN), ("care", *WITHIN))
    rows = ask(connection, "average_resolution_time", by=(Segment.TEAM,)).rows
    shown = {row.segment[-1][1]: row.asides["business_time"] for row in rows}
    assert shown == {"berlin": 3600.0, "new york": 3600.0, "care": 3600.0}


def test_business_time_of_few_agents_is_withheld_with_its_sample(connection: Connection) -> None:
    load(connection, ("berlin", *WITHIN), *[("care", *WITHIN)] * 3)
    own = {"berlin": CALENDARS["berlin"]}
    row = only(ask(connection, "first_response_time", calendars=own, withhold=True))
    assert (row.value, row.asides["business_time"], row.aside_samples) == (3600.0, None, {})


def test_without_calendars_there_is_no_business_time(connection: Connection) -> None:
    load(connection, ("berlin", *WITHIN))
    row = only(ask(connection, "average_resolution_time", calendars={}))
    assert set(row.asides) == {"median", "percentile_90"}


def test_business_time_of_an_empty_period_is_none(connection: Connection) -> None:
    load(connection, ("berlin", at("2020-06-15 06:00:00"), at("2020-06-15 07:00:00")))
    row = only(ask(connection, "average_resolution_time"))
    assert (row.value, row.asides["business_time"]) == (None, None)
