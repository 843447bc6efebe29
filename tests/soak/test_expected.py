"""The calendar of what is due, by hand."""

from __future__ import annotations

from datetime import date

from tests.soak.company import Company
from tests.soak.expected import due_digests
from tests.soak.people import People

SMALL = Company(agents=7, teams=2, executives=1)
PEOPLE = People(
    admin="UADA",
    executives=("UEVA",),
    leads=("ULEO", "ULIA"),
    reviewers=(),
    agents=tuple(f"U{number}" for number in range(7)),
    customers=(),
    care="CCARE",
)


def test_first_week_of_june_has_both_leads_and_the_executive_in_it() -> None:
    due = due_digests(SMALL, PEOPLE, date(2026, 6, 1), 7)
    assert due.total() == 7 * 5 + 2 + 1
    assert due["ULEO", "Team this week, team team01, week 22 (25 to 31 May)"] == 1
    assert due["UEVA", "Care this month, May 2026"] == 1


def test_everybody_has_five_shifts_a_week() -> None:
    due = due_digests(SMALL, PEOPLE, date(2026, 6, 2), 6)
    assert due.total() == 30 + 1
    days = [title for who, title in due if who == "U3"]
    assert days == [
        "Your day, today (Tue 2 Jun)",
        "Your day, today (Wed 3 Jun)",
        "Your day, today (Sat 6 Jun)",
        "Your day, today (Sun 7 Jun)",
    ]


def test_month_that_begins_on_a_saturday_is_told_on_its_first_wednesday() -> None:
    due = due_digests(SMALL, PEOPLE, date(2026, 8, 1), 31)
    told = [title for who, title in due if who == "UEVA"]
    assert told == ["Care this month, July 2026"]
    assert (
        due_digests(SMALL, PEOPLE, date(2026, 8, 5), 1)["UEVA", "Care this month, July 2026"] == 1
    )


def test_week_over_the_end_of_a_month_names_both() -> None:
    due = due_digests(SMALL, PEOPLE, date(2026, 7, 6), 1)
    assert due["ULIA", "Team this week, team team02, week 27 (29 Jun to 5 Jul)"] == 1
