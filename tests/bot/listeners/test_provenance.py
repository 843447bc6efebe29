"""How an answer is computed, and the rows behind it: who sees what, page by page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.blocks.actions import ROWS
from bot.playground import Message, Person
from bot.playground.clicking import _send
from storage.metrics.behind import Place
from storage.operations import audit
from storage.operations.engine import reading
from tests.bot.listeners.conftest import Office

HOW = "How is this computed?"
BEHIND = "Contacts behind it"
OUTDATED = "This button is from an older version of CareKPI. Ask again for a new one."
NOT_SHOWN = "What is behind a figure is shown to the leads and reviewers of the team."


def explain(office: Office, person: Person, text: str) -> Message:
    office.ask(person, text)
    return office.click(person, HOW)


def rows(message: Message) -> list[list[str]]:
    """The lines of the message's table without its heading, each as its cells."""
    lines = [line for line in message.read().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def teams(message: Message) -> set[str]:
    heading = next(line for line in message.read().splitlines() if line.startswith("| "))
    place = [cell.strip() for cell in heading.strip("|").split("|")].index("team")
    return {row[place] for row in rows(message)}


def offers(message: Message) -> list[str]:
    return [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def fact(message: Message, heading: str) -> str:
    """What stands behind a heading of the list."""
    line = next(each for each in message.read().splitlines() if f"{heading}: " in each)
    return line.split(f"{heading}: ")[1]


def press(office: Office, person: Person, action_id: str, value: str) -> Message:
    """Presses a button that carries this, as one of an older message, or of a forger, would."""
    message = office.ask(person, "volume weekly")

    def act() -> Any:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        return _send(office.workspace._actor(person), message, action)

    return office.answer_to(person, office.care, act)


def test_answer_says_how_it_is_computed(office: Office) -> None:
    told = explain(office, office.executive, "fcr monthly team:billing by issue")
    assert told.ephemeral_for == office.executive.id
    assert told.read().startswith("First contact resolution (FCR)")
    assert fact(told, "Version") == "1, since 22 Nov: first definition"
    assert fact(told, "Set here") == (
        "repeat about the same issue within 7 days, smallest sample 30 contacts"
    )
    assert fact(told, "Asked for") == "team billing, by issue type"
    assert fact(told, "Counted by") == "contacts.resolved_at, days of Europe/Berlin"
    assert fact(told, "Period") == (
        "1 May 00:00 to 1 Jun 00:00 in Europe/Berlin (30 Apr 22:00 to 31 May 22:00 UTC)"
    )
    assert fact(told, "Sources") == "calls until today 10:00, desk until today 11:00"
    assert "WHERE contacts.resolved_at >= '2026-04-30 22:00:00'" in told.read()


def test_rows_counted_and_left_out_are_those_of_the_data(office: Office) -> None:
    told = explain(office, office.executive, "volume monthly")
    with office.stores.facts.connect() as connection:
        counted, others = connection.exec_driver_sql(
            "SELECT count(*) FILTER (WHERE direction = 'inbound'),"
            " count(*) FILTER (WHERE direction <> 'inbound') FROM contacts"
            " WHERE opened_at >= '2026-04-30 22:00' AND opened_at < '2026-05-31 22:00'"
        ).one()
    assert fact(told, "Rows counted") == f"{counted} contacts"
    assert fact(told, "Left out") == (
        f"{others} contacts of the same time that are not what is counted"
    )


def test_long_statement_is_cut_and_says_where_the_whole_is(office: Office) -> None:
    told = explain(office, office.executive, "productivity monthly by tenure").read()
    assert 'The whole statement: carekpi ask "…" --sql' in told


def test_withheld_figure_tells_no_number_of_rows(office: Office) -> None:
    told = explain(office, office.executive, "volume monthly team:care")
    assert fact(told, "Rows counted") == (
        "withheld, as a figure with fewer than 3 agents behind it is"
    )
    assert "Left out" not in told.read()


def test_reader_of_a_shared_answer_without_a_role_gets_the_definition_alone(
    office: Office,
) -> None:
    office.ask(office.executive, "volume monthly")
    office.workspace.click(office.executive, "Share in channel")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.executive))
    office.workspace.submit(office.executive)
    office.workspace.wait_for(lambda: office.workspace.visible(office.newcomer, office.care))
    told = office.click(office.newcomer, HOW)
    assert told.ephemeral_for == office.newcomer.id
    assert told.read().startswith("Ticket volume (Volume)")
    assert "Rows counted" not in told.read()
    assert "SELECT" not in told.read()


def test_lead_leafs_through_the_contacts_of_the_own_team(office: Office) -> None:
    explain(office, office.lead, "volume monthly")
    page = office.click(office.lead, BEHIND)
    assert "Agents are shown by name for billing only." in page.read()
    found = [rows(page)]
    seen = teams(page)
    while "Next" in offers(page):
        page = office.click(office.lead, "Next")
        found.append(rows(page))
        seen |= teams(page)
    with office.stores.facts.connect() as connection:
        expected = connection.exec_driver_sql(
            "SELECT contact_id FROM contacts WHERE direction = 'inbound' AND team = 'billing'"
            " AND opened_at >= '2026-04-30 22:00' AND opened_at < '2026-05-31 22:00'"
            " ORDER BY opened_at DESC, source, contact_id"
        ).scalars()
        assert [row[1] for each in found for row in each] == list(expected)
    assert [len(each) for each in found[:-1]] == [10] * (len(found) - 1)
    assert seen == {"billing"}


