from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from storage.cadences.cadence import Cadence, EveryDay, NthDay, PostingHours, Weekday, Weekdays
from storage.errors import UserError

OFFICE = PostingHours(time(8), time(18))
NIGHT = PostingHours(time(22), time(6))


def test_weekdays_are_put_in_order() -> None:
    chosen = Weekdays((Weekday.FRIDAY, Weekday.MONDAY, Weekday.FRIDAY))
    assert chosen.days == (Weekday.MONDAY, Weekday.FRIDAY)


def test_country_is_spelled_as_the_holidays_know_it() -> None:
    assert Cadence(EveryDay(), time(9), "UTC", "de-be").country == "DE-BE"


@pytest.mark.parametrize(
    ("hours", "at", "inside"),
    [
        (OFFICE, time(8), True),
        (OFFICE, time(18), True),
        (OFFICE, time(18, 1), False),
        (OFFICE, time(7, 59), False),
        (NIGHT, time(23), True),
        (NIGHT, time(6), True),
        (NIGHT, time(6, 1), False),
        (NIGHT, time(21, 59), False),
    ],
)
def test_hours_for_posting(hours: PostingHours, at: time, inside: bool) -> None:
    assert (at in hours) is inside


def test_instant_is_within_the_hours_by_the_local_minute() -> None:
    cadence = Cadence(EveryDay(), time(9), "Europe/Berlin", posting_hours=OFFICE)
    opens = datetime(2026, 11, 22, 7, tzinfo=UTC)
    minute = timedelta(minutes=1)
    instants = [opens - minute / 60, opens, opens + 600 * minute + minute / 2, opens + 601 * minute]
    assert [cadence.may_post(each) for each in instants] == [False, True, True, False]
    assert Cadence(EveryDay(), time(9), "UTC").may_post(instants[0]) is True


def test_time_outside_of_the_hours_for_posting_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        Cadence(EveryDay(), time(19, 30), "UTC", posting_hours=OFFICE)
    assert str(refused.value) == (
        "19:30 lies outside of the hours for posting, 08:00 to 18:00. Choose a time within them."
    )


@pytest.mark.parametrize(
    ("number", "working", "told"),
    [
        (0, False, "No month has a day 0. Choose one from 1 to 31, or the last."),
        (32, False, "No month has a day 32. Choose one from 1 to 31, or the last."),
        (24, True, "No month has a working day 24. Choose one from 1 to 23, or the last."),
    ],
)
def test_day_that_no_month_has_is_refused(number: int, working: bool, told: str) -> None:
    with pytest.raises(UserError) as refused:
        NthDay(number, working)
    assert str(refused.value) == told


def test_no_weekday_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        Weekdays(())
    assert str(refused.value) == "No weekday is chosen. Choose one or more, such as mondays."


@pytest.mark.parametrize(
    ("timezone", "country", "told"),
    [
        ("Berlin", "", 'I don\'t know a time zone "Berlin". Use a name like Europe/Berlin or UTC.'),
        (
            "UTC",
            "Germany",
            (
                'The country for holidays is "Germany". Use a country, such as "DE", or a part of'
                ' one, such as "DE-BE".'
            ),
        ),
    ],
)
def test_unknown_zone_or_country_is_refused(timezone: str, country: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        Cadence(EveryDay(), time(9), timezone, country)
    assert str(refused.value) == told


def test_time_with_seconds_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="to the minute"):
        Cadence(EveryDay(), time(9, 0, 30), "UTC")
