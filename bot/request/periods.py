"""Periods as people write them: ``weekly``, ``last month``, ``2016-W12``, ``from … to …``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from storage.errors import UserError
from storage.periods import (
    FIRST_YEAR,
    LAST_YEAR,
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
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {
    name: number
    for number, month in enumerate(_MONTHS, start=1)
    for name in {month, month[:3], month[:4] if month == "september" else month}
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

_MONTH = f"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_GRAIN = f"(?P<grain>{'|'.join(_GRAINS)})"
_OF = "(?: of)?"


@dataclass(frozen=True, slots=True)
class Found:
    """A period, and how many words it took."""

    choice: PeriodChoice
    length: int


def period_at(words: Sequence[str], today: date) -> Found | None:
    """The period that the words start with, if they do.

    Example: ``["last", "week", "by"]`` is the last complete week, in two words.
    """
    text = " ".join(words)
    return _range(text, today) or _exact(text, today) or _relative(text, today)


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
    if match := _start(rf"(?:last|past|previous)(?: complete)? (?P<n>\d{{1,3}}) {_GRAIN}s?", text):
        return _last_few(match, today)
    if match := _start(rf"(?:last|past|previous)(?: complete)? {_GRAIN}", text):
        return _found(match, PeriodChoice(_GRAINS[match["grain"]]))
    if match := _start(rf"(?:this|current) {_GRAIN}(?: so far)?|{_GRAIN2} to date", text):
        grain = _GRAINS[match["grain"] or match["grain2"]]
        return _found(match, PeriodChoice(grain, Which.THIS))
    if match := _start("|".join(_WORDS), text):
        return _found(match, PeriodChoice(*_WORDS[match[0]]))
    return None


_GRAIN2 = _GRAIN.replace("<grain>", "<grain2>")


def _last_few(match: re.Match[str], today: date) -> Found:
    """So many complete periods before the running one, as days."""
    count, grain = int(match["n"]), _GRAINS[match["grain"]]
    if count < 1:
        raise UserError("That period holds no day.", "Ask for at least one: last 7 days.")
    if count * _LONGEST_DAYS[grain] > LONGEST_RANGE_DAYS:
        raise _too_long()
    running = period_of(grain, today, "UTC")
    first_day = running.shifted(-count).first_day
    return _found(match, _days(first_day, running.first_day - timedelta(days=1)))


def _range(text: str, today: date) -> Found | None:
    """``from A to B``, ``A to B``, ``between A and B``, ``since A``: both ends included."""
    opening = _start("from|between|since", text)
    length = opening[0].count(" ") + 1 if opening else 0
    left = _bound(_after(text, length), today)
    if left is None:
        return None
    length += left.length
    joint = _start(r"to|until|till|through|and|-", _after(text, length))
    right = _bound(_after(text, length + 1), today) if joint else None
    if right is not None and (opening or (joint and joint[0] != "and")):
        first, last = _ends(left, today)[0], _ends(right, today)[1]
        return Found(_days(first, last), length + 1 + right.length)
    if opening is None or opening[0] == "between":
        return None
    return Found(_since(_ends(left, today)[0], today), length)


def _bound(text: str, today: date) -> Found | None:
    named = _start("today|yesterday", text)
    if named is None:
        return _exact(text, today)
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


def _exact(text: str, today: date) -> Found | None:
    if _start(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}", text):
        raise UserError(
            "A day written like that can be read in two ways.", "Write it as 2016-03-15."
        )
    for pattern, build in _EXACT:
        if match := _start(pattern, text):
            return _found(match, build(match, today))
    return None


def _exact_day(match: re.Match[str], today: date) -> PeriodChoice:
    month, day = _month_number(match), int(match["day"])
    year = _year(match) or _latest_year(today, lambda y: _real_day(y, month, day))
    return PeriodChoice(Grain.DAY, Which.EXACT, _real_day(year, month, day))


def _exact_month(match: re.Match[str], today: date) -> PeriodChoice:
    month = _month_number(match)
    year = _year(match) or _latest_year(today, lambda y: date(y, month, 1))
    return PeriodChoice(Grain.MONTH, Which.EXACT, date(year, month, 1))


def _exact_week(match: re.Match[str], today: date) -> PeriodChoice:
    week = int(match["week"])
    year = _year(match) or _latest_year(today, lambda y: _monday(y, week))
    return PeriodChoice(Grain.WEEK, Which.EXACT, _monday(year, week))


def _exact_quarter(match: re.Match[str], today: date) -> PeriodChoice:
    quarter = int(match["quarter"])
    if not 1 <= quarter <= 4:
        raise UserError(f"A year has no quarter {quarter}.", "Ask for Q1, Q2, Q3 or Q4.")
    month = 3 * quarter - 2
    year = _year(match) or _latest_year(today, lambda y: date(y, month, 1))
    return PeriodChoice(Grain.QUARTER, Which.EXACT, date(year, month, 1))


def _exact_year(match: re.Match[str], _today: date) -> PeriodChoice:
    return PeriodChoice(Grain.YEAR, Which.EXACT, date(_year(match) or FIRST_YEAR, 1, 1))


_EXACT: tuple[tuple[str, Callable[[re.Match[str], date], PeriodChoice]], ...] = (
    (rf"{_YEAR}-(?P<month>\d{{1,2}})-{_DAY}", _exact_day),
    (rf"{_DAY}{_OF} {_MONTH}(?: {_YEAR})?", _exact_day),
    (rf"{_MONTH} {_DAY},? {_YEAR}", _exact_day),
    (rf"{_YEAR}[- ]?w(?:eek )?(?P<week>\d{{1,2}})", _exact_week),
    (rf"w(?:eek )?(?P<week>\d{{1,2}})(?:{_OF} {_YEAR})?", _exact_week),
    (rf"{_YEAR}[- ]?q(?:uarter )?(?P<quarter>\d)", _exact_quarter),
    (rf"q(?:uarter )?(?P<quarter>\d)(?:{_OF} {_YEAR})?", _exact_quarter),
    (rf"{_YEAR}-(?P<month>\d{{1,2}})", _exact_month),
    (rf"{_YEAR} {_MONTH}", _exact_month),
    (rf"{_MONTH}{_OF} {_YEAR}", _exact_month),
    (rf"{_MONTH} {_DAY}", _exact_day),
    (_MONTH, _exact_month),
    (_YEAR, _exact_year),
)


def _start(pattern: str, text: str) -> re.Match[str] | None:
    return re.match(rf"(?:{pattern})(?= |$)", text, re.ASCII)


def _after(text: str, words: int) -> str:
    return " ".join(text.split(" ")[words:])


def _found(match: re.Match[str], choice: PeriodChoice) -> Found:
    return Found(choice, match[0].count(" ") + 1)


def _year(match: re.Match[str]) -> int | None:
    typed = match.groupdict().get("year")
    if typed is None:
        return None
    year = int(typed)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UserError(
            f"The year {typed} is too far away.", f"I know the years {FIRST_YEAR} to {LAST_YEAR}."
        )
    return year


def _latest_year(today: date, first_day: Callable[[int], date]) -> int:
    """The newest year in which it exists and has begun: a week 53 or a 29 February is rare."""
    for year in range(today.year, today.year - 9, -1):
        with suppress(UserError):
            if first_day(year) <= today:
                return year
    return today.year


def _month_number(match: re.Match[str]) -> int:
    typed = match["month"]
    number = int(typed) if typed.isdigit() else _MONTH_NUMBERS[typed]
    if not 1 <= number <= 12:
        raise UserError(f"A year has no month {number}.", "Write a month like 2016-03.")
    return number


def _real_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise UserError(
            f"There is no day {year}-{month:02}-{day:02}.", "Write a day like 2016-03-15."
        ) from error


def _monday(year: int, week: int) -> date:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError as error:
        weeks = date(year, 12, 28).isocalendar().week
        raise UserError(
            f"{year} has no week {week}.", f"Its weeks go from {year}-W01 to {year}-W{weeks}."
        ) from error
