"""How long what is written down is kept, as ``[retention]`` of ``carekpi.toml`` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from storage.periods import zone
from storage.setting_values import Check, UnfitValueError, shown, whole_number

FEWEST_DELIVERY_DAYS = 30
"""A delivery that is forgotten sooner might be made again."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days, and for contacts months, after which something goes; 0 where it stays for good.

    Texts go and the figures that they belong to stay.
    """

    rejects_days: int = 30
    events_days: int = 1
    deliveries_days: int = 90
    drafts_days: int = 90
    audit_days: int = 730
    survey_comments_days: int = 730
    coaching_texts_days: int = 730
    contacts_months: int = 0

    def contacts_before(self, now: datetime, timezone: str) -> datetime | None:
        """When the oldest month begins that stays whole; None where all of them stay."""
        if not self.contacts_months:
            return None
        today = now.astimezone(zone(timezone))
        months = today.year * 12 + today.month - 1 - self.contacts_months
        year, month = divmod(months, 12)
        return datetime(max(year, 1), month + 1, 1, tzinfo=zone(timezone))


def before(now: datetime, days: int) -> datetime | None:
    """From when on something stays that is kept for so many days; None where all of it does."""
    return now - timedelta(days=days) if days else None


def read_retention(given: object) -> tuple[Retention, list[tuple[tuple[str, ...], str]]]:
    """What is good of the section, and where what is wrong."""
    fit: dict[str, Any] = {}
    problems = list(_read(given, fit))
    return Retention(**fit), problems


def _read(given: object, fit: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    if not isinstance(given, dict):
        yield (), "retention is a section: write [retention] above it."
        return
    for key, value in given.items():
        check = _CHECKS.get(key)
        if check is None:
            yield (key,), f'I don\'t know a setting of retention "{key}". {_hint(key)}'
            continue
        try:
            fit[key] = check(value)
        except UnfitValueError as error:
            yield (key,), f"{key} {error}"


def _or_for_good(value: object) -> int:
    return 0 if value == 0 and not isinstance(value, bool) else whole_number(value)


def _delivery_days(value: object) -> int:
    days = whole_number(value)
    if days < FEWEST_DELIVERY_DAYS:
        raise UnfitValueError(
            f"must be {FEWEST_DELIVERY_DAYS} or more, or a message might be sent twice, not"
            f" {shown(value)}."
        )
    return days


_CHECKS: dict[str, Check] = {
    "rejects_days": whole_number,
    "events_days": whole_number,
    "deliveries_days": _delivery_days,
    "drafts_days": whole_number,
    "audit_days": _or_for_good,
    "survey_comments_days": _or_for_good,
    "coaching_texts_days": _or_for_good,
    "contacts_months": _or_for_good,
}


def _hint(key: str) -> str:
    near = get_close_matches(key.lower(), _CHECKS, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(_CHECKS))}."
