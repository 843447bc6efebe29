"""Asking why in the pretend workspace, as the people in it."""

from __future__ import annotations

import pytest

from tests.bot.listeners.conftest import Office
from tests.bot.listeners.test_kpi import NO_FIGURE, OUTSIDER, rows


def test_why_answers_the_person_alone(office: Office) -> None:
    answer = office.ask(office.executive, "why volume monthly")
    assert answer.ephemeral_for == office.executive.id
    heading, sentence, *_ = answer.read().splitlines()
    assert heading == "Why ticket volume moved, all channels together, May 2026"
    assert "All channels together, ticket volume" in sentence
    assert "By channel: " in sentence
    assert rows(answer)[0].startswith("| part | added | before | now |")
    assert answer.text.startswith(heading)


def test_why_button_of_an_answer_explains_that_answer_and_leads_back(office: Office) -> None:
    office.ask(office.executive, "volume monthly")
    office.clock.move(days=40)
    why = office.click(office.executive, "Why?")
    assert why.read().startswith("Why ticket volume moved, all channels together, May 2026")
    back = office.click(office.executive, "The figures")
    assert back.read().startswith("Ticket volume, May 2026")


@pytest.mark.parametrize("text", ["why volume", "why fcr monthly by agent", "why volume team:nope"])
def test_no_role_gets_one_sentence(office: Office, text: str) -> None:
    assert office.ask(office.newcomer, text).read() == NO_FIGURE
    assert office.ask(office.guest, text).read() == OUTSIDER


def test_executive_sees_no_agent_and_no_small_team(office: Office) -> None:
    told = office.ask(office.executive, "why volume monthly")
    assert "Agent a" not in told.read()
    assert "team billing" not in told.read()
    refused = office.ask(office.executive, "why volume monthly by agent").read()
    assert refused.startswith("Agents are shown by name only to the leads and reviewers")


def test_agent_is_told_of_the_own_team_alone(office: Office) -> None:
    told = office.ask(office.agent, "why volume monthly").read()
    assert told.startswith("Why ticket volume moved, team billing, all channels together, May 2026")
    assert "You see the total of your team, billing." in told
    assert "Agent a" not in told


def test_lead_sees_the_agents_of_the_own_team_by_name_in_their_order(office: Office) -> None:
    told = office.ask(office.lead, "why volume monthly by agent team:billing")
    named = [line.split("|")[1].strip() for line in rows(told) if "agent" in line]
    assert named == ["agent Agent a1", "agent Agent a2", "agent Agent a3"]
    said = told.read().splitlines()[1]
    assert "Agent a" not in said


def test_unknown_value_is_suggested_with_its_why(office: Office) -> None:
    office.ask(office.executive, "why volume monthly team:biling")
    answer = office.click(office.executive, "Why: Ticket volume, team billing, last month")
    assert answer.read().startswith("Why ticket volume moved, team billing")
