"""Periods as people write them: ``weekly``, ``last month``, ``2016-W12``, ``from … to …``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.request.exact_dates import Found, exact_at, found_by, start_of
from storage.errors import UserError
from storage.periods import (
    Grain,
    PeriodChoice,
    Which,
    period_of,
    range_of,
)

LONGEST_RANGE_DAYS = 3660
EVERY_WEEK = PeriodChoice(Grain.WEEK)

ADVERBS = {
    Grain.DAY: "daily",
    Grain.WEEK: "weekly",
    Grain.MONTH: "monthly",
    Grain.QUARTER: "quarterly",
    Grain.YEAR: "yearly",
}
_GRAINS = {grain.value: grain for grain in ADVERBS}
_LONGEST_DAYS = {
    Grain.DAY: 1,
    Grain.WEEK: 7,
    Grain.MONTH: 31,
    Grain.QUARTER: 92,
    Grain.YEAR: 366,
}
_WORDS: dict[str, tuple[Grain, Which]] = {
    **{word: (grain, Which.LAST) for grain, word in ADVERBS.items()},
    **{name: (grain, Which.LAST) for name, grain in _GRAINS.items()},
    "annual": (Grain.YEAR, Which.LAST),
    "annually": (Grain.YEAR, Which.LAST),
    "yesterday": (Grain.DAY, Which.LAST),
    "today": (Grain.DAY, Which.THIS),
    "now": (Grain.DAY, Which.THIS),
    "right now": (Grain.DAY, Which.THIS),
    "at the moment": (Grain.DAY, Which.THIS),
    "current": (Grain.DAY, Which.THIS),
    "currently": (Grain.DAY, Which.THIS),
    "wtd": (Grain.WEEK, Which.THIS),
    "mtd": (Grain.MONTH, Which.THIS),
    "qtd": (Grain.QUARTER, Which.THIS),
    "ytd": (Grain.YEAR, Which.THIS),
}
PERIOD_WORDS: dict[str, PeriodChoice] = {
    **{word: PeriodChoice(*meant) for word, meant in _WORDS.items()},
    **{
        f"{which.value} {name}": PeriodChoice(grain, which)
        for which in (Which.LAST, Which.THIS)
        for name, grain in _GRAINS.items()
    },
}
"""Every period that is meant by the clock, by its words."""

_GRAIN = f"(?P<grain>{'|'.join(_GRAINS)})"
_GRAIN2 = _GRAIN.replace("<grain>", "<grain2>")
_LAST = "(?:last|past|previous)(?: complete)?"


def period_at(words: Sequence[str], today: date) -> Found | None:
    """The period that the words start with, if they do.

    Example: ``["last", "week", "by"]`` is the last complete week, in two words.
    """
    text = " ".join(words)
    return _range(text, today) or exact_at(text, today) or _relative(text, today)


def written(choice: PeriodChoice) -> str:
    """The shortest words for a period."""
    if choice.which is Which.LAST:
        return ADVERBS[choice.grain]
    if choice.which is Which.THIS:
        return "today" if choice.grain is Grain.DAY else f"this {choice.grain.value}"
    first = choice.first_day
    if first is None:
        raise ValueError("an exact period carries its first day")
    return _written_exactly(choice.grain, first, choice.last_day or first)


def _written_exactly(grain: Grain, first: date, last: date) -> str:
    match grain:
        case Grain.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        case Grain.MONTH:
            return f"{first:%Y-%m}"
        case Grain.QUARTER:
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case Grain.YEAR:
            return str(first.year)
        case Grain.RANGE:
            return f"from {first} to {last}"
        case _:
            return str(first)


def _relative(text: str, today: date) -> Found | None:
    """``weekly``, ``last week``, ``this month so far``, ``last 7 days``, ``week to date``."""
    if match := start_of(
        rf"(?:last|past|previous)(?: complete)? (?P<n>\d{{1,3}}) {_GRAIN}s?", text
    ):
        return _last_few(match, today)
    if match := start_of(rf"{_LAST} {_GRAIN}", text):
        return found_by(match, PeriodChoice(_GRAINS[match["grain"]]))
    if match := start_of(
        rf"(?:so far )?(?:this|current) {_GRAIN}(?: so far)?|{_GRAIN2} to date", text
    ):
        grain = _GRAINS[match["grain"] or match["grain2"]]
        return found_by(match, PeriodChoice(grain, Which.THIS))
    if match := start_of("|".join(_WORDS), text):
        return found_by(match, PeriodChoice(*_WORDS[match[0]]))
    return None


def _last_few(match: re.Match[str], today: date) -> Found:
    """So many complete periods before the running one, as days."""
    count, grain = int(match["n"]), _GRAINS[match["grain"]]
    if count < 1:
        raise UserError("That period holds no day.", "Ask for at least one: last 7 days.")
    if count * _LONGEST_DAYS[grain] > LONGEST_RANGE_DAYS:
        raise _too_long()
    running = period_of(grain, today, "UTC")
    first_day = running.shifted(-count).first_day
    return found_by(match, _days(first_day, running.first_day - timedelta(days=1)))


def _range(text: str, today: date) -> Found | None:
    """``from A to B``, ``A to B``, ``between A and B``, ``since A``: both ends included."""
    opening = start_of("from|between|since", text)
    length = opening[0].count(" ") + 1 if opening else 0
    left = _bound(_after(text, length), today)
    if left is None:
        return None
    length += left.length
    joint = start_of(r"to|until|till|through|and|-", _after(text, length))
    right = _bound(_after(text, length + 1), today) if joint else None
    if right is not None and (opening or (joint and joint[0] != "and")):
        first, last = _ends(left, today)[0], _ends(right, today)[1]
        return Found(_days(first, last), length + 1 + right.length)
    if opening is None or opening[0] == "between":
        return None
    return Found(_since(_ends(left, today)[0], today), length)


def _bound(text: str, today: date) -> Found | None:
    named = start_of("today|yesterday", text)
    if named is None:
        return exact_at(text, today)
    day = today if named[0] == "today" else today - timedelta(days=1)
    return Found(PeriodChoice(Grain.DAY, Which.EXACT, day), 1)


def _ends(found: Found, today: date) -> tuple[date, date]:
    period = period_of(found.choice.grain, found.choice.first_day or today, "UTC")
    return period.first_day, period.last_day


def _since(first: date, today: date) -> PeriodChoice:
    if first > today:
        raise UserError(f"{first} is still to come.", "Ask since a day in the past.")
    return _days(first, today)


def _days(first: date, last: date) -> PeriodChoice:
    range_of(first, last, "UTC")
    if (last - first).days >= LONGEST_RANGE_DAYS:
        raise _too_long()
    return PeriodChoice(Grain.RANGE, Which.EXACT, first, last)


def _too_long() -> UserError:
    return UserError("That period is longer than ten years.", "Ask for a shorter one.")


def _after(text: str, words: int) -> str:
    return " ".join(text.split(" ")[words:])
