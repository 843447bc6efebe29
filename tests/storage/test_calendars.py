from __future__ import annotations

from datetime import date

import pytest

from storage.calendars import BusinessCalendar, Span, open_spans, working_days

HOUR = 3600
NIGHT: tuple[Span, ...] = ((0, 6 * HOUR),)
ALWAYS: tuple[Span, ...] = ((0, 24 * HOUR),)


def calendar(timezone: str, spans: tuple[Span, ...], **more: object) -> BusinessCalendar:
    """Open alike on every day of the week."""
    return BusinessCalendar(timezone, (spans,) * 7, **more)  # type: ignore[arg-type]  # as given


def on(found: BusinessCalendar, day: date) -> tuple[Span, ...]:
    """The spans of a UTC day."""
    return open_spans(found, day.year)[(day - date(day.year, 1, 1)).days]


def hours(found: BusinessCalendar, *days: date) -> float:
    return sum(end - start for day in days for start, end in on(found, day)) / HOUR


@pytest.mark.parametrize(
    ("timezone", "day", "expected"),
    [
        ("Europe/Berlin", date(2026, 1, 15), ((8 * HOUR, 9 * HOUR),)),
        ("Europe/Berlin", date(2026, 7, 15), ((7 * HOUR, 8 * HOUR),)),
        ("America/New_York", date(2026, 1, 15), ((14 * HOUR, 15 * HOUR),)),
        ("Asia/Tokyo", date(2026, 1, 15), ((0, HOUR),)),
        ("Pacific/Auckland", date(2026, 1, 15), ((20 * HOUR, 21 * HOUR),)),
    ],
)
def test_hours_follow_the_zone_and_its_season(
    timezone: str, day: date, expected: tuple[Span, ...]
) -> None:
    assert on(calendar(timezone, ((9 * HOUR, 10 * HOUR),)), day) == expected


def test_span_over_utc_midnight_is_cut_there() -> None:
    spans = on(calendar("America/Los_Angeles", ((14 * HOUR, 20 * HOUR),)), date(2026, 1, 15))
    assert spans == ((0, 4 * HOUR), (22 * HOUR, 24 * HOUR))


@pytest.mark.parametrize(
    ("day", "spans"),
    [
        (date(2026, 3, 28), ((0, 5 * HOUR), (23 * HOUR, 24 * HOUR))),
        (date(2026, 3, 29), ((0, HOUR), (HOUR, 4 * HOUR), (22 * HOUR, 24 * HOUR))),
        (date(2026, 10, 25), ((0, HOUR), (HOUR, 5 * HOUR), (23 * HOUR, 24 * HOUR))),
    ],
)
def test_night_of_a_clock_change_has_an_hour_more_or_less(
    day: date, spans: tuple[Span, ...]
) -> None:
    assert on(calendar("Europe/Berlin", NIGHT), day) == spans


def test_open_around_the_clock_is_every_second_of_the_year() -> None:
    assert set(open_spans(calendar("UTC", ALWAYS), 2026)) == {((0, 24 * HOUR),)}
    berlin = calendar("Europe/Berlin", ALWAYS)
    assert sum(end - start for day in open_spans(berlin, 2028) for start, end in day) == (
        366 * 24 * HOUR
    )


@pytest.mark.parametrize(
    ("place", "day", "closed"),
    [
        ("DE", date(2026, 10, 3), True),
        ("DE", date(2026, 3, 8), False),
        ("DE-BE", date(2026, 3, 8), True),
        ("US", date(2026, 11, 26), True),
        ("", date(2026, 12, 25), False),
    ],
)
def test_holidays_are_those_of_the_country_or_the_part(place: str, day: date, closed: bool) -> None:
    found = calendar("UTC", ALWAYS, holidays=place)
    assert on(found, day) == (() if closed else ALWAYS)


def test_own_closed_day_is_one_of_the_local_calendar() -> None:
    found = calendar("Asia/Tokyo", ALWAYS, closed_days=frozenset({date(2027, 1, 1)}))
    assert on(found, date(2026, 12, 31)) == ((0, 15 * HOUR),)
    assert on(found, date(2027, 1, 1)) == ((15 * HOUR, 24 * HOUR),)


@pytest.mark.parametrize(
    ("place", "working"),
    [
        ("", [21, 22, 23, 24, 25, 28, 29, 30, 31]),
        ("DE", [21, 22, 23, 24, 28, 29, 30, 31]),
        ("US", [21, 22, 23, 24, 28, 29, 30, 31]),
        ("SA", [20, 21, 22, 23, 24, 27, 28, 29, 30, 31]),
    ],
)
def test_working_days_leave_out_weekend_and_holidays(place: str, working: list[int]) -> None:
    """From 20 December 2026, a Sunday, to the year's end."""
    days = [day.day for day in working_days(place, 2026) if day >= date(2026, 12, 20)]
    assert sorted(days) == working


def test_working_days_of_a_leap_year_end_with_the_year() -> None:
    assert max(working_days("", 2028)) == date(2028, 12, 29)
    assert len(working_days("", 2028)) == 260
