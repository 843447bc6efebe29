from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.blocks.insights import Found, insight_json, insight_report
from bot.blocks.message import Message
from bot.blocks.report import report_message
from bot.blocks.staffing import staffing_report
from bot.playground.blockkit.surfaces import check_message_blocks
from bot.request import insight_words, parse
from storage.insights.erlang import Load, Target, scheduled, staff_for
from storage.insights.plan import Plan
from storage.insights.reasons import Arrivals, Busiest, FoundReasons, Reason
from storage.insights.scope import Scope
from storage.insights.self_service import FoundSelfService, HelpCentre, Issue
from storage.insights.staffing import FoundStaffing, HalfHour
from storage.metrics.answer import Answer, Change, Filter, Previous, Query, Row
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import Grain, period_of, range_of
from storage.settings import Settings

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
WEEKS = range_of(datetime(2026, 9, 21).date(), datetime(2026, 11, 15).date(), "Europe/Berlin")
WEEK = period_of(Grain.WEEK, datetime(2026, 11, 9).date(), "Europe/Berlin")
TARGET = Target(0.8, 20)
VISITED = HelpCentre(("<!here>",), 1, 0)
HOSTILE = "<!channel> *bold* \u202e & a name that is much longer than any table would want it"


def scope(channel: str = "phone") -> Scope:
    filters = (Filter(Segment.CHANNEL, (channel,)),)
    return Scope(WEEKS, filters, NOW, Settings(timezone="Europe/Berlin"))


def half_hour(weekday: int, slot: int, contacts: float, there: float, lost: int = 0) -> HalfHour:
    needed = staff_for(Load(contacts, 1800, 180), TARGET)
    planned = scheduled(needed.agents, 0.3)
    offered = round(contacts * 8)
    return HalfHour(weekday, slot, contacts, offered, lost, there, needed, planned)


def staffing(*given: HalfHour, channel: str = "phone", staffed: float = 1.0) -> FoundStaffing:
    week = {(day, slot): HalfHour(day, slot) for day in range(7) for slot in range(48)}
    week |= {(each.weekday, each.slot): each for each in given}
    plan = Plan(channel, TARGET, 0.3)
    return FoundStaffing(scope(channel), plan, 180.0, 4000, tuple(week.values()), staffed)


BUSY = (
    half_hour(0, 20, 100, 12.0, lost=40),
    half_hour(0, 21, 90, 16.0, lost=2),
    half_hour(1, 20, 80, 10.5),
    half_hour(2, 22, 5, 0.2),
)


def lines(found: FoundStaffing) -> dict[str, list[str]]:
    week = staffing_report(found).week
    assert week is not None
    return {row[0].text: [cell.text for cell in row[1:]] for row in week.rows}


def message(found: Found) -> Message:
    built = report_message(insight_report(found), "Only your team is shown.")
    assert check_message_blocks(list(built.blocks)) == []
    return built


def test_staffing_says_peak_lack_and_loss() -> None:
    assert staffing_report(staffing(*BUSY)).said == (
        (
            "The week's peak is Mon 10:00: 100 calls in half an hour need 14 agents to answer 80 %"
            " within 20 s; 12 were there. With 30 % shrinkage, schedule 20."
        ),
        (
            "Of the busy half hours, agents lack most on Mon 10:00 (14 needed, 12 there) and Tue"
            " 10:00 (11 needed, 10.5 there)."
        ),
        "1.9 % of all calls are lost, most in the hours from Mon 10:00 (42 of 1,520).",
    )


def test_table_is_by_hour_and_shows_the_half_hour_that_needs_most() -> None:
    found = lines(staffing(*BUSY, HalfHour(4, 20, withheld=True)))
    nobody = "·"
    assert found == {
        "10:00": ["14/12", "11/10.5", nobody, nobody, "–", nobody, nobody],  # noqa: RUF001 - a dash
        "11:00": [nobody, nobody, "2/0.2", nobody, nobody, nobody, nobody],
    }


@pytest.mark.parametrize(
    ("hours", "shown"), [(14, 14), (15, 8), (24, 12)], ids=["hour", "two of 15", "two of 24"]
)
def test_long_day_is_told_in_longer_lines(hours: int, shown: int) -> None:
    whole = [half_hour(3, 2 * hour, 10, 3.0) for hour in range(hours)]
    assert len(lines(staffing(*whole))) == shown


def test_enough_agents_are_said_to_be_enough() -> None:
    said = staffing_report(staffing(half_hour(0, 20, 100, 14.0))).said
    assert said[1:] == (
        "In every busy half hour as many agents were there as needed.",
        "No calls were lost.",
    )


def test_chat_is_labelled_as_one_at_a_time() -> None:
    said = staffing_report(staffing(half_hour(0, 20, 100, 14.0), channel="chat")).said
    assert said[0].startswith("The week's peak is Mon 10:00: 100 chats in half an hour")
    assert said[-1] == (
        "This assumes one chat at a time; where agents hold several at once, fewer are needed."
    )


