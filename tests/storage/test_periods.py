from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.errors import UserError
from storage.periods import (
    Grain,
    Period,
    PeriodChoice,
    Which,
    period_of,
    range_of,
    resolve,
    running_period,
    same_stretch,
    utc_offsets,
)

BERLIN = "Europe/Berlin"
LORD_HOWE = "Australia/Lord_Howe"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # the parts of a date


@pytest.mark.parametrize(
    ("grain", "first", "end"),
    [
        (Grain.DAY, date(2026, 3, 29), date(2026, 3, 30)),
        (Grain.WEEK, date(2026, 3, 23), date(2026, 3, 30)),
        (Grain.MONTH, date(2026, 3, 1), date(2026, 4, 1)),
        (Grain.QUARTER, date(2026, 1, 1), date(2026, 4, 1)),
        (Grain.YEAR, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_period_of_a_day(grain: Grain, first: date, end: date) -> None:
    assert period_of(grain, date(2026, 3, 29), BERLIN) == Period(first, end, grain, BERLIN)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), BERLIN, 23.0),
        (date(2026, 10, 25), BERLIN, 25.0),
        (date(2026, 4, 5), LORD_HOWE, 24.5),
        (date(2026, 3, 29), "UTC", 24.0),
    ],
)
def test_day_of_the_clock_change_has_its_own_length(day: date, zone: str, hours: float) -> None:
    period = period_of(Grain.DAY, day, zone)
    assert (period.end - period.start).total_seconds() == hours * 3600


def test_month_bounds_are_local_midnights() -> None:
    march = period_of(Grain.MONTH, date(2026, 3, 1), BERLIN)
    assert (march.start, march.end) == (utc(2026, 2, 28, 23), utc(2026, 3, 31, 22))


def test_hour_that_happens_twice_lies_in_its_day_both_times() -> None:
    day = period_of(Grain.DAY, date(2026, 10, 25), BERLIN)
    assert day.contains(utc(2026, 10, 25, 0, 30))
    assert day.contains(utc(2026, 10, 25, 1, 30))


@pytest.mark.parametrize(
    ("period", "steps", "expected"),
    [
        (period_of(Grain.MONTH, date(2026, 3, 1), BERLIN), -1, date(2026, 2, 1)),
        (period_of(Grain.MONTH, date(2026, 3, 1), BERLIN), -15, date(2024, 12, 1)),
        (period_of(Grain.QUARTER, date(2026, 1, 1), BERLIN), -1, date(2025, 10, 1)),
        (period_of(Grain.WEEK, date(2026, 1, 1), BERLIN), 1, date(2026, 1, 5)),
        (range_of(date(2026, 3, 1), date(2026, 3, 10), BERLIN), -1, date(2026, 2, 19)),
    ],
)
def test_period_moves_by_its_own_length(period: Period, steps: int, expected: date) -> None:
    assert period.shifted(steps).first_day == expected


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (PeriodChoice(Grain.WEEK), date(2026, 3, 16)),
        (PeriodChoice(Grain.WEEK, Which.THIS), date(2026, 3, 23)),
        (PeriodChoice(Grain.DAY), date(2026, 3, 28)),
        (PeriodChoice(Grain.MONTH, Which.EXACT, date(2016, 3, 9)), date(2016, 3, 1)),
    ],
)
def test_choice_is_resolved_by_the_local_clock(choice: PeriodChoice, expected: date) -> None:
    """22:30 UTC is already Sunday, the 29th, in Berlin."""
    now = utc(2026, 3, 28, 23, 30)
    assert resolve(choice, now, BERLIN).first_day == expected


def test_range_includes_both_days() -> None:
    choice = PeriodChoice(Grain.RANGE, Which.EXACT, date(2016, 3, 1), date(2016, 3, 15))
    found = resolve(choice, utc(2026, 1, 1), "UTC")
    assert (found.start, found.end) == (utc(2016, 3, 1), utc(2016, 3, 16))


def test_range_that_ends_before_it_starts_says_so() -> None:
    with pytest.raises(UserError, match="ends on 2016-03-01, before it starts on 2016-03-15"):
        range_of(date(2016, 3, 15), date(2016, 3, 1), "UTC")


@pytest.mark.parametrize("name", ["Europe/Berlln", "", "../../etc/passwd", "Europe", "\0"])
def test_zone_that_is_unknown_says_so(name: str) -> None:
    with pytest.raises(UserError, match="I don't know a time zone"):
        assert period_of(Grain.DAY, date(2026, 1, 1), name).start


def test_same_stretch_goes_by_the_local_clock() -> None:
    """Monday 14:00 after the clocks went forward is held against Monday 14:00 before."""
    now = utc(2026, 3, 30, 12)
    running = running_period(period_of(Grain.WEEK, date(2026, 3, 25), BERLIN), now)
    assert same_stretch(running, now) == (utc(2026, 3, 22, 23), utc(2026, 3, 23, 13))


def test_same_stretch_of_a_shorter_month_ends_with_it() -> None:
    now = utc(2026, 3, 31, 9)
    march = period_of(Grain.MONTH, date(2026, 3, 1), "UTC")
    assert same_stretch(march, now) == (utc(2026, 2, 1), utc(2026, 3, 1))


def test_offsets_change_at_the_instant_of_the_clock_change() -> None:
    found = utc_offsets(utc(2026, 1, 1), utc(2027, 1, 1), BERLIN)
    assert found == [
        (utc(2026, 1, 1), timedelta(hours=1)),
        (utc(2026, 3, 29, 1), timedelta(hours=2)),
        (utc(2026, 10, 25, 1), timedelta(hours=1)),
    ]
    half = utc_offsets(utc(2026, 4, 1), utc(2026, 5, 1), LORD_HOWE)
    assert half[-1] == (utc(2026, 4, 4, 15), timedelta(hours=10, minutes=30))
