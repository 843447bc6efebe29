"""Business time in SQL: each UTC day's seconds before it, and its open spans, beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.sql.selectable import CTE, FromClause
from sqlalchemy.types import TypeEngine

from storage.calendars import EVERY_TEAM, BusinessCalendar, open_spans
from storage.facts.dialect import seconds_between


@dataclass(frozen=True, slots=True)
class BusinessTime:
    """The calendars over some years, as a relation of one row a calendar and UTC day.

    ``days`` has the calendar's number, the day, the business seconds since the first year's start
    (``before``), and the start and length of each span: ``opens_0``, ``lasts_0``, and so on. By a
    time, the business seconds are those before its day and what has passed of its spans: every
    figure is exact, and a row costs two look-ups by equality however long it took.
    """

    days: CTE
    spans: int
    number_by_team: Mapping[str, int]

    @classmethod
    def of(cls, calendars: Mapping[str, BusinessCalendar], years: range) -> BusinessTime:
        different = tuple(dict.fromkeys(calendars.values()))
        numbers = {team: different.index(calendar) for team, calendar in calendars.items()}
        columns = _columns(different, years)
        return cls(_relation(columns), (len(columns) - 3) // 2, numbers)

    def between(
        self, table: Table, start: Column[Any], end: Column[Any]
    ) -> tuple[ColumnElement[Any], FromClause]:
        """The business seconds from one time of a row to another, and the rows that have any."""
        first, last = self.days.alias("first_day"), self.days.alias("last_day")
        calendar = self._calendar_of(table.c.team)
        source = table.join(first, and_(first.c.calendar == calendar, _is_on(first, start)))
        source = source.join(last, and_(last.c.calendar == first.c.calendar, _is_on(last, end)))
        return self._until(end, last) - self._until(start, first), source

    def _calendar_of(self, team: Column[Any]) -> ColumnElement[Any]:
        """The number of a team's calendar, however the team is written; NULL where it has none."""
        named = [
            (func.lower(team) == name.casefold(), literal(number, Integer))
            for name, number in self.number_by_team.items()
            if name != EVERY_TEAM
        ]
        rest = literal(self.number_by_team.get(EVERY_TEAM), Integer)
        return case(*named, else_=rest) if named else rest

    def _until(self, time: Column[Any], days: FromClause) -> ColumnElement[Any]:
        second = seconds_between(cast(days.c.day, DateTime), time)
        passed: ColumnElement[Any] = cast(days.c.before, BigInteger)
        for number in range(self.spans):
            opens, lasts = days.c[f"opens_{number}"], days.c[f"lasts_{number}"]
            passed += func.greatest(0, func.least(second - opens, lasts))
        return passed


def _is_on(days: FromClause, time: Column[Any]) -> ColumnElement[bool]:
    return days.c.day == cast(time, Date)


def _relation(columns: Mapping[str, str]) -> CTE:
    """A list for each column, in one text each: the shortest way for many rows into a statement."""
    types: dict[str, TypeEngine[Any]] = {"day": Date(), "before": BigInteger()}
    return select(
        *(
            cast(func.unnest(func.string_to_array(text, ",")), types.get(name, Integer())).label(
                name
            )
            for name, text in columns.items()
        )
    ).cte("business_days")


@lru_cache(maxsize=16)
def _columns(calendars: Sequence[BusinessCalendar], years: range) -> Mapping[str, str]:
    found = [list(_days(calendar, years)) for calendar in calendars]
    most = max(len(spans) for days in found for _, _, spans in days)
    rows = [
        (number, day, before, *_flat(spans, most))
        for number, days in enumerate(found)
        for day, before, spans in days
    ]
    spans = [f"{name}_{number}" for number in range(most) for name in ("opens", "lasts")]
    names = ("calendar", "day", "before", *spans)
    return {
        name: ",".join(map(str, column))
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }


def _days(
    calendar: BusinessCalendar, years: range
) -> Iterable[tuple[date, int, Sequence[tuple[int, int]]]]:
    """Each UTC day with the business seconds before it, and its spans."""
    before = 0
    for year in years:
        for number, spans in enumerate(open_spans(calendar, year)):
            yield date(year, 1, 1) + timedelta(days=number), before, spans
            before += sum(closes - opens for opens, closes in spans)


def _flat(spans: Sequence[tuple[int, int]], most: int) -> Iterable[int]:
    """``most`` starts and lengths; what a day has fewer of are spans without length."""
    for opens, closes in (*spans, *[(0, 0)] * (most - len(spans))):
        yield from (opens, closes - opens)
