from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.cadences.cadence import (
    Cadence,
    Days,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    PostingHours,
    Weekday,
    Weekdays,
)
from storage.cadences.occurrences import (
    Occurrence,
    Timeliness,
    due,
    due_instant,
    next_occurrence,
    occurrences,
)
from storage.periods import FIRST_YEAR, Grain, zone

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
ON_TIME, LATE, MISSED = Timeliness.ON_TIME, Timeliness.LATE, Timeliness.MISSED
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # the parts of a date


def days_of(days: Days, first: date, last: date, country: str = "") -> list[str]:
    """The days of the local slots from one day to another."""
    cadence = Cadence(days, time(9), "UTC", country)
    start = datetime.combine(first, time(), UTC)
    return [
        each.slot.removesuffix("T09:00")
        for each in occurrences(cadence, start, start + (last - first) + DAY)
    ]


@pytest.mark.parametrize(
    ("timezone", "day", "at", "due_at"),
    [
        (BERLIN, date(2026, 3, 29), time(2, 30), utc(2026, 3, 29, 1)),
        (BERLIN, date(2026, 3, 29), time(2), utc(2026, 3, 29, 1)),
        (BERLIN, date(2026, 3, 29), time(3), utc(2026, 3, 29, 1)),
        (BERLIN, date(2026, 3, 29), time(1, 59), utc(2026, 3, 29, 0, 59)),
        (BERLIN, date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),
        (BERLIN, date(2026, 10, 25), time(3), utc(2026, 10, 25, 2)),
        (NEW_YORK, date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7)),
        (NEW_YORK, date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        (NEW_YORK, date(2026, 11, 1), time(2, 30), utc(2026, 11, 1, 7, 30)),
        (LORD_HOWE, date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 30)),
        (LORD_HOWE, date(2026, 10, 4), time(2, 30), utc(2026, 10, 3, 15, 30)),
        (LORD_HOWE, date(2026, 4, 5), time(1, 45), utc(2026, 4, 4, 14, 45)),
        (LORD_HOWE, date(2026, 4, 5), time(2, 30), utc(2026, 4, 4, 16)),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0), utc(2018, 11, 4, 3)),
        ("Pacific/Apia", date(2011, 12, 30), time(9), utc(2011, 12, 30, 10)),
    ],
)
def test_instant_of_a_local_time_where_the_clocks_change(
    timezone: str, day: date, at: time, due_at: datetime
) -> None:
    assert due_instant(day, at, timezone) == due_at


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_half_past_two_occurs_once_on_the_day_the_clocks_change(day: date) -> None:
    cadence = Cadence(EveryDay(), time(2, 30), BERLIN)
    start = datetime.combine(day, time(), UTC) - DAY
    assert [each.slot for each in occurrences(cadence, start, start + 3 * DAY)] == [
        f"{day + each * DAY}T02:30" for each in (-1, 0, 1)
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (29, ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29"]),
        (31, ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
    ],
)
def test_day_of_the_month_in_a_leap_year(number: int, expected: list[str]) -> None:
    assert days_of(NthDay(number), date(2028, 1, 1), date(2028, 4, 30)) == expected


def test_31st_is_the_last_day_of_a_short_month() -> None:
    assert days_of(NthDay(31), date(2027, 2, 1), date(2027, 4, 30)) == [
        "2027-02-28",
        "2027-03-31",
        "2027-04-30",
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (NthDay(5, grain=Grain.QUARTER), ["2026-01-05", "2026-04-05", "2026-07-05", "2026-10-05"]),
        (NthDay(31, grain=Grain.QUARTER), ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]),
        (LastDay(grain=Grain.QUARTER), ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        (
            LastDay(working=True, grain=Grain.QUARTER),
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"],
        ),
        (
            NthDay(1, working=True, grain=Grain.QUARTER),
            ["2026-01-02", "2026-04-01", "2026-07-01", "2026-10-01"],
        ),
    ],
)
def test_days_of_the_quarters(days: Days, expected: list[str]) -> None:
    assert days_of(days, date(2026, 1, 1), date(2026, 12, 31), "DE") == expected


