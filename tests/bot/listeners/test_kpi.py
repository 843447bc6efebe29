from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import event

from bot.playground import Message
from storage.operations import members
from storage.operations.engine import writing
from storage.roles import Role, RoleGrant
from tests.bot.listeners.conftest import BY, Office

NO_FIGURE = "You have no role in CareKPI yet. Ask an admin to give you one."
OUTSIDER = "CareKPI answers members of its own organisation only."


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def rows(message: Message) -> list[str]:
    """The lines of the message's table, as read."""
    return [line for line in message.read().splitlines() if line.startswith("| ")]


def test_kpi_answers_the_person_alone_with_sentence_chart_and_table(office: Office) -> None:
    answer = office.ask(office.executive, "volume weekly by channel")
    assert answer.ephemeral_for == office.executive.id
    heading, sentence, *_ = answer.read().splitlines()
    assert heading == "Ticket volume, week 24 (8 to 14 Jun)"
    assert sentence.startswith("Phone stood at 25 (28 before)")
    assert rows(answer)[0] == "| channel | Volume | before | usual range |"
    assert "data_visualization" in kinds(answer)
    assert not office.workspace.visible(office.lead, office.care)


def test_kpi_shows_the_running_week_and_how_fresh_it_is(office: Office) -> None:
    text = office.ask(office.executive, "volume weekly").read()
    assert "This week so far (Mon to Wed): " in text
    assert "Data until today 10:00 (calls), today 11:00 (desk). Times in Europe/Berlin." in text


def test_kpi_text_twin_says_the_whole_answer(office: Office) -> None:
    answer = office.ask(office.executive, "volume weekly")
    assert answer.text.startswith("Ticket volume, week 24 (8 to 14 Jun). Ticket volume ")
    assert "Data until today" in answer.text


def test_typo_is_helped_and_its_button_answers(office: Office) -> None:
    helped = office.ask(office.executive, "fcrr weekly by team")
    assert helped.read().splitlines()[0] == (
        'I don\'t know a metric "fcrr". Did you mean first contact resolution?'
    )
    answer = office.click(office.executive, "First contact resolution, last week, by team")
    assert answer.read().startswith("First contact resolution, week 24")


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "How to ask"),
        ("help", "How to ask"),
        ("list", "Metrics\nLeading: what tells you early"),
        ("define aht", "Average handle time (AHT)"),
    ],
)
def test_explaining_needs_no_role(office: Office, text: str, beginning: str) -> None:
    assert office.ask(office.newcomer, text).read().startswith(beginning)


def test_another_period_takes_the_answers_place(office: Office) -> None:
    first = office.ask(office.executive, "volume weekly")
    office.click(office.executive, "Month")
    (shown,) = office.workspace.visible(office.executive, office.care)
    assert shown.ts == first.ts
    assert shown.read().startswith("Ticket volume, May 2026")


def test_button_means_the_same_week_a_month_later(office: Office) -> None:
    office.ask(office.executive, "volume weekly")
    office.clock.move(days=28)
    answer = office.click(office.executive, "By team")
    assert answer.read().startswith("Ticket volume, week 24 (8 to 14 Jun)")


def test_definition_button_leaves_the_answer(office: Office) -> None:
    office.ask(office.executive, "fcr weekly")
    explained = office.click(office.executive, "How is this computed?")
    assert explained.read().startswith("First contact resolution (FCR)")
    assert len(office.workspace.visible(office.executive, office.care)) == 2


@pytest.mark.parametrize(
    "text", ["volume", "fcr monthly", "volume team:billing", "volume agent:me"]
)
def test_no_role_gets_one_sentence_and_no_figure(office: Office, text: str) -> None:
    assert office.ask(office.newcomer, text).read() == NO_FIGURE


@pytest.mark.parametrize("text", ["volume", "help", "list", "define fcr", "role list", "nonsense"])
def test_guest_gets_one_sentence_whatever_is_typed(office: Office, text: str) -> None:
    assert office.ask(office.guest, text).read() == OUTSIDER


def test_somebody_of_another_organisation_gets_one_sentence(office: Office) -> None:
    assert office.ask(office.stranger, "volume", office.shared).read() == OUTSIDER


def test_unknown_team_is_not_told_to_who_has_no_role(office: Office) -> None:
    assert office.ask(office.newcomer, "volume team:bill").read() == NO_FIGURE
    told = office.ask(office.executive, "volume team:biling").read()
    assert told.splitlines()[0] == 'I don\'t know a team "biling". Did you mean "billing"?'


def test_agent_sees_the_own_figures_and_the_own_teams_total(office: Office) -> None:
    own = office.ask(office.agent, "volume monthly agent:me")
    assert own.read().startswith("Ticket volume, agent Agent a1, May 2026")
    team = office.ask(office.agent, "volume monthly")
    assert "You see the total of your team, billing." in team.read()
    others = office.ask(office.agent, "volume monthly agent:a2")
    assert "a2" not in others.read()


def test_executive_gets_no_agent_by_name(office: Office) -> None:
    answer = office.ask(office.executive, "volume monthly by agent").read()
    assert answer.startswith("Agents are shown by name only to the leads and reviewers")
    small = office.ask(office.executive, "volume monthly by team").read()
    assert "care: withheld, as fewer than 3 agents stand behind it." in small


