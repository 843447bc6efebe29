"""Half hours within the next working days that suit a talk about a note. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from storage.calendars import BusinessCalendar, working_days
from storage.periods import local_day, zone

HALF_HOUR = timedelta(minutes=30)
OFFERED = 3
HOURS = (10, 14)
NOTICE = timedelta(hours=2)
LOOK_AHEAD_DAYS = 21


def half_hours(
    now: datetime, timezone: str, calendar: BusinessCalendar | None
) -> tuple[datetime, ...]:
    """Three starts in UTC, at 10:00 and 14:00 on days that the team works, at least 2 hours off.

    Where the team's calendar is closed then, the middle of its first hours of the day.
    """
    place = calendar.timezone if calendar else timezone
    found: list[datetime] = []
    first = local_day(now, place)
    for ahead in range(LOOK_AHEAD_DAYS):
        for start in _starts(first + timedelta(days=ahead), place, calendar):
            if start >= now + NOTICE:
                found.append(start)
            if len(found) == OFFERED:
                return tuple(found)
    return tuple(found)


def _starts(day: date, place: str, calendar: BusinessCalendar | None) -> Iterator[datetime]:
    if calendar is None:
        seconds = [hour * 3600 for hour in HOURS] if day in working_days("", day.year) else []
    else:
        seconds = _within(calendar, day)
    for second in seconds:
        wall = datetime.combine(day, time(), zone(place)) + timedelta(seconds=second)
        yield wall.astimezone(UTC)


def _within(calendar: BusinessCalendar, day: date) -> list[int]:
    spans = calendar.spans_on(day)
    half = int(HALF_HOUR.total_seconds())
    usual = [hour * 3600 for hour in HOURS]
    fit = [each for each in usual if any(o <= each and each + half <= c for o, c in spans)]
    if fit or not spans:
        return fit
    opens, closes = spans[0]
    return [opens + (closes - opens) // 2 // half * half] if closes - opens >= half else []