@pytest.mark.parametrize(
    ("days", "country", "expected"),
    [
        (NthDay(3, working=True), "", ["2026-05-05", "2026-06-03"]),
        (NthDay(3, working=True), "DE", ["2026-05-06", "2026-06-03"]),
        (NthDay(3, working=True), "US", ["2026-05-05", "2026-06-03"]),
        (NthDay(23, working=True), "DE", ["2026-05-29", "2026-06-30"]),
        (LastDay(working=True), "DE", ["2026-05-29", "2026-06-30"]),
        (LastDay(), "DE", ["2026-05-31", "2026-06-30"]),
    ],
)
def test_counted_days_of_a_month(days: Days, country: str, expected: list[str]) -> None:
    assert days_of(days, date(2026, 5, 1), date(2026, 6, 30), country) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("", ["23", "24", "25", "26", "27", "30"]),
        ("DE", ["23", "24", "25", "26", "27", "30"]),
        ("US", ["23", "24", "25", "27", "30"]),
        ("SA", ["22", "23", "24", "25", "26", "29", "30"]),
    ],
)
def test_working_days_leave_out_the_weekend_and_holidays_of_the_country(
    country: str, expected: list[str]
) -> None:
    found = days_of(EveryWorkingDay(), date(2026, 11, 21), date(2026, 11, 30), country)
    assert found == [f"2026-11-{each}" for each in expected]


def test_holiday_of_a_part_of_the_country() -> None:
    week = date(2026, 3, 6), date(2026, 3, 10)
    assert days_of(EveryWorkingDay(), *week, "DE-BE") == ["2026-03-06", "2026-03-09", "2026-03-10"]
    march = date(2027, 3, 5), date(2027, 3, 9)
    assert days_of(EveryWorkingDay(), *march, "DE-BE") == ["2027-03-05", "2027-03-09"]


def test_named_weekdays_stay_on_a_holiday() -> None:
    days = Weekdays((Weekday.THURSDAY, Weekday.MONDAY))
    assert days_of(days, date(2026, 11, 21), date(2026, 11, 30), "US") == [
        "2026-11-23",
        "2026-11-26",
        "2026-11-30",
    ]


def test_bounds_leave_out_the_first_and_take_the_last() -> None:
    cadence = Cadence(EveryDay(), time(9), BERLIN)
    found = list(occurrences(cadence, utc(2026, 11, 21, 8), utc(2026, 11, 23, 8)))
    assert found == [
        Occurrence("2026-11-22T09:00", utc(2026, 11, 22, 8)),
        Occurrence("2026-11-23T09:00", utc(2026, 11, 23, 8)),
    ]


def test_next_occurrence_of_a_month_that_is_over() -> None:
    cadence = Cadence(NthDay(3, working=True), time(8), BERLIN, "DE")
    found = next_occurrence(cadence, utc(2026, 12, 3, 7))
    assert found == Occurrence("2027-01-06T08:00", utc(2027, 1, 6, 7))
    assert found.day == date(2027, 1, 6)


DAILY = Cadence(EveryDay(), time(9), "UTC")
GRACE = timedelta(hours=12)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2026, 11, 20, 8, 59), []),
        (utc(2026, 11, 20, 9), [("20", ON_TIME)]),
        (utc(2026, 11, 20, 9, 5), [("20", ON_TIME)]),
        (utc(2026, 11, 20, 9, 6), [("20", LATE)]),
        (utc(2026, 11, 20, 21), [("20", LATE)]),
        (utc(2026, 11, 20, 21, 1), [("20", MISSED)]),
    ],
)
def test_what_is_due_by_the_delay(now: datetime, expected: list[tuple[str, Timeliness]]) -> None:
    found = due(DAILY, utc(2026, 11, 19, 9), now, GRACE)
    assert [(each.slot[8:10], state) for each, state in found] == expected


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        (utc(2026, 11, 22, 14), LATE),
        (utc(2026, 11, 22, 9, 1), ON_TIME),
        (utc(2026, 11, 23, 3), MISSED),
    ],
)
def test_only_the_newest_is_sent_after_three_days_of_sleep(
    now: datetime, newest: Timeliness
) -> None:
    found = due(DAILY, utc(2026, 11, 19, 9), now, GRACE)
    assert [(each.slot[8:10], state) for each, state in found] == [
        ("20", MISSED),
        ("21", MISSED),
        ("22", newest),
    ]