def test_lead_sees_the_agents_of_the_own_team(office: Office) -> None:
    answer = office.ask(office.lead, "volume monthly by agent").read()
    named = {name for name in ("a1", "a2", "a3", "a4", "a5") if f"Agent {name}" in answer}
    assert named == {"a1", "a2", "a3"}


@pytest.mark.parametrize(
    "asked", ["agent:a4", 'agent:"Agent a4"', "agent:a4 team:billing", "agent:nobody"]
)
def test_lead_does_not_hear_of_the_agents_of_other_teams(office: Office, asked: str) -> None:
    value = "nobody" if "nobody" in asked else "Agent a4" if "Agent" in asked else "a4"
    assert office.ask(office.lead, f"volume monthly {asked}").read() == (
        f'The data has no agent "{value}". Check the spelling, or leave out the agent.'
    )


def test_lead_asks_for_an_agent_of_the_own_team_by_name(office: Office) -> None:
    answer = office.ask(office.lead, 'volume monthly agent:"agent A2"').read()
    assert answer.startswith("Ticket volume, agent Agent a2, team billing, May 2026")


def test_role_taken_away_counts_for_the_next_question(office: Office) -> None:
    office.ask(office.executive, "volume")
    with writing(office.stores.operations) as session:
        members.revoke(session, [office.executive.id], None, BY)
    assert office.ask(office.executive, "volume").read() == NO_FIGURE


def test_role_given_by_email_is_found_by_the_profile(office: Office) -> None:
    with writing(office.stores.operations) as session:
        members.grant(session, "nick@example.com", RoleGrant(Role.EXECUTIVE), BY)
    assert office.ask(office.newcomer, "volume").read().startswith("Ticket volume, week 24")


def test_refused_chart_costs_the_chart_alone(office: Office) -> None:
    office.workspace.trouble.refuse_blocks("data_visualization")
    answer = office.ask(office.executive, "volume weekly by channel")
    assert "data_visualization" not in kinds(answer)
    assert rows(answer)[0] == "| channel | Volume | before | usual range |"


def test_refused_table_costs_the_table_alone(office: Office) -> None:
    office.workspace.trouble.refuse_blocks("data_visualization", "table", "data_table")
    answer = office.ask(office.executive, "volume weekly by channel")
    assert not {"table", "data_table", "data_visualization"} & set(kinds(answer))
    assert "before" in answer.read()


def test_refused_everything_still_answers_in_text(office: Office) -> None:
    office.workspace.trouble.refuse_blocks("header", "section", "table", "context", "actions")
    answer = office.ask(office.executive, "volume weekly")
    assert answer.blocks == []
    assert answer.read().startswith("Ticket volume, week 24 (8 to 14 Jun).")


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table contacts; --",
        'volume team:"\' or 1=1 --"',
        "<!channel> <!here> @everyone",
        "__class__",
        "mro weekly",
        "fcr \u202eylkeew",
        "🙂🙃 weekly",
        "x" * 4000,
        'volume "',
        "volume weekly by by by",
        "volume 2026-02-30",
        "volume 9999-W99",
    ],
)
def test_hostile_text_gets_a_harmless_sentence(office: Office, text: str) -> None:
    answer = office.ask(office.executive, text)
    assert "reference" not in answer.text
    assert "<!" not in answer.text
    assert len(answer.text) < 500
    again = office.ask(office.executive, "volume 2026-W23")
    assert again.read().startswith("Ticket volume, week 23")


def test_fault_of_ours_is_calm_and_carries_the_logged_reference(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    engine = office.stores.facts

    def fail(*_: object) -> None:
        raise RuntimeError("a secret of the database")

    event.listen(engine, "before_cursor_execute", fail)
    try:
        with caplog.at_level(logging.ERROR):
            answer = office.ask(office.executive, "volume")
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    said, reference = answer.read().rstrip(".").rsplit(": ", 1)
    assert said.startswith("Something went wrong on our side, and it has been written down.")
    assert "secret" not in answer.read()
    assert f"Fault {reference}" in [record.getMessage() for record in caplog.records]


def test_fast_faults_in_a_row_are_all_acknowledged(office: Office) -> None:
    for _ in range(8):
        office.clock.move(minutes=6)
        office.workspace.trouble.fail_next("users.info", error="internal_error")
        assert "reference" in office.ask(office.executive, "volume").read()


def test_rate_limit_is_waited_for(office: Office) -> None:
    office.workspace.trouble.rate_limit("response_url", 1)
    assert office.ask(office.executive, "volume").read().startswith("Ticket volume")


@pytest.mark.parametrize(
    "failure", [{"status": 500, "times": 9}, {"cut": True, "times": 9}, {"error": "expired_url"}]
)
def test_answer_that_slack_does_not_take_beside_the_command_comes_as_a_direct_message(
    office: Office, failure: dict[str, Any]
) -> None:
    office.workspace.trouble.fail_next("response_url", **failure)
    direct = office.workspace.direct(office.executive)
    assert office.workspace.command(
        office.executive, office.care, "/kpi volume weekly"
    ).is_acknowledged
    (answer,) = office.workspace.wait_for(
        lambda: office.workspace.visible(office.executive, direct)
    )
    assert answer.read().startswith("Ticket volume, week 24")
    assert office.workspace.visible(office.executive, office.care) == []


def test_home_tab_explains_how_to_ask(office: Office) -> None:
    home = office.home_of(office.newcomer)
    assert "How to ask" in home.splitlines()
    assert "/kpi frt weekly" in home
