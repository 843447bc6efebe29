"""When a team works: hours by weekday in its zone, without holidays, as spans of UTC days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from storage.periods import utc_offsets

EVERY_TEAM = "*"
"""The calendar of every team that has none of its own."""
DAY_SECONDS = 86400

Span = tuple[int, int]
"""From and to, in seconds of a day."""


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """``hours`` are the spans of each local weekday, Monday first, in order and apart.

    It is open whenever the clock on its wall lies within them, so that an hour that happens twice
    counts twice, and one that is skipped not at all. ``holidays`` names a country, or a country
    and a part of it: ``DE``, ``DE-BE``. On ``closed_days`` it is closed as well.
    """

    timezone: str
    hours: tuple[tuple[Span, ...], ...]
    holidays: str = ""
    closed_days: frozenset[date] = frozenset()

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """When it is open on a local day, by the clock on the wall."""
        closed = day in self.closed_days or day in _holidays(self.holidays, day.year)
        return () if closed else self.hours[day.weekday()]


@lru_cache(maxsize=4096)
def open_spans(calendar: BusinessCalendar, year: int) -> tuple[tuple[Span, ...], ...]:
    """When it is open on each UTC day of a UTC year."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    days: list[list[Span]] = [[] for _ in range((end - start).days)]
    for opens, closes in _open_seconds(calendar, start, end):
        for day in range(opens // DAY_SECONDS, (closes - 1) // DAY_SECONDS + 1):
            second = day * DAY_SECONDS
            within = max(opens - second, 0), min(closes - second, DAY_SECONDS)
            days[day].append(within)
    return tuple(map(tuple, days))


def _open_seconds(calendar: BusinessCalendar, start: datetime, end: datetime) -> Iterator[Span]:
    """Each stretch in which it is open, in seconds after ``start``; cut where the clock changes."""
    offsets = [*utc_offsets(start, end, calendar.timezone), (end, timedelta())]
    for (since, offset), (until, _) in pairwise(offsets):
        lowest, highest = (int((each - start).total_seconds()) for each in (since, until))
        day = (since + offset).date()
        while day <= (until + offset).date():
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
            second = int((midnight - start).total_seconds())
            for opens, closes in calendar.spans_on(day):
                stretch = max(second + opens, lowest), min(second + closes, highest)
                if stretch[0] < stretch[1]:
                    yield stretch
            day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _holidays(place: str, year: int) -> frozenset[date]:
    if not place:
        return frozenset()
    from holidays import country_holidays  # noqa: PLC0415 - slow to import, and not always needed

    country, _, part = place.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


@lru_cache(maxsize=4096)
def working_days(place: str, year: int) -> frozenset[date]:
    """The days of a year on which a country, or a part of it, works: not its weekend, no holiday.

    Monday to Friday where no place is named.
    """
    first = date(year, 1, 1)
    days = (first + timedelta(days=each) for each in range(366))
    works = _works_on(place, year)
    return frozenset(day for day in days if day.year == year and works(day))


def _works_on(place: str, year: int) -> Callable[[date], bool]:
    if not place:
        return lambda day: day.weekday() < 5
    from holidays import country_holidays  # noqa: PLC0415 - slow to import, and not always needed

    country, _, part = place.partition("-")
    return country_holidays(country, subdiv=part or None, years=year).is_working_day
