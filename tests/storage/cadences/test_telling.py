from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from storage.cadences.cadence import (
    Cadence,
    Days,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    Weekday,
    Weekdays,
)
from storage.cadences.occurrences import Occurrence, next_occurrence
from storage.cadences.telling import period_told, usual_choice
from storage.periods import Grain, Period, PeriodChoice, Which

BERLIN = "Europe/Berlin"
MONDAYS = Weekdays((Weekday.MONDAY,))
LAST_DAY, THIS_DAY = PeriodChoice(Grain.DAY), PeriodChoice(Grain.DAY, Which.THIS)


def on(day: date, cadence: Cadence) -> Occurrence:
    found = next_occurrence(cadence, datetime.combine(day, time(), UTC))
    assert found.day == day
    return found


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (EveryDay(), PeriodChoice(Grain.DAY)),
        (EveryWorkingDay(), PeriodChoice(Grain.DAY)),
        (MONDAYS, PeriodChoice(Grain.WEEK)),
        (Weekdays((Weekday.TUESDAY, Weekday.THURSDAY)), PeriodChoice(Grain.DAY)),
        (NthDay(3, working=True), PeriodChoice(Grain.MONTH)),
        (NthDay(5, grain=Grain.QUARTER), PeriodChoice(Grain.QUARTER)),
        (LastDay(working=True), PeriodChoice(Grain.MONTH, Which.THIS)),
    ],
)
def test_what_a_cadence_tells_where_nobody_chose(days: Days, expected: PeriodChoice) -> None:
    assert usual_choice(Cadence(days, time(9), BERLIN)) == expected


@pytest.mark.parametrize(
    ("day", "country", "told"),
    [
        (date(2026, 11, 24), "DE", date(2026, 11, 23)),
        (date(2026, 11, 23), "DE", date(2026, 11, 20)),
        (date(2026, 4, 7), "DE", date(2026, 4, 2)),
        (date(2026, 4, 7), "US", date(2026, 4, 6)),
        (date(2026, 11, 27), "US", date(2026, 11, 25)),
        (date(2027, 1, 4), "DE", date(2026, 12, 31)),
    ],
)
def test_yesterday_is_the_working_day_before(day: date, country: str, told: date) -> None:
    cadence = Cadence(EveryWorkingDay(), time(9), BERLIN, country)
    assert period_told(LAST_DAY, cadence, on(day, cadence), BERLIN).first_day == told


def test_yesterday_of_a_cadence_without_weekends_is_the_day_before() -> None:
    cadence = Cadence(EveryDay(), time(9), BERLIN, "DE")
    told = period_told(LAST_DAY, cadence, on(date(2026, 11, 23), cadence), BERLIN)
    assert told == Period(date(2026, 11, 22), date(2026, 11, 23), Grain.DAY, BERLIN)


@pytest.mark.parametrize(
    ("choice", "first", "end"),
    [
        (PeriodChoice(Grain.WEEK), date(2026, 11, 23), date(2026, 11, 30)),
        (PeriodChoice(Grain.MONTH), date(2026, 10, 1), date(2026, 11, 1)),
        (PeriodChoice(Grain.QUARTER), date(2026, 7, 1), date(2026, 10, 1)),
        (THIS_DAY, date(2026, 11, 30), date(2026, 12, 1)),
        (PeriodChoice(Grain.MONTH, Which.THIS), date(2026, 11, 1), date(2026, 12, 1)),
        (
            PeriodChoice(Grain.DAY, Which.EXACT, date(2026, 11, 3)),
            date(2026, 11, 3),
            date(2026, 11, 4),
        ),
    ],
)
def test_period_told_on_a_monday_at_the_end_of_a_month(
    choice: PeriodChoice, first: date, end: date
) -> None:
    cadence = Cadence(MONDAYS, time(17, 30), BERLIN)
    told = period_told(choice, cadence, on(date(2026, 11, 30), cadence), BERLIN)
    assert told == Period(first, end, choice.grain, BERLIN)


@pytest.mark.parametrize(
    ("timezone", "at", "choice", "first"),
    [
        # Monday 17:30 in Los Angeles is Tuesday in Berlin: the note still tells Monday.
        ("America/Los_Angeles", time(17, 30), THIS_DAY, date(2026, 11, 23)),
        ("America/Los_Angeles", time(17, 30), LAST_DAY, date(2026, 11, 23)),
        # Monday 09:00 in Auckland is Sunday in Berlin, whose week is not over.
        ("Pacific/Auckland", time(9), PeriodChoice(Grain.WEEK), date(2026, 11, 9)),
        ("Pacific/Auckland", time(9), THIS_DAY, date(2026, 11, 22)),
        ("Pacific/Auckland", time(9), LAST_DAY, date(2026, 11, 20)),
    ],
)
def test_period_is_the_organisations_where_the_reader_lives_elsewhere(
    timezone: str, at: time, choice: PeriodChoice, first: date
) -> None:
    cadence = Cadence(MONDAYS, at, timezone)
    due_on = next_occurrence(cadence, datetime(2026, 11, 21, tzinfo=UTC))
    assert due_on.day == date(2026, 11, 23)
    told = period_told(choice, cadence, due_on, BERLIN)
    assert (told.first_day, told.timezone) == (first, BERLIN)
    assert told.start < due_on.due_at
