"""Periods and instants as the reader lives them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import assert_never

from storage.periods import Grain, Period, local_day, zone

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
PLURALS = {
    Grain.DAY: "days",
    Grain.WEEK: "weeks",
    Grain.MONTH: "months",
    Grain.QUARTER: "quarters",
    Grain.YEAR: "years",
    Grain.RANGE: "periods",
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_name(day: date, today: date) -> str:
    """``9 Nov``, with the year where it is another one than today's."""
    return _day(day) if day.year == today.year else f"{_day(day)} {day.year}"


def days_name(first: date, last: date, today: date) -> str:
    """``9 to 15 Nov``, ``28 Feb to 5 Mar 2016``, ``28 Dec 2015 to 3 Jan 2016``."""
    if first == last:
        return day_name(first, today)
    if first.year != last.year:
        return f"{_day(first)} {first.year} to {_day(last)} {last.year}"
    start = str(first.day) if first.month == last.month else _day(first)
    return f"{start} to {day_name(last, today)}"


def period_name(period: Period, today: date) -> str:
    """``week 46 (9 to 15 Nov)``, ``March 2016``, ``yesterday (Sat 21 Nov)``."""
    days = days_name(period.first_day, period.last_day, today)
    match period.grain:
        case Grain.DAY:
            return (
                f"yesterday ({_weekday(period.first_day)} {days})"
                if _is_yesterday(period.first_day, today)
                else f"{_weekday(period.first_day)} {days}"
            )
        case Grain.WEEK:
            return f"week {period.first_day.isocalendar().week} ({days})"
        case Grain.RANGE:
            return days
        case Grain.MONTH | Grain.QUARTER | Grain.YEAR:
            return period_label(period)
        case _:
            assert_never(period.grain)


def dated_name(day: date, today: date) -> str:
    """A day with its weekday: ``Tue 10 Nov``."""
    return f"{_weekday(day)} {day_name(day, today)}"


def period_label(period: Period) -> str:
    """The shortest name of a period that stands alone, as on a button: ``Week 45``."""
    first = period.first_day
    match period.grain:
        case Grain.DAY:
            return f"{_weekday(first)} {_day(first)}"
        case Grain.WEEK:
            return f"Week {first.isocalendar().week}"
        case Grain.MONTH:
            return f"{_MONTHS[first.month - 1]} {first.year}"
        case Grain.QUARTER:
            return f"Q{(first.month + 2) // 3} {first.year}"
        case Grain.YEAR:
            return str(first.year)
        case Grain.RANGE:
            return f"{_day(first)} to {_day(period.last_day)}"
        case _:
            assert_never(period.grain)


def point_name(period: Period) -> str:
    """A period on a chart's axis, in at most 20 characters: a week by its Monday."""
    first = period.first_day
    match period.grain:
        case Grain.DAY | Grain.WEEK:
            return _day(first)
        case Grain.MONTH:
            return f"{_MONTHS[first.month - 1][:3]} {first.year}"
        case Grain.QUARTER | Grain.YEAR:
            return period_label(period)
        case Grain.RANGE:
            return f"{_day(first)} {first.year}"
        case _:
            assert_never(period.grain)


def elapsed_name(period: Period, until: datetime, today: date) -> str:
    """How far a running period has come: ``Mon to Wed``, ``1 to 18 Nov``, ``until 14:05``."""
    reached = local_day(until - timedelta(microseconds=1), period.timezone)
    last = min(max(reached, period.first_day), period.last_day)
    if period.grain is Grain.DAY:
        return f"until {clock_time(until, period.timezone)}"
    if period.grain is Grain.WEEK:
        first, end = _weekday(period.first_day), _weekday(last)
        return first if first == end else f"{first} to {end}"
    return days_name(period.first_day, last, today)


def instant_name(instant: datetime, now: datetime, timezone: str) -> str:
    """``today 06:40``, ``yesterday 23:55``, ``20 Nov 06:40``."""
    day, today = local_day(instant, timezone), local_day(now, timezone)
    time = clock_time(instant, timezone)
    if day == today:
        return f"today {time}"
    if _is_yesterday(day, today):
        return f"yesterday {time}"
    return f"{day_name(day, today)} {time}"


def bounds_name(period: Period, now: datetime) -> str:
    """``8 Jun 00:00 to 15 Jun 00:00 in Europe/Berlin (7 Jun 22:00 to 14 Jun 22:00 UTC)``.

    The end itself is outside of the period.
    """
    local, utc = (
        " to ".join(_stamp(instant, now, timezone) for instant in (period.start, period.end))
        for timezone in (period.timezone, "UTC")
    )
    return f"{local} in {period.timezone} ({utc} UTC)"


def _stamp(instant: datetime, now: datetime, timezone: str) -> str:
    day, today = local_day(instant, timezone), local_day(now, timezone)
    return f"{day_name(day, today)} {clock_time(instant, timezone)}"


def clock_time(instant: datetime, timezone: str) -> str:
    return f"{instant.astimezone(zone(timezone)):%H:%M}"


def weekday_name(weekday: int) -> str:
    """``Mon`` is 0."""
    return _WEEKDAYS[weekday]


def hour_name(hour: float) -> str:
    """The wall clock at an hour of the day: ``09:00``, and ``09:30`` at 9.5."""
    return f"{int(hour):02}:{round(60 * (hour % 1)):02}"


def _is_yesterday(day: date, today: date) -> bool:
    return day == today - timedelta(days=1)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def _weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]
