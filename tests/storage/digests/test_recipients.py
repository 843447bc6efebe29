"""Who gets a digest, and with whose rights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.access import InChannel, OnlyThem
from storage.digests.recipients import (
    THE_ORGANISATION,
    Surroundings,
    admins,
    has_left,
    recipients_of,
)
from storage.digests.told import Recipient
from storage.errors import NotNowError, UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations import digests, members
from storage.operations.audit import By
from storage.operations.digests import DigestOrder
from storage.operations.people_models import SlackPerson
from storage.roles import Member, Role, RoleGrant
from tests.storage.digests.orders import MONDAY, order
from tests.storage.operations.template import make_operations

BY = By("U0LEO", MONDAY)
CARE = InChannel(frozenset({"care"}))
PEOPLE = {
    "U0EVA": "eva@example.com",
    "U0LEO": "leo@example.com",
    "U0AMY": "a1@example.com",
    "U0DAN": "a4@example.com",
    "U0ADA": "ada@example.com",
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The organisation's people, one of whom has left, and a guest with an agent's address."""
    with Session(make_operations(tmp_path)) as session:
        for user_id, email in PEOPLE.items():
            session.add(_person(user_id, email))
        session.add(_person("U0GONE", "a2@example.com", is_gone=True))
        session.add(_person("U0GUEST", "a3@example.com", is_guest=True))
        members.grant(session, "eva@example.com", RoleGrant(Role.EXECUTIVE), BY)
        members.grant(session, "U0LEO", RoleGrant(Role.LEAD, frozenset({"billing"})), BY)
        members.grant(session, "U0GONE", RoleGrant(Role.EXECUTIVE), BY)
        members.grant(session, "ada@example.com", RoleGrant(Role.ADMIN), BY)
        session.flush()
        yield session


def _person(user_id: str, email: str, **known: bool) -> SlackPerson:
    return SlackPerson(
        user_id=user_id,
        team_id="T1",
        email=email,
        refreshed_at=MONDAY,
        is_workspace_admin=user_id == "U0DAN",
        **known,
    )


def got(session: Session, facts: Engine, wanted: DigestOrder) -> list[Recipient]:
    made = digests.make(session, wanted, BY)
    with facts.connect() as connection:
        around = Surroundings(
            connection, session, lambda _: CARE, frozenset(), today=date(2026, 6, 15)
        )
        return recipients_of(digests.find(session, made), around)


def test_conversation_has_its_own_rights_never_the_makers(
    session: Session, seeded_facts: Engine
) -> None:
    wanted = replace(order(Audience.TEAM), channel_id="C0CARE")
    assert got(session, seeded_facts, wanted) == [Recipient("C0CARE", THE_ORGANISATION, CARE)]


def test_each_executive_who_is_there_gets_one(session: Session, seeded_facts: Engine) -> None:
    (found,) = got(session, seeded_facts, order(Audience.EXECUTIVE))
    assert (found.id, found.member.sees_all_totals, found.destination) == (
        "U0EVA",
        True,
        OnlyThem(),
    )


def test_each_lead_is_told_of_the_own_teams(session: Session, seeded_facts: Engine) -> None:
    (found,) = got(session, seeded_facts, order(Audience.TEAM))
    assert (found.id, found.own_filters) == ("U0LEO", (Filter(Segment.TEAM, ("billing",)),))


def test_each_agent_in_slack_gets_the_own_note_but_no_guest(
    session: Session, seeded_facts: Engine
) -> None:
    found = got(session, seeded_facts, order(Audience.AGENTS))
    assert [each.member for each in found] == [
        Member("T1", "U0AMY", agent_ids=frozenset({"a1"}), agent_teams=frozenset({"billing"})),
        Member("T1", "U0DAN", agent_ids=frozenset({"a4"}), agent_teams=frozenset({"care"})),
    ]


def test_agents_of_a_team_alone(session: Session, seeded_facts: Engine) -> None:
    care = order(Audience.AGENTS, filters=(Filter(Segment.TEAM, ("Care",)),))
    assert [each.id for each in got(session, seeded_facts, care)] == ["U0DAN"]


def test_own_choice_goes_to_its_owner_with_the_owners_rights(
    session: Session, seeded_facts: Engine
) -> None:
    wanted = order(Audience.OWN, metrics=("ticket_volume",))
    (found,) = got(session, seeded_facts, wanted)
    assert (found.id, found.member.led_teams) == ("U0LEO", frozenset({"billing"}))


def test_somebody_else_has_rights_of_their_own(session: Session, seeded_facts: Engine) -> None:
    wanted = replace(order(Audience.OWN, metrics=("ticket_volume",)), channel_id="U0AMY")
    (found,) = got(session, seeded_facts, wanted)
    assert (found.member.led_teams, found.member.agent_ids) == (frozenset(), frozenset({"a1"}))


@pytest.mark.parametrize("user_id", ["U0GONE", "U0UNKNOWN"])
def test_who_is_not_there_any_more_is_told_to_be_replaced(
    session: Session, seeded_facts: Engine, user_id: str
) -> None:
    with pytest.raises(UserError, match="not in the workspace any more"):
        got(session, seeded_facts, replace(order(Audience.EXECUTIVE), channel_id=user_id))


def test_audience_without_anybody_is_a_sentence(session: Session, seeded_facts: Engine) -> None:
    members.revoke(session, {"eva@example.com"}, Role.EXECUTIVE, BY)
    with pytest.raises(UserError, match="Nobody in Slack belongs to this audience"):
        got(session, seeded_facts, order(Audience.EXECUTIVE))


def test_before_slack_told_of_anybody_it_waits(tmp_path: Path, seeded_facts: Engine) -> None:
    with Session(make_operations(tmp_path)) as session, pytest.raises(NotNowError):
        got(session, seeded_facts, order(Audience.AGENTS))


def test_admins_are_those_made_so_and_those_named(session: Session) -> None:
    assert admins(session, frozenset({"leo@example.com"})) == ["U0ADA", "U0LEO"]
    members.revoke(session, {"ada@example.com"}, Role.ADMIN, BY)
    assert admins(session, frozenset()) == ["U0DAN"]


def test_who_has_left_is_known(session: Session) -> None:
    assert [has_left(session, each) for each in ("U0GONE", "U0LEO", "U0WHO")] == [
        True,
        False,
        False,
    ]
