"""What single settings may be: each check returns the value fit for use, or says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from storage.errors import UserError
from storage.periods import LAST_YEAR, zone

LONGEST_WORDS = 100


class UnfitValueError(Exception):
    """A value that a setting can't take; its text completes "timezone …"."""


Check = Callable[[Any], Any]


def timezone(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitValueError('must be a name in quotes, such as "Europe/Berlin".')
    try:
        zone(value)
    except UserError as error:
        raise UnfitValueError(
            f'is "{value}", which is no time zone. Use a name like Europe/Berlin or UTC.'
        ) from error
    return value


def whole_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise UnfitValueError(f"must be a whole number of 1 or more, not {shown(value)}.")
    return value


def amount(value: object) -> float:
    """TOML knows infinity and not-a-number too; neither passes the comparison."""
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not 0 <= value < float("inf"):  # type: ignore[operator]  # fits: a number
        raise UnfitValueError(f"must be a number of 0 or more, not {shown(value)}.")
    return float(value)  # type: ignore[arg-type]  # fits: a number


def share(value: object) -> float:
    """A part of the whole that is neither none nor all of it."""
    part = amount(value)
    if not 0 < part < 1:
        raise UnfitValueError(f"must be between 0 and 1, such as 0.8, not {shown(value)}.")
    return part


def share_or_none(value: object) -> float:
    return 0.0 if value == 0 else share(value)


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnfitValueError(f"must be true or false, not {shown(value)}.")
    return value


def memory(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", value):
        raise UnfitValueError(f'must be an amount such as "600MB" or "2GB", not {shown(value)}.')
    return value


def words(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_WORDS:
        raise UnfitValueError(
            f"must be words in quotes, {LONGEST_WORDS} letters at most, not {shown(value)}."
        )
    return value.strip()


def any_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise UnfitValueError(f"must be a number, not {shown(value)}.")
    return float(value)


def year(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1900 <= value <= LAST_YEAR:
        raise UnfitValueError(f"must be a year such as 2025, not {shown(value)}.")
    return value


def shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