def test_next_page_takes_the_place_of_the_one_before(office: Office) -> None:
    explain(office, office.lead, "volume monthly")
    first = office.click(office.lead, BEHIND)
    second = office.click(office.lead, "Next")
    assert (second.ts, rows(second)) != (first.ts, [])
    assert len(office.workspace.visible(office.lead, office.care)) == 3
    assert rows(office.click(office.lead, "Back to the newest"))[0][0].startswith("31 May")


def test_agent_sees_the_own_rows_alone(office: Office) -> None:
    explain(office, office.agent, "resolved monthly")
    page = office.click(office.agent, BEHIND)
    assert "Only your own figures are shown." in page.read()
    assert {row[-1] for row in rows(page)} == {"Agent a1"}


@pytest.mark.parametrize("text", ["volume monthly", "csat monthly team:billing", "qa monthly"])
def test_executive_is_offered_no_rows(office: Office, text: str) -> None:
    told = explain(office, office.executive, text)
    assert offers(told) == ["All metrics"]


@pytest.mark.parametrize("person", ["executive", "newcomer", "admin", "guest"])
def test_forged_button_shows_no_row(office: Office, person: str) -> None:
    value = json.dumps(["volume 2026-05", None])
    told = press(office, getattr(office, person), ROWS, value)
    assert rows(told) == []
    if person == "executive":
        assert told.read() == NOT_SHOWN


@pytest.mark.parametrize(
    "asked", ["volume 2026-05 team:care", "volume 2026-05 agent:a4", "volume 2026-05 agent:me,a4"]
)
def test_lead_gets_no_row_of_another_team(office: Office, asked: str) -> None:
    told = press(office, office.lead, ROWS, json.dumps([asked, None]))
    assert rows(told) == []
    assert "a4" not in told.read().replace('"a4"', "")


def test_place_of_another_teams_row_leads_to_the_own_ones(office: Office) -> None:
    place = ["2026-05-20T00:00:00+00:00", "contacts", "desk", "anything"]
    told = press(office, office.lead, ROWS, json.dumps(["volume 2026-05", place]))
    assert teams(told) == {"billing"}


def test_each_look_is_written_to_the_audit_trail(office: Office) -> None:
    explain(office, office.lead, "volume monthly")
    first = rows(office.click(office.lead, BEHIND))
    office.click(office.lead, "Next")
    with reading(office.stores.operations) as session:
        looks = [each for each in audit.newest(session) if each.what == "rows looked at"]
        found = [(look.who, look.about) for look in looks]
        details = looks[-1].details
    assert found == [(office.lead.id, "volume 2026-05 team:billing")] * 2
    assert details == f"10 rows: {first[0][1]} to {first[-1][1]}"


def test_refused_look_is_no_look(office: Office) -> None:
    press(office, office.executive, ROWS, json.dumps(["volume 2026-05", None]))
    with reading(office.stores.operations) as session:
        assert [e for e in audit.newest(session) if e.what == "rows looked at"] == []


def test_reviews_and_answers_can_be_looked_at_too(office: Office) -> None:
    explain(office, office.lead, "nps monthly")
    page = office.click(office.lead, "Answers behind it")
    assert {row[-1] for row in rows(page)} <= {"promoter", "passive", "detractor"}
    assert rows(page)


def test_reviews_per_agent_has_no_interval_and_its_rows_no_value(office: Office) -> None:
    """Every review is counted, and how many there are is decided, so nothing was sampled."""
    said = office.ask(office.lead, "reviews per agent monthly").read().splitlines()
    assert said[1] == "Reviews per agent stood at 17.2 per agent (23.8 per agent before)."
    assert "◌ too little history to call a change." in said[-2]
    office.click(office.lead, HOW)
    page = office.click(office.lead, "Reviews behind it").read().splitlines()
    assert page[2] == "| time | of | id | source | channel | team | agent |"


@pytest.mark.parametrize("value", ["", "x", "[]", "{}", '["volume", 7]', '["volume", ["x"]]', "7"])
def test_value_of_another_shape_is_from_an_older_version(office: Office, value: str) -> None:
    told = press(office, office.lead, ROWS, value)
    assert told.read() == OUTDATED


@pytest.mark.parametrize("action", ["kpi_forgotten", "kpi_ask_old.3", "x"])
def test_unknown_button_gets_one_sentence(office: Office, action: str) -> None:
    told = press(office, office.executive, action, "anything")
    assert told.read() == OUTDATED


def test_form_that_nothing_listens_to_gets_one_sentence(office: Office) -> None:
    office.ask(office.admin, "targets")
    office.workspace.click(office.admin, "Set a target")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.admin))
    office.workspace.modal(office.admin).content["callback_id"] = "kpi_forgotten"
    filled = {"Metric": "Reopen rate", "Value or band": "5%"}
    assert office.workspace.submit(office.admin, filled).is_acknowledged
    direct = office.workspace.direct(office.admin)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.admin, direct))
    assert told.read() == (
        "This form is from an older version of CareKPI, and nothing was kept. Open it again."
    )


def test_place_is_written_and_read_back() -> None:
    from bot.blocks.behind import page_value, read_page_value  # noqa: PLC0415 - of this test alone
    from bot.request import parse  # noqa: PLC0415 - as above
    from storage.metrics.answer import Question  # noqa: PLC0415 - as above
    from tests.storage.metrics.seed import NOW  # noqa: PLC0415 - as above

    question = parse("volume 2026-05", NOW.date())
    assert isinstance(question, Question)
    place = Place(NOW.replace(microsecond=7), "contacts", 'a "source"', "id, with | all ] signs")
    wanted = read_page_value(page_value(question, place))
    assert (wanted.words, wanted.after) == ("volume 2026-05", place)
    assert page_value(question, Place(NOW, "contacts", "desk", "x" * 2000)) == ""
