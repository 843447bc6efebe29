"""Business time in SQL: what was open before each UTC day, and on it, looked up for each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Table,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.sql.selectable import CTE, FromClause

from storage.calendars import EVERY_TEAM, BusinessCalendar, Span, open_spans
from storage.facts.dialect import day_number, listed_numbers, seconds_between

EPOCH = date(1970, 1, 1)
MOST_DAYS = 1_000_000
"""More days than a calendar has, so that each one's keys have a range of their own."""


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """The calendars over some years, as a relation of one row a calendar and UTC day.

    ``days`` has a ``key`` of the calendar and the day, the business seconds ``before`` the day,
    and the start and length of each span of it: ``opens_0``, ``lasts_0``, and so on. A row costs
    two look-ups by equality, however long its time. The key is one number because engines pair
    every day of a calendar with every other where the calendar is a column of its own.
    """

    days: CTE
    spans: int
    number_by_team: Mapping[str, int]

    @classmethod
    def of(cls, calendars: Mapping[str, BusinessCalendar], years: range) -> BusinessTime:
        different = tuple(dict.fromkeys(calendars.values()))
        numbers = {team: different.index(calendar) for team, calendar in calendars.items()}
        columns = _columns(different, years)
        return cls(_relation(columns), (len(columns) - 2) // 2, numbers)

    def between(
        self, table: Table, start: Column[Any], end: Column[Any]
    ) -> tuple[ColumnElement[Any], FromClause]:
        """The business seconds from one time of a row to another, and the rows that have any."""
        first, last = self.days.alias("first_day"), self.days.alias("last_day")
        calendar = self._first_key(table.c.team)
        source = table.join(first, first.c.key == calendar + day_number(start))
        source = source.join(last, last.c.key == calendar + day_number(end))
        return self._until(end, last) - self._until(start, first), source

    def _first_key(self, team: Column[Any]) -> ColumnElement[Any]:
        """Where the keys of a team's calendar start, however it is written; NULL without one."""
        keys: dict[str, ColumnElement[Any]] = {
            name.casefold(): literal(MOST_DAYS * number, BigInteger)
            for name, number in self.number_by_team.items()
        }
        rest = keys.pop(EVERY_TEAM, cast(null(), BigInteger))
        named = [(func.lower(team) == name, key) for name, key in keys.items()]
        return case(*named, else_=rest) if named else rest

    def _until(self, time: Column[Any], days: FromClause) -> ColumnElement[Any]:
        second = seconds_between(cast(cast(time, Date), DateTime), time)
        passed: ColumnElement[Any] = days.c.before
        for number in range(self.spans):
            opens, lasts = days.c[f"opens_{number}"], days.c[f"lasts_{number}"]
            passed += func.greatest(0, func.least(second - opens, lasts))
        return passed


def _relation(columns: Mapping[str, str]) -> CTE:
    """One text for each column."""
    return select(
        *(listed_numbers(literal(text)).label(name) for name, text in columns.items())
    ).cte("business_days")


@lru_cache(maxsize=16)
def _columns(calendars: Sequence[BusinessCalendar], years: range) -> Mapping[str, str]:
    found = [list(_days(calendar, years)) for calendar in calendars]
    most = max(len(spans) for days in found for _, _, spans in days)
    rows = [
        (MOST_DAYS * number + day, before, *_flat(spans, most))
        for number, days in enumerate(found)
        for day, before, spans in days
    ]
    spans = [f"{name}_{number}" for number in range(most) for name in ("opens", "lasts")]
    columns = zip(*rows, strict=True)
    return {
        name: ",".join(map(str, column))
        for name, column in zip(("key", "before", *spans), columns, strict=True)
    }


def _days(calendar: BusinessCalendar, years: range) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Each UTC day's number, the business seconds before it, and its spans."""
    before = 0
    for year in years:
        first = (date(year, 1, 1) - EPOCH).days
        for number, spans in enumerate(open_spans(calendar, year)):
            yield first + number, before, spans
            before += sum(closes - opens for opens, closes in spans)


def _flat(spans: Sequence[Span], most: int) -> Iterator[int]:
    """``most`` starts and lengths; what a day has fewer of are spans without length."""
    for opens, closes in (*spans, *[(0, 0)] * (most - len(spans))):
        yield from (opens, closes - opens)
