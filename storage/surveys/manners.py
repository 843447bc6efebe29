"""How often, when and how many are asked, as ``[surveys]`` of ``carekpi.toml`` says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from storage.setting_values import Check, UnfitValueError, shown, whole_number

RELATIONSHIP = "relationship"
"""The purpose of asking about all of it; the other one is ``contact``, about a single one."""
CONTACT = "contact"
KINDS = ("csat", "nps", "ces")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Manners:
    """Nobody is asked anything within ``days_between``, and no kind within its own clock.

    ``relationship_days`` is the clock of whatever is asked about the relationship. ``hours`` are
    those in which somebody is asked, in minutes of their own day. ``daily_cap`` is by day and
    organisation. ``reminder_days`` of 0 means no reminder. ``wait_minutes`` pass after a contact is
    resolved, and one resolved longer than ``contact_hours`` ago is not asked about any more.
    """

    days_between: int = 30
    csat_days: int = 30
    ces_days: int = 30
    nps_days: int = 90
    relationship_days: int = 180
    hours: tuple[int, int] = (9 * 60, 18 * 60)
    daily_cap: int = 20
    expiry_days: int = 14
    reminder_days: int = 5
    wait_minutes: int = 60
    contact_hours: int = 48

    def clock_days(self, kind: str, purpose: str) -> int:
        """After how many days somebody may be asked the same again; the rarer, the longer."""
        if purpose == RELATIONSHIP:
            return max(self.relationship_days, self.days_between)
        own = {"csat": self.csat_days, "ces": self.ces_days, "nps": self.nps_days}
        return max(own[kind], self.days_between)


def read_manners(given: object) -> tuple[Manners, list[tuple[tuple[str, ...], str]]]:
    """What is good of the section, and where what is wrong."""
    fit: dict[str, Any] = {}
    problems = list(_read(given, fit))
    return Manners(**fit), problems


def _read(given: object, fit: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if not isinstance(given, dict):
        yield (), "surveys is a section: write [surveys] above it."
        return
    for key, value in given.items():
        check = _CHECKS.get(key)
        if check is None:
            yield (key,), f'I don\'t know a setting of surveys "{key}". {_hint(key)}'
            continue
        try:
            fit[key] = check(value)
        except UnfitValueError as error:
            yield (key,), f"{key} {error}"
    yield from _expiring_first(fit)


def _expiring_first(fit: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    manners = Manners(**fit)
    if manners.reminder_days >= manners.expiry_days:
        key = "reminder_days" if "reminder_days" in fit else "expiry_days"
        sentence = (
            f"A reminder after {manners.reminder_days} days comes too late for what expires after"
            f" {manners.expiry_days}. Set reminder_days lower, 0 for no reminder."
        )
        yield (key,), sentence


def _hours(value: object) -> tuple[int, int]:
    pattern = r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})"
    match = re.fullmatch(pattern, value) if isinstance(value, str) else None
    if match is None:
        raise UnfitValueError(f'must be hours such as "09:00-18:00", not {shown(value)}.')
    opens, closes = (int(match[n]) * 60 + int(match[n + 1]) for n in (1, 3))
    if not 0 <= opens < closes <= _DAY:
        raise UnfitValueError(f"must begin before they end, within one day, not {shown(value)}.")
    return opens, closes


def _none_or_more(value: object) -> int:
    return 0 if value == 0 and not isinstance(value, bool) else whole_number(value)


_CHECKS: dict[str, Check] = {
    "days_between": whole_number,
    "csat_days": whole_number,
    "ces_days": whole_number,
    "nps_days": whole_number,
    "relationship_days": whole_number,
    "hours": _hours,
    "daily_cap": whole_number,
    "expiry_days": whole_number,
    "reminder_days": _none_or_more,
    "wait_minutes": _none_or_more,
    "contact_hours": whole_number,
}


def _hint(key: str) -> str:
    near = get_close_matches(key.lower(), _CHECKS, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(_CHECKS))}."