@pytest.mark.parametrize(
    ("staffed", "told"),
    [
        (1.0, "with calls of the day, no longer than their staffed time;"),
        (0.5, "no longer than their staffed time (known for 50.0 % of their days);"),
        (0.0, "with calls of the day, as the data has no staffed times;"),
    ],
)
def test_small_print_says_how_agents_there_are_known(staffed: float, told: str) -> None:
    assert told in staffing_report(staffing(*BUSY, staffed=staffed)).small_print


def test_week_that_is_withheld_shows_no_figure() -> None:
    found = staffing(HalfHour(0, 20, withheld=True))
    assert staffing_report(found).said == (
        "Every half hour has fewer than 3 agents behind it and is withheld.",
    )


def test_withheld_half_hour_has_no_figure_in_json() -> None:
    found = insight_json(staffing(HalfHour(0, 20, withheld=True)))
    assert found["half_hours"][20] == {"weekday": "monday", "time": "10:00", "withheld": True}


def reason(issue: str | None, n: int, **given: object) -> Reason:
    row = Row(((Segment.ISSUE_TYPE, issue),), n, n, previous=Previous(10, 10))
    row = replace(row, change=Change.UP, usual_range=(5.0, 15.0)) if n > 15 else row
    found = Reason(issue, row, n / 100)
    return replace(found, **given)  # type: ignore[arg-type]  # the fields of a reason


def reasons(*found: Reason) -> FoundReasons:
    query = Query(VOLUME, WEEK, (), (Segment.ISSUE_TYPE,))
    rows = tuple(each.row for each in found)
    volume = Answer(query, NOW, complete=True, rows=rows, running=None, trend=(), freshness=())
    where = replace(scope(), period=WEEK, filters=())
    bands = (Arrivals(0, 9, 70), Arrivals(1, 9, 30), Arrivals(6, 21, None))
    return FoundReasons(where, volume, found, 100, bands, bands, 12)


def test_reasons_say_most_change_and_new() -> None:
    first_seen = datetime(2026, 11, 9, 23, 30, tzinfo=UTC)
    found = reasons(
        reason("invoice", 60, busiest=Busiest(0, 9)),
        reason("recall", 30, first_seen=first_seen),
        reason(None, 10),
    )
    report = insight_report(found)
    assert report.said == (
        "100 contacts, most of them about invoice (60.0 %) and recall (30.0 %).",
        "Invoice rose to 60 from 10, above its usual range (5 to 15).",
        "New: recall (30, first on 10 Nov).",
        "Most come on Mon from 09:00 to 12:00: 70.",
    )
    assert report.listed is not None
    assert [[cell.text for cell in row] for row in report.listed.rows] == [
        ["invoice", "60 ↑", "60.0 %", "10", "Mon, 09:00"],
        ["recall", "30 new", "30.0 %", "10", "–"],  # noqa: RUF001 - a dash
        ["issue type not given", "10", "10.0 %", "10", "–"],  # noqa: RUF001 - a dash
    ]


def test_reasons_lead_to_the_week_before_a_month_and_twelve_weeks() -> None:
    offers = insight_report(reasons(reason("invoice", 60))).offers
    assert [(shown, insight_words(request)) for shown, request in offers] == [
        ("Week 45", "reasons 2026-W45"),
        ("Last month", "reasons monthly"),
        ("Self-service", "selfservice from 2026-08-24 to 2026-11-15"),
    ]


def issue(name: str, saved: float, centre: HelpCentre | None) -> Issue:
    return Issue(name, 120, 90, 300.0, 310.0, 80, saved, centre, is_candidate=True)


def self_service(*issues: Issue, known: bool = True) -> FoundSelfService:
    return FoundSelfService(replace(scope(), filters=()), issues, 400.0, 0, known)


def test_self_service_tells_what_the_help_centre_has() -> None:
    found = self_service(
        issue("login", 100 * 3600.0, HelpCentre(("Reset it",), 120, 30)),
        issue("address", 5000.0, None),
    )
    assert insight_report(found).said == (
        (
            "An article would save most on login: up to 100 h of handle time, 80 contacts settled"
            ' in one go. "Reset it" was visited 120 times, 30 still contacted us.'
        ),
        "The help centre has nothing yet for address (up to 1 h 23 min).",
    )


def test_self_service_without_a_candidate_says_so() -> None:
    found = self_service(replace(issue("login", 0.0, None), is_candidate=False))
    assert insight_report(found).said == (
        "No issue type is both quick to solve and asked by many.",
    )


@pytest.mark.parametrize(
    "found",
    [
        staffing(*BUSY),
        reasons(*(reason(f"{HOSTILE} {n}", 20) for n in range(150))),
        reasons(),
        self_service(
            *(issue(f"{HOSTILE} {n}", 9e6, HelpCentre((HOSTILE,), 1, 0)) for n in range(150))
        ),
        self_service(issue("login", 1.0, None), known=False),
    ],
    ids=["staffing", "reasons", "no reasons", "self-service", "no help centre"],
)
def test_message_is_what_slack_takes_and_calls_nobody(found: Found) -> None:
    built = message(found)
    assert "<!" not in built.text
    assert "\u202e" not in str(built.blocks)
    assert built.text.split(". ")[1] == "Only your team is shown"
    values = [
        b["value"] for each in built.blocks if each["type"] == "actions" for b in each["elements"]
    ]
    assert all(parse(value, NOW.date()) for value in values)
