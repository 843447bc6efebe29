"""A team's calendar as it stands in the settings file, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from storage.calendars import BusinessCalendar, Span
from storage.errors import UserError
from storage.periods import zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEYS = ("timezone", *WEEKDAYS, "holidays", "closed_days")
_TIME = r"([01]\d|2[0-4]):([0-5]\d)"

CalendarProblem = tuple[tuple[str, ...], str]
"""The keys that lead to what is wrong, and the sentence about it."""


class UnfitCalendarError(Exception):
    """A value that a calendar can't take; its text completes "monday …"."""


def read_calendars(
    given: object, timezone: str, calendars: dict[str, BusinessCalendar]
) -> Iterator[CalendarProblem]:
    """Fills ``calendars`` by team with what is fit, and yields what is not.

    ``timezone`` is that of a calendar that names none.
    """
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        yield (), "calendars are sections: write [calendars.billing] above the hours of a team."
        return
    known: dict[str, str] = {}
    for team, entry in given.items():
        other = known.setdefault(team.casefold(), team)
        if other != team:
            yield (team,), f'"{team}" and "{other}" are one team: keep one of the two calendars.'
        fit: dict[str, Any] = {}
        yield from (((team, *path), text) for path, text in _read_entry(entry, fit))
        calendars[team] = _calendar(fit, timezone)


def _calendar(fit: Mapping[str, Any], timezone: str) -> BusinessCalendar:
    return BusinessCalendar(
        timezone=fit.get("timezone", timezone),
        hours=tuple(fit.get(day, ()) for day in WEEKDAYS),
        holidays=fit.get("holidays", ""),
        closed_days=fit.get("closed_days", frozenset()),
    )


def _read_entry(entry: Mapping[str, object], fit: dict[str, Any]) -> Iterator[CalendarProblem]:
    for key, value in entry.items():
        if key not in KEYS:
            yield (key,), f'I don\'t know a part of a calendar "{key}". {_hint(key, KEYS)}'
            continue
        try:
            fit[key] = _CHECKS.get(key, _hours)(value)
        except UnfitCalendarError as error:
            yield (key,), f"{key} {error}"
    if not any(entry.get(day) for day in WEEKDAYS):
        yield (), 'This calendar has no hours. Write some, such as: monday = ["09:00-17:00"]'


def _hours(value: object) -> tuple[Span, ...]:
    if not isinstance(value, list):
        raise UnfitCalendarError('must be a list of hours, such as ["08:00-12:00", "13:00-17:30"].')
    spans = sorted(_span(each) for each in value)
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise UnfitCalendarError(f"has hours that overlap, at {_clock(opens)}.")
    return tuple(spans)


def _span(value: object) -> Span:
    match = re.fullmatch(rf"{_TIME} ?- ?{_TIME}", value) if isinstance(value, str) else None
    if match is None:
        raise UnfitCalendarError(f'must have hours such as "08:00-12:00", not {_shown(value)}.')
    hours = [int(each) for each in match.groups()]
    opens, closes = hours[0] * 3600 + hours[1] * 60, hours[2] * 3600 + hours[3] * 60
    if max(opens, closes) > 24 * 3600:
        raise UnfitCalendarError(f"has {_shown(value)}; a day ends at 24:00.")
    if opens >= closes:
        raise UnfitCalendarError(
            f"has {_shown(value)}, which ends before it starts. Write a night as two:"
            " until 24:00, and from 00:00 on the next day."
        )
    return opens, closes


def _timezone(value: object) -> str:
    try:
        return zone(str(value)).key
    except UserError as error:
        raise UnfitCalendarError(
            f"is {_shown(value)}, which is no time zone. Use a name like Europe/Berlin or UTC."
        ) from error


def holiday_place(value: object) -> str:
    """``DE`` or ``DE-BE``, spelled as the calendar of holidays knows it."""
    from holidays import list_supported_countries  # noqa: PLC0415 - slow to import

    country, _, part = str(value).partition("-")
    known = list_supported_countries(include_aliases=True)
    if country.upper() not in known:
        raise UnfitCalendarError(
            f'is {_shown(value)}. Use a country, such as "DE", or a part of one, such as "DE-BE".'
        )
    parts = {each.casefold(): each for each in known[country.upper()]}
    if part and part.casefold() not in parts:
        hint = _hint(part, list(parts.values())) if parts else "It is known as a whole only."
        raise UnfitCalendarError(
            f'is {_shown(value)}: {country.upper()} has no part "{part}". {hint}'
        )
    return "-".join(filter(None, (country.upper(), parts.get(part.casefold()))))


def _closed_days(value: object) -> frozenset[date]:
    if not isinstance(value, list):
        raise UnfitCalendarError("must be a list of days, such as [2026-12-24, 2026-12-31].")
    return frozenset(map(_day, value))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UnfitCalendarError(f"has {_shown(value)}; write a day as 2026-12-24.") from error


_CHECKS: dict[str, Callable[[object], Any]] = {
    "timezone": _timezone,
    "holidays": holiday_place,
    "closed_days": _closed_days,
}


def _hint(word: str, known: tuple[str, ...] | list[str]) -> str:
    folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[near[0]]}?" if near else f"Known are: {', '.join(sorted(known))}."


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
