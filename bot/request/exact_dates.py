"""Days, weeks, months, quarters and years by their dates: ``2016-W12``, ``15 March 2016``."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from storage.errors import UserError
from storage.periods import FIRST_YEAR, LAST_YEAR, Grain, PeriodChoice, Which

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = {
    name: number
    for number, month in enumerate(_MONTHS, start=1)
    for name in {month, month[:3], month[:4] if month == "september" else month}
}
_MONTH = f"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_OF = "(?: of)?"


@dataclass(frozen=True, slots=True)
class Found:
    """A period, and how many words it took."""

    choice: PeriodChoice
    length: int


def exact_at(text: str, today: date) -> Found | None:
    if start_of(r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4}", text):
        raise UserError(
            "A day written like that can be read in two ways.", "Write it as 2016-03-15."
        )
    for pattern, build in _EXACT:
        if match := start_of(pattern, text):
            return found_by(match, build(match, today))
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


def start_of(pattern: str, text: str) -> re.Match[str] | None:
    return re.match(rf"(?:{pattern})(?= |$)", text, re.ASCII)


def found_by(match: re.Match[str], choice: PeriodChoice) -> Found:
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
