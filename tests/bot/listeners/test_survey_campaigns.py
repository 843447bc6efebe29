"""``/survey`` as people use it: a list with who is left out, started, paused, and rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, delete, insert

from bot.playground import Person
from storage.facts.tables import customers
from storage.surveys.rules import Rule
from tests.bot.listeners.conftest import Office


@pytest.fixture
def asked(office: Office, facts: Engine) -> Iterator[Office]:
    """The stranger is a customer, of another one no address is known."""
    stranger = office.stranger
    common = {"source": "survey test", "started_on": date(2020, 1, 1), "segment": "hotels"}
    rows = [
        common
        | {"customer_id": "S1", "slack_user_id": stranger.id, "slack_team_id": stranger.team_id},
        common | {"customer_id": "S2", "slack_user_id": None, "slack_team_id": None},
    ]
    with facts.begin() as connection:
        connection.execute(insert(customers), [common | row for row in rows])
    yield office
    with facts.begin() as connection:
        connection.execute(delete(customers).where(customers.c.source == "survey test"))


def survey(office: Office, person: Person, text: str) -> str:
    place = office.care
    typed = lambda: office.workspace.command(person, place, f"/survey {text}")  # noqa: E731 - short
    return office.answer_to(person, place, typed).read()


def form(office: Office, person: Person, text: str) -> str:
    assert office.workspace.command(person, office.care, f"/survey {text}").is_acknowledged
    return office.modal_once(person, lambda shown: "New" in shown)


def test_list_of_none_offers_to_make_one(office: Office) -> None:
    assert survey(office, office.executive, "") == (
        "Surveys\nThere is no survey yet.\n[New survey] [All surveys]"
    )


@pytest.mark.parametrize("who", ["agent", "newcomer"])
def test_who_may_not_ask_is_told_who_may(office: Office, who: str) -> None:
    assert survey(office, getattr(office, who), "nps") == (
        "Surveys are sent by admins and executives, and by leads to their own teams' customers."
        " Ask one of them."
    )


def test_outlook_comes_before_the_start(asked: Office) -> None:
    eva = asked.executive
    form(asked, eva, "nps")
    submitted = asked.workspace.submit(eva, {"Name": "Spring", "Whom": "S1\nS2\nS9"})
    assert submitted.is_acknowledged
    shown = asked.modal_once(eva, lambda text: "Who is asked" in text)
    assert "Asked: 1" in shown
    assert "Left out: 2." in shown
    assert "S2: no Slack address is known" in shown
    assert "S9: no customer of today has this id" in shown
    assert "Spring: paused." in survey(asked, eva, "spring")
    assert asked.workspace.submit(eva).is_acknowledged
    assert "Spring: going on." in survey(asked, eva, "spring")
    assert "Spring: paused." in survey(asked, eva, "pause Spring")
    assert "Spring: stopped." in survey(asked, eva, "stop Spring")


def test_lead_who_names_a_segment_is_told_of_the_own_teams_customers_alone(asked: Office) -> None:
    form(asked, asked.lead, "nps")
    asked.workspace.submit(asked.lead, {"Name": "Hotels", "Or all customers of": "hotels"})
    assert asked.workspace.modal(asked.lead).errors == {
        "field-who": "Nobody whom you may ask is in this segment. Check how the data spells it."
    }


def test_mistakes_of_a_form_stand_at_their_fields(asked: Office) -> None:
    eva = asked.executive
    form(asked, eva, "csat")
    asked.workspace.submit(eva, {"Name": "Nobody"})
    assert asked.workspace.modal(eva).errors == {
        "field-who": "Nobody is named. Paste ids or addresses, or name a segment."
    }


def test_rule_of_a_lead_is_for_their_teams(asked: Office) -> None:
    leo = asked.lead
    form(asked, leo, "rule")
    asked.workspace.submit(leo, {"Name": "Mails", "After contacts by": "Email"})
    asked.modal_once(leo, lambda text: "Survey started" in text)
    asked.workspace.close(leo)
    assert "after contacts of email, billing." in survey(asked, leo, "rules")
    assert Rule(channels=("email",), teams=("billing",)).rate == 1.0


def test_survey_of_others_is_not_seen_by_a_lead(asked: Office) -> None:
    eva = asked.executive
    form(asked, eva, "rule")
    asked.workspace.submit(eva, {"Name": "All"})
    asked.modal_once(eva, lambda text: "Survey started" in text)
    assert survey(asked, asked.lead, "pause All").startswith('I know no survey "All".')
    assert "There is no survey yet." in survey(asked, asked.lead, "list")


def test_help_lists_what_can_be_typed(office: Office) -> None:
    assert "/survey pause NAME" in survey(office, office.executive, "help")
