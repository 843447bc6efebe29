"""The instants of a cadence, and which of them the clock has reached.

Each local slot occurs once. A time that the clock skips is due at the first instant after the gap;
one that happens twice, the first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from itertools import dropwhile, takewhile
from typing import assert_never

from storage.cadences.cadence import (
    Cadence,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    Weekdays,
    weekday_of,
)
from storage.periods import Grain, local_day, period_of, utc_offsets, zone

ON_TIME_WITHIN = timedelta(minutes=5)
"""What leaves later than this after its time says that it is late."""
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``slot`` is the unique key: the local day and time, ``2026-11-23T09:00``; ``due_at`` is UTC.

    The slot is the time that was asked for, also on a day on which no clock shows it.
    """

    slot: str
    due_at: datetime

    @property
    def day(self) -> date:
        """The local day."""
        return datetime.fromisoformat(self.slot).date()


class Timeliness(Enum):
    """What to do with an occurrence: send it, send it and say that it is late, or record it."""

    ON_TIME = "on time"
    LATE = "late"
    MISSED = "missed"


def occurrences(cadence: Cadence, after: datetime, until: datetime) -> Iterator[Occurrence]:
    """In order, those with ``after < due_at <= until``."""
    return takewhile(lambda each: each.due_at <= until, _occurrences(cadence, after))


def next_occurrence(cadence: Cadence, after: datetime) -> Occurrence:
    return next(_occurrences(cadence, after))


def due(
    cadence: Cadence, last_decided: datetime, now: datetime, grace: timedelta
) -> tuple[tuple[Occurrence, Timeliness], ...]:
    """What is to be decided at ``now``, in order.

    ``last_decided`` is the ``due_at`` of the last one that was decided; at first, the moment at
    which the cadence was made, changed or resumed.

    Only the newest is ever sent, late within the grace; the ones before it are missed. One that is
    late outside of the hours for posting is left out, to be asked for again when they begin. A
    clock that went back before ``last_decided`` finds nothing due.
    """
    found = list(occurrences(cadence, last_decided, now))
    if not found:
        return ()
    *older, newest = found
    missed = tuple((each, Timeliness.MISSED) for each in older)
    state = _timeliness(newest, now, grace)
    if state is Timeliness.LATE and not cadence.may_post(now):
        return missed
    return (*missed, (newest, state))


def due_instant(day: date, at: time, timezone: str) -> datetime:
    """When a local time is reached, in UTC."""
    wall = datetime.combine(day, at, zone(timezone))
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone(timezone)).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    before_the_gap = wall.replace(fold=1).astimezone(UTC)
    return utc_offsets(before_the_gap, instant + _SECOND, timezone)[-1][0]


def _timeliness(occurrence: Occurrence, now: datetime, grace: timedelta) -> Timeliness:
    delay = now - occurrence.due_at
    if delay <= ON_TIME_WITHIN:
        return Timeliness.ON_TIME
    return Timeliness.LATE if delay <= grace else Timeliness.MISSED


def _occurrences(cadence: Cadence, after: datetime) -> Iterator[Occurrence]:
    """Without end, those with ``after < due_at``."""
    # A day early: where a zone has left out a whole day, its slots are due on the next one.
    first = local_day(after, cadence.timezone) - _DAY
    found = (_occurrence(cadence, day) for day in _days(cadence, first))
    return dropwhile(lambda each: each.due_at <= after, found)


def _occurrence(cadence: Cadence, day: date) -> Occurrence:
    slot = datetime.combine(day, cadence.at).isoformat(timespec="minutes")
    return Occurrence(slot, due_instant(day, cadence.at, cadence.timezone))


def _days(cadence: Cadence, first: date) -> Iterator[date]:
    """The local days of a cadence, without end, from the one of its period that ``first`` is in."""
    match cadence.days:
        case EveryDay():
            yield from _from(first)
        case EveryWorkingDay():
            yield from filter(cadence.works_on, _from(first))
        case Weekdays(chosen):
            yield from (day for day in _from(first) if weekday_of(day) in chosen)
        case NthDay() | LastDay() as counted:
            period = period_of(counted.grain, first, cadence.timezone)
            while True:
                yield _counted_day(cadence, counted, period.first_day)
                period = period.shifted(1)
        case _:
            assert_never(cadence.days)


def _from(first: date) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += _DAY


def _counted_day(cadence: Cadence, counted: NthDay | LastDay, first: date) -> date:
    """In the month or quarter that starts with ``first``."""
    grain = Grain.MONTH if isinstance(counted, NthDay) else counted.grain
    end = period_of(grain, first, cadence.timezone).end_day
    every = [first + timedelta(days=each) for each in range((end - first).days)]
    days = [day for day in every if cadence.works_on(day)] if counted.working else every
    return days[min(counted.number, len(days)) - 1] if isinstance(counted, NthDay) else days[-1]
