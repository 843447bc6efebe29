"""Periods as people name them: local days, turned into half-open UTC bounds.

A period's bounds are midnights in the organisation's time zone, so a day of the clock change has
23 or 25 hours. Weeks are ISO weeks, Monday to Sunday.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.errors import UserError

Clock = Callable[[], datetime]
"""Where the present comes from: aware, and injected once at the top."""

FIRST_YEAR, LAST_YEAR = 1970, 2200


class Grain(Enum):
    """How long a period is; ``RANGE`` is any number of days that a person named."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RANGE = "range"


class Which(Enum):
    """Which period of a grain is meant, before the clock is asked."""

    LAST = "last"
    THIS = "this"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period as a person names it: ``weekly`` is LAST WEEK; EXACT carries its local days.

    ``last_day`` is inclusive, and given for ``RANGE`` alone.
    """

    grain: Grain
    which: Which = Which.LAST
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days ``[first_day, end_day)`` in ``timezone`` (an IANA name)."""

    first_day: date
    end_day: date
    grain: Grain
    timezone: str

    @property
    def start(self) -> datetime:
        """The first instant, in UTC."""
        return local_midnight(self.first_day, self.timezone)

    @property
    def end(self) -> datetime:
        """The first instant after the period, in UTC."""
        return local_midnight(self.end_day, self.timezone)

    @property
    def last_day(self) -> date:
        return self.end_day - timedelta(days=1)

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def shifted(self, steps: int) -> Period:
        """The period that many of its own length later; negative is earlier.

        Example: March shifted by -1 is February; a range of 10 days moves by 10 days.
        """
        if self.grain is Grain.RANGE:
            days = (self.end_day - self.first_day) * steps
            return Period(self.first_day + days, self.end_day + days, self.grain, self.timezone)
        return Period(
            _step(self.first_day, self.grain, steps),
            _step(self.first_day, self.grain, steps + 1),
            self.grain,
            self.timezone,
        )


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; a name that no zone has is the person's to mend."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = f'I don\'t know a time zone "{name}".'
        raise UserError(sentence, "Use a name like Europe/Berlin or UTC.") from error


def local_midnight(day: date, timezone: str) -> datetime:
    """The UTC instant at which a local day starts, where a change of the clock skips it too."""
    return datetime.combine(day, time(), zone(timezone)).astimezone(UTC)


def local_day(instant: datetime, timezone: str) -> date:
    return instant.astimezone(zone(timezone)).date()


def period_of(grain: Grain, day: date, timezone: str) -> Period:
    """The day, week, month, quarter or year that a local day lies in."""
    first = _first_day(day, grain)
    return Period(first, _step(first, grain, 1), grain, timezone)


def range_of(first_day: date, last_day: date, timezone: str) -> Period:
    """From one local day to another, both included."""
    if last_day < first_day:
        raise UserError(
            f"The period ends on {last_day}, before it starts on {first_day}.",
            "Put the earlier day first: from 2026-03-01 to 2026-03-15.",
        )
    return Period(first_day, last_day + timedelta(days=1), Grain.RANGE, timezone)


def resolve(choice: PeriodChoice, now: datetime, timezone: str) -> Period:
    """The period meant, by the clock: LAST is the newest complete one, THIS the running one."""
    if choice.which is Which.EXACT:
        return _exact(choice, timezone)
    running = period_of(choice.grain, local_day(now, timezone), timezone)
    return running if choice.which is Which.THIS else running.shifted(-1)


def running_period(period: Period, now: datetime) -> Period:
    """The period of the same grain that runs at ``now``."""
    return period_of(period.grain, local_day(now, period.timezone), period.timezone)


def same_stretch(period: Period, now: datetime) -> tuple[datetime, datetime]:
    """The part of the period before that is as far in, by the local clock, as ``now`` is in this.

    Wednesday 14:00 of this week is compared with last week up to Wednesday 14:00. A month that
    was shorter ends with its last day.
    """
    before = period.shifted(-1)
    local = now.astimezone(zone(period.timezone))
    day = before.first_day + (local.date() - period.first_day)
    if day >= before.end_day:
        return before.start, before.end
    end = datetime.combine(day, local.time(), zone(period.timezone)).replace(fold=local.fold)
    return before.start, min(end.astimezone(UTC), before.end)


def utc_offsets(start: datetime, end: datetime, timezone: str) -> list[tuple[datetime, timedelta]]:
    """The zone's offsets in force over ``[start, end)``: from which instant, and how much.

    Example: for 2026 in Europe/Berlin, +1 h from the start, +2 h from 29 March 01:00 UTC, +1 h
    from 25 October 01:00 UTC.
    """
    found = [(start, offset_at(start, timezone))]
    for left, right in pairwise(_days(start, end)):
        if offset_at(left, timezone) != offset_at(right, timezone):
            found += _changes(left, right, timezone)
    return found


def offset_at(instant: datetime, timezone: str) -> timedelta:
    offset = instant.astimezone(zone(timezone)).utcoffset()
    return offset if offset is not None else timedelta()


def _days(start: datetime, end: datetime) -> Iterator[datetime]:
    instant = start
    while instant < end:
        yield instant
        instant += timedelta(days=1)
    yield end


def _changes(left: datetime, right: datetime, timezone: str) -> list[tuple[datetime, timedelta]]:
    """The instant of an offset's change in ``(left, right]``, to the second, by halving."""
    before = offset_at(left, timezone)
    while right - left > timedelta(seconds=1):
        middle = left + timedelta(seconds=int((right - left).total_seconds()) // 2)
        if offset_at(middle, timezone) == before:
            left = middle
        else:
            right = middle
    return [(right, offset_at(right, timezone))]


def _exact(choice: PeriodChoice, timezone: str) -> Period:
    if choice.first_day is None:
        raise ValueError("an exact period carries its first day")
    if choice.grain is not Grain.RANGE:
        return period_of(choice.grain, choice.first_day, timezone)
    return range_of(choice.first_day, choice.last_day or choice.first_day, timezone)


def _first_day(day: date, grain: Grain) -> date:
    match grain:
        case Grain.DAY | Grain.RANGE:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)
        case _:
            assert_never(grain)


def _step(first_day: date, grain: Grain, steps: int) -> date:
    match grain:
        case Grain.DAY | Grain.RANGE:
            return first_day + timedelta(days=steps)
        case Grain.WEEK:
            return first_day + timedelta(weeks=steps)
        case Grain.MONTH:
            return _add_months(first_day, steps)
        case Grain.QUARTER:
            return _add_months(first_day, 3 * steps)
        case Grain.YEAR:
            return _add_months(first_day, 12 * steps)
        case _:
            assert_never(grain)


def _add_months(first_day: date, months: int) -> date:
    years, month = divmod(first_day.month - 1 + months, 12)
    return first_day.replace(year=first_day.year + years, month=month + 1)
