"""A cadence as text: for people, and for the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

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

_SHORTEST_MONTH = 28


def described(cadence: Cadence) -> str:
    """``Mondays at 09:00 (Europe/Berlin)``, ``the 3rd working day of each month at 08:00 (…)``."""
    place = ", ".join((cadence.timezone, *_conditions(cadence)))
    return f"{_days_described(cadence.days)} at {cadence.at:%H:%M} ({place})"


def as_text(cadence: Cadence) -> str:
    """One text for each cadence, which ``reading.stored_cadence`` turns back into it."""
    days = _days_written(cadence.days)
    return " ".join((f"{days} {cadence.at:%H:%M} in {cadence.timezone}", *_conditions(cadence)))


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    teens = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _conditions(cadence: Cadence) -> Iterator[str]:
    if cadence.country:
        yield f"holidays of {cadence.country}"
    hours = cadence.posting_hours
    if hours is not None:
        yield f"only between {hours.opens:%H:%M} and {hours.closes:%H:%M}"


def _days_described(days: Days) -> str:
    match days:
        case EveryDay():
            return "every day"
        case EveryWorkingDay():
            return "every working day"
        case Weekdays(chosen):
            return _weekdays_described(chosen)
        case NthDay(number, working):
            shorter = number > _SHORTEST_MONTH and not working
            return f"{_counted(days)}{', or its last day,' if shorter else ''}"
        case LastDay():
            return _counted(days)
        case _:
            assert_never(days)


def _counted(days: NthDay | LastDay) -> str:
    """``the 3rd of each month``, ``the last working day of each quarter``."""
    which = ordinal(days.number) if isinstance(days, NthDay) else "last day"
    if days.working:
        which = f"{which.removesuffix(' day')} working day"
    return f"the {which} of each {days.grain.value}"


def _weekdays_described(chosen: tuple[Weekday, ...]) -> str:
    """``Mondays``, ``Tuesdays and Thursdays``, ``Mondays to Fridays``."""
    names = [f"{each.value.capitalize()}s" for each in chosen]
    every = tuple(Weekday)
    start = every.index(chosen[0])
    if len(chosen) > 2 and every[start : start + len(chosen)] == chosen:
        return f"{names[0]} to {names[-1]}"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _days_written(days: Days) -> str:
    match days:
        case EveryDay():
            return "every day"
        case EveryWorkingDay():
            return "every working day"
        case Weekdays(chosen):
            return " and ".join(f"{each.value}s" for each in chosen)
        case NthDay(number):
            return f"{ordinal(number)} {_kind(days)}"
        case LastDay():
            return f"last {_kind(days)}"
        case _:
            assert_never(days)


def _kind(days: NthDay | LastDay) -> str:
    return f"{'working day' if days.working else 'day'} of the {days.grain.value}"
