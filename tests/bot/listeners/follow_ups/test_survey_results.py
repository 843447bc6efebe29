"""Results of a survey, as each role sees them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.blocks.actions import SURVEY_RESULTS, buttons
from bot.blocks.message import message
from bot.playground import Person
from storage.facts.tables import surveys
from storage.insights.themes import Comment, find_themes
from tests.bot.listeners.follow_ups.loop import Loop

WORDS = 'csat from 2026-02-01 to 2026-02-28 team:"billing"'
FEBRUARY = datetime(2026, 2, 3, 10)
SMALL_PRINT = "Margins are 95 % intervals. A question that was skipped is in no total."


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    """What is slow to import is there before anybody waits for an answer."""
    find_themes([Comment("one"), Comment("two")], with_examples=True)


@pytest.fixture
def answers(facts: Engine) -> None:
    """75 satisfied, 25 not, of 200 asked in billing; 7 comments there, and one in care."""
    rows = [_row(number, "billing") for number in range(200)] + [_row(900, "care")]
    with facts.begin() as connection:
        connection.execute(surveys.insert(), rows)


def _row(number: int, team: str) -> dict[str, object]:
    is_answered, score = number < 100 or team == "care", 5 if number < 75 else 1
    has_words = 93 <= number < 100 or team == "care"
    said = f"=SUM(1) hold music {number} endless" if team == "billing" else "Secret of care"
    sent_at = FEBRUARY + timedelta(minutes=number)
    return {
        "source": "carekpi",
        "survey_id": f"R{number}",
        "kind": "csat",
        "team": team,
        "agent_id": f"a{1 + number % 3}",
        "issue_type": "invoice",
        "channel": "email",
        "sent_at": sent_at,
        "answered_at": sent_at if is_answered else None,
        "score": score if is_answered else None,
        "comment": said if is_answered and has_words else None,
    }


def asked(loop: Loop, person: Person, words: str = WORDS) -> str:
    """What a press of a results button shows this person."""
    workspace = loop.office.workspace
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    offered = message(["-"], buttons([("Results", SURVEY_RESULTS, f"0|{words}")]))
    client.chat_postMessage(channel=person.id, **offered.arguments())
    loop.click(person, "Results")
    return loop.read(person)[-1]


HEAD = """\
Customer satisfaction, team billing, 1 to 28 Feb
CSAT: 75.0 % (65.7 % to 82.5 %), from 100 answers; 50.0 % of 200 asked have answered."""
SPREAD = """\
 1 ███ 25
 2  0
 3  0
 4  0
 5 █████████ 75"""


@pytest.mark.usefixtures("answers")
def test_lead_reads_figure_margin_spread_themes_and_comments(loop: Loop) -> None:
    shown = asked(loop, loop.office.lead)
    assert shown.splitlines()[:2] == HEAD.splitlines()
    assert SPREAD in shown
    assert "What 7 comments are about, invoice\n- hold music: 7 comments." in shown
    assert "Comments 1 to 5 of 7, newest first\n- 1, Tue 3 Feb, e-mail, invoice, billing:" in shown
    assert "Secret of care" not in shown
    assert shown.endswith("[Older comments]")


@pytest.mark.usefixtures("answers")
def test_comments_are_turned_page_by_page(loop: Loop) -> None:
    asked(loop, loop.office.lead)
    loop.click(loop.office.lead, "Older comments")
    shown = loop.read(loop.office.lead)[-1]
    assert "Comments 6 to 7 of 7, newest first" in shown
    assert shown.endswith("[Newer comments]")


@pytest.mark.usefixtures("answers")
def test_executive_sees_themes_of_many_and_no_comment(loop: Loop) -> None:
    shown = asked(loop, loop.office.executive)
    assert shown.splitlines()[:2] == HEAD.splitlines()
    assert "- hold music: 7 comments\n" in shown
    assert ("SUM" in shown, "Comments 1" in shown) == (False, False)
    closing = f"{SMALL_PRINT} Comments are read by the leads and reviewers of the team."
    assert shown.splitlines()[-1] == closing


@pytest.mark.usefixtures("answers")
def test_lead_of_another_team_reads_no_comment(loop: Loop) -> None:
    shown = asked(loop, loop.office.lead, WORDS.replace("billing", "care"))
    assert "Secret of care" not in shown


@pytest.mark.usefixtures("answers")
def test_agent_reads_the_own_teams_total_and_no_comment(loop: Loop) -> None:
    shown = asked(loop, loop.amy)
    assert ("75.0 %" in shown, "hold music" in shown) == (True, False)


def test_customer_and_newcomer_get_no_figure(loop: Loop) -> None:
    assert asked(loop, loop.office.newcomer).startswith("You have no role in CareKPI yet.")


def test_other_metrics_have_no_results(loop: Loop) -> None:
    assert asked(loop, loop.office.executive, "fcr weekly").startswith(
        "Results are those of a kind of survey."
    )


def test_relationship_nps_stands_apart_from_the_one_after_a_contact(loop: Loop) -> None:
    lines = asked(loop, loop.office.executive, "nps from 2026-03-02 to 2026-05-31").splitlines()
    assert [line.partition(":")[0] for line in lines[1:3]] == [
        "NPS of the relationship",
        "NPS after a contact",
    ]


def test_each_nps_has_a_spread_of_its_own(loop: Loop, facts: Engine) -> None:
    purposes = {"relationship": 9, "contact": 0, None: 7}
    rows = [
        _row(number, "billing") | {"kind": "nps", "purpose": purpose, "score": float(score)}
        for number, (purpose, score) in enumerate(purposes.items())
    ]
    with facts.begin() as connection:
        connection.execute(surveys.insert(), rows)
    shown = asked(loop, loop.office.lead, WORDS.replace("csat", "nps")).splitlines()
    headings = ["NPS of the relationship", "NPS after a contact", "NPS, purpose not known"]
    spreads = [shown[shown.index(each) + 1 : shown.index(each) + 12] for each in headings]
    bars = [[line for line in spread if "█" in line] for spread in spreads]
    assert bars == [[f" {score} ████████████ 1"] for score in purposes.values()]


@pytest.mark.usefixtures("answers")
def test_command_shows_the_results(loop: Loop) -> None:
    office = loop.office
    typed = f"/survey results {WORDS}"
    shown = office.answer_to(
        office.lead,
        office.care,
        lambda: office.workspace.command(office.lead, office.care, typed),
    )
    assert shown.read().splitlines()[:2] == HEAD.splitlines()
