"""``/kpi reasons``, ``selfservice`` and ``staffing``, and who gets what of them."""

from __future__ import annotations

import pytest

from bot.answering import Answering
from bot.request import Staffing, parse
from storage.access import OnlyThem
from storage.errors import NotAllowedError
from storage.roles import Member
from tests.bot.listeners.conftest import BERLIN, Office
from tests.bot.listeners.test_kpi import NO_FIGURE, OUTSIDER, kinds, rows

INSIGHTS = ("reasons weekly", "selfservice", "staffing phone")


def test_reasons_are_a_sentence_a_list_and_a_week(office: Office) -> None:
    answer = office.ask(office.executive, "reasons monthly")
    assert answer.ephemeral_for == office.executive.id
    heading, sentence, *_ = answer.read().splitlines()
    assert heading == "Reasons for contact, May 2026"
    assert sentence.startswith("161 contacts, most of them about ")
    assert rows(answer)[0] == "| issue type | contacts | share | before | busiest |"
    assert "| hour | Mon | Tue | Wed | Thu | Fri | Sat | Sun |" in rows(answer)
    assert kinds(answer) == ["header", "section", "data_table", "table", "context", "actions"]


def test_staffing_says_the_peak_first_and_the_assumptions_last(office: Office) -> None:
    text = office.ask(office.lead, "staffing phone team:billing 90% in 30s").read()
    heading, sentence, *_ = text.splitlines()
    assert heading == "Staffing, phone, team billing, 20 Apr to 14 Jun"
    assert sentence.startswith("The week's peak is ")
    assert "to answer 90 % within 30 s" in sentence
    assert "Needed: Erlang C for 90 % within 30 s; it assumes that calls come at random" in text


def test_self_service_ranks_by_the_time_saved(office: Office) -> None:
    text = office.ask(office.executive, "selfservice").read()
    assert text.startswith("Self-service, 23 Mar to 14 Jun\nAn article would save most on ")
    assert "No visits to the help centre are loaded" in text


def test_button_leads_on_and_takes_its_place(office: Office) -> None:
    first = office.ask(office.executive, "reasons monthly")
    answer = office.click(office.executive, "April 2026")
    assert answer.ts == first.ts
    assert answer.read().startswith("Reasons for contact, April 2026")


def test_button_asks_for_a_higher_service_level(office: Office) -> None:
    office.ask(office.lead, "staffing phone team:billing")
    answer = office.click(office.lead, "90 % in 20 s")
    assert "Needed: Erlang C for 90 % within 20 s" in answer.read()


@pytest.mark.parametrize("text", INSIGHTS)
def test_no_role_gets_one_sentence_and_no_figure(office: Office, text: str) -> None:
    assert office.ask(office.newcomer, text).read() == NO_FIGURE


@pytest.mark.parametrize("text", INSIGHTS)
def test_guest_and_customer_get_one_sentence(office: Office, text: str) -> None:
    assert office.ask(office.guest, text).read() == OUTSIDER
    assert office.ask(office.stranger, text, office.shared).read() == OUTSIDER


@pytest.mark.parametrize("text", INSIGHTS)
def test_admin_gets_no_figure(office: Office, text: str) -> None:
    answer = office.ask(office.admin, text).read()
    assert answer.startswith("You are an admin, which is about settings and shows no figures.")


@pytest.mark.parametrize("text", INSIGHTS)
def test_agent_gets_the_own_teams_totals_alone(office: Office, text: str) -> None:
    answer = office.ask(office.agent, text).read()
    assert ", team billing, " in answer.splitlines()[0]
    assert answer.splitlines()[1].startswith("You see the total of your team, billing.")


@pytest.mark.parametrize("text", INSIGHTS)
def test_agent_gets_nothing_of_another_team(office: Office, text: str) -> None:
    assert office.ask(office.agent, f"{text} team:care").read() == (
        "You see the totals of your own team and your own figures."
        " Ask with team:billing or agent:me."
    )


@pytest.mark.parametrize("text", ["selfservice", "staffing phone"])
def test_two_agents_are_withheld_from_who_may_not_see_them(office: Office, text: str) -> None:
    """Two agents make up the team."""
    assert office.ask(office.executive, f"{text} team:care").read() == (
        "Fewer than 3 agents stand behind these figures, so they are withheld."
        " Ask for more teams together."
    )


def test_reasons_of_two_agents_are_withheld(office: Office) -> None:
    answer = office.ask(office.executive, "reasons monthly team:care")
    cells = [line.split(" | ")[1:] for line in rows(answer)]
    figures = {cell.strip(" |") for line in cells for cell in line if cell.strip(" |").isdigit()}
    assert figures == set()


def test_unknown_team_is_offered_as_the_same_insight(office: Office) -> None:
    helped = office.ask(office.executive, "reasons monthly team:biling")
    assert helped.read().splitlines()[0] == (
        'I don\'t know a team "biling". Did you mean "billing"?'
    )
    answer = office.click(office.executive, "Reasons for contact, team billing, last month")
    assert answer.read().startswith("Reasons for contact, team billing, May 2026")


def test_unknown_team_is_not_told_to_who_has_no_role(office: Office) -> None:
    assert office.ask(office.newcomer, "reasons team:bill").read() == NO_FIGURE


def test_refused_tables_are_told_in_words(office: Office) -> None:
    office.workspace.trouble.refuse_blocks("table", "data_table")
    answer = office.ask(office.executive, "reasons monthly")
    assert not {"table", "data_table"} & set(kinds(answer))
    assert "login: contacts " in answer.read()


def test_agent_without_a_team_gets_no_staffing(office: Office) -> None:
    alone = Member("T1", "U1", agent_ids=frozenset({"a1"}))
    answering = Answering(office.stores.facts, office.stores.operations, BERLIN, office.clock)
    request = parse("staffing phone", answering.today)
    assert isinstance(request, Staffing)
    with pytest.raises(NotAllowedError, match="you see your own figures only"):
        answering.insight(alone, request, OnlyThem())