def test_nothing_is_due_again_after_the_clock_went_back() -> None:
    decided = utc(2026, 11, 22, 9)
    for now in (decided, decided - timedelta(hours=1), decided - 3 * DAY):
        assert due(DAILY, decided, now, GRACE) == ()
    found = due(DAILY, decided, utc(2026, 11, 23, 9), GRACE)
    assert [(each.slot, state) for each, state in found] == [("2026-11-23T09:00", ON_TIME)]


def test_hour_that_happens_twice_is_not_due_again_the_second_time() -> None:
    cadence = Cadence(EveryDay(), time(1, 30), NEW_YORK)
    first, second = utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)
    found = due(cadence, first - DAY, first, GRACE)
    assert found == ((Occurrence("2026-11-01T01:30", first), ON_TIME),)
    assert due(cadence, first, second, GRACE) == ()


def test_late_one_waits_for_the_hours_for_posting() -> None:
    office = PostingHours(time(8), time(18))
    cadence = Cadence(EveryDay(), time(17, 30), "UTC", posting_hours=office)
    decided = utc(2026, 11, 20, 17, 30)
    older, newest = occurrences(cadence, decided, utc(2026, 11, 22, 18))
    in_the_night = due(cadence, decided, utc(2026, 11, 22, 23), timedelta(hours=15))
    assert in_the_night == ((older, MISSED),)
    in_the_morning = due(cadence, older.due_at, utc(2026, 11, 23, 8), timedelta(hours=15))
    assert in_the_morning == ((newest, LATE),)
    too_late = due(cadence, older.due_at, utc(2026, 11, 23, 8), timedelta(hours=14))
    assert too_late == ((newest, MISSED),)


ZONES = sorted(available_timezones())
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None, max_examples=40)
@given(
    year=st.integers(FIRST_YEAR, 2100),
    timezone=st.sampled_from(ZONES),
    at=TIMES,
)
def test_each_local_slot_of_a_year_occurs_once_and_in_order(
    year: int, timezone: str, at: time
) -> None:
    cadence = Cadence(EveryDay(), at, timezone)
    first, last = utc(year, 1, 1), utc(year + 1, 1, 1)
    found = list(occurrences(cadence, first, last))
    days = [each.day for each in found]
    assert days == [days[0] + each * DAY for each in range(len(days))]
    assert date(year - 1, 12, 31) <= days[0] <= date(year, 1, 2)
    assert date(year, 12, 30) <= days[-1] <= date(year + 1, 1, 1)
    instants = [each.due_at for each in found]
    assert instants == sorted(instants)
    assert [each.slot for each in found] == [f"{day}T{at:%H:%M}" for day in days]
    for each in found:
        local = each.due_at.astimezone(zone(timezone)).replace(tzinfo=None)
        asked = datetime.combine(each.day, at)
        assert local >= asked
        # Whatever the clock shows at the instant before is earlier than what was asked for.
        before = (each.due_at - timedelta(seconds=1)).astimezone(zone(timezone))
        assert before.replace(tzinfo=None) < asked


@settings(deadline=None, max_examples=40)
@given(
    timezone=st.sampled_from(ZONES),
    at=TIMES,
    wakes=st.lists(st.integers(1, 60 * 24 * 5), min_size=1, max_size=60),
)
def test_each_slot_is_decided_once_however_the_clock_wakes(
    timezone: str, at: time, wakes: list[int]
) -> None:
    cadence = Cadence(EveryWorkingDay(), at, timezone)
    start = now = decided = utc(2026, 3, 1)
    found: list[Occurrence] = []
    for minutes in wakes:
        now += timedelta(minutes=minutes)
        for each, _ in due(cadence, decided, now, GRACE):
            found.append(each)
            decided = each.due_at
    assert found == list(occurrences(cadence, start, now))
