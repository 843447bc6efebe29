"""Which digests are due, worked out from the calendar alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from tests.soak.company import Company
from tests.soak.people import People

FRIDAY = 5
NTH_WORKING_DAY = 3


def due_digests(
    company: Company, people: People, first_day: date, days: int
) -> Counter[tuple[str, str]]:
    """Each digest by its recipient and heading, once."""
    lived = [first_day + timedelta(days=number) for number in range(days)]
    return Counter(each for day in lived for each in _of_a_day(company, people, day))


def _of_a_day(company: Company, people: People, day: date) -> Iterator[tuple[str, str]]:
    for agent in company.on_shift(day):
        yield people.agents[agent], f"Your day, today ({day:%a} {day.day} {day:%b})"
    if day.isoweekday() == 1:
        for lead, team in zip(people.leads, company.team_names, strict=True):
            yield lead, f"Team this week, team {team}, {_week(day - timedelta(days=7))}"
    if _is_third_working_day(day):
        before = day.replace(day=1) - timedelta(days=1)
        for executive in people.executives:
            yield executive, f"Care this month, {before:%B %Y}"


def _week(monday: date) -> str:
    """``week 22 (25 to 31 May)``."""
    sunday = monday + timedelta(days=6)
    begins = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%b}"
    return f"week {monday.isocalendar().week} ({begins} to {sunday.day} {sunday:%b})"


def _is_third_working_day(day: date) -> bool:
    until = [day.replace(day=number) for number in range(1, day.day + 1)]
    worked = [each for each in until if each.isoweekday() <= FRIDAY]
    return day.isoweekday() <= FRIDAY and len(worked) == NTH_WORKING_DAY
