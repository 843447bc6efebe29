"""Who somebody is: roles by id and e-mail, first admins, agents by e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.facts.store import open_facts
from storage.facts.tables import agents
from storage.membership import Profile, agents_by_email, member_of
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.roles import Member, Role, RoleGrant
from tests.storage.operations.conftest import NOW
from tests.storage.operations.template import make_operations

TODAY = date(2026, 3, 2)
ANN = Profile(
    "T0OWN",
    "U0ANN",
    "Ann@Example.com",
    is_guest=False,
    is_own_organisation=True,
    is_workspace_admin=False,
)
EXECUTIVE = RoleGrant(Role.EXECUTIVE)
ADMIN = RoleGrant(Role.ADMIN)
AGENTS: list[dict[str, Any]] = [
    {"source": "helpdesk", "agent_id": "a1", "email": "ann@example.com", "team": "billing"},
    {"source": "phone", "agent_id": "1701", "email": " ANN@example.COM", "team": "calls"},
    {"source": "helpdesk", "agent_id": "a2", "email": "bob@example.com", "team": "sales"},
    {"source": "helpdesk", "agent_id": "7", "email": "cem@example.com", "team": "billing"},
    {"source": "phone", "agent_id": "7", "email": "dora@example.com", "team": "calls"},
    {"source": "helpdesk", "agent_id": "8", "email": "eve@example.com", "team": "billing"},
    {"source": "phone", "agent_id": "8", "email": None, "team": "calls"},
    {
        "source": "helpdesk",
        "agent_id": "a9",
        "email": "gone@example.com",
        "team": "billing",
        "left_on": TODAY,
    },
]


@pytest.fixture
def facts(tmp_path: Path) -> Iterator[Engine]:
    engine = open_facts("duckdb:///:memory:", memory_limit="200MB", data_folder=tmp_path)
    with engine.begin() as connection:
        for row in AGENTS:
            connection.execute(agents.insert().values(row))
    yield engine
    engine.dispose()


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Engine]:
    engine = make_operations(tmp_path)
    yield engine
    engine.dispose()


def member(
    profile: Profile, operations: Engine, facts: Engine, admins: frozenset[str] = frozenset()
) -> Member:
    with reading(operations) as session, facts.connect() as connection:
        return member_of(profile, session, connection, named_admins=admins, today=TODAY)


def give(operations: Engine, person: str, granted: RoleGrant) -> None:
    with writing(operations) as session:
        members.grant(session, person, granted, By("U0ADMIN", NOW))


def test_member_agent_of_two_systems_has_both_ids(operations: Engine, facts: Engine) -> None:
    assert member(ANN, operations, facts) == Member(
        "T0OWN",
        "U0ANN",
        agent_ids=frozenset({"a1", "1701"}),
        agent_teams=frozenset({"billing", "calls"}),
    )


def test_member_has_roles_given_by_id_and_by_email(operations: Engine, facts: Engine) -> None:
    give(operations, "U0ANN", EXECUTIVE)
    give(operations, "ann@example.com", RoleGrant(Role.LEAD, frozenset({"sales"})))
    give(operations, "bob@example.com", ADMIN)
    assert member(ANN, operations, facts).roles == {
        EXECUTIVE,
        RoleGrant(Role.LEAD, frozenset({"sales"})),
    }


@pytest.mark.parametrize(
    "email",
    ["cem@example.com", "dora@example.com", "eve@example.com", "gone@example.com", "", None],
)
def test_member_is_no_agent_by_a_doubtful_link(
    email: str | None, operations: Engine, facts: Engine
) -> None:
    found = member(replace(ANN, email=email), operations, facts)
    assert (found.agent_ids, found.agent_teams) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "outsider", [replace(ANN, is_guest=True), replace(ANN, is_own_organisation=False)]
)
def test_member_outsider_has_nothing_whatever_was_given(
    outsider: Profile, operations: Engine, facts: Engine
) -> None:
    give(operations, "U0ANN", EXECUTIVE)
    owner = replace(outsider, is_workspace_admin=True)
    found = member(owner, operations, facts, frozenset({"U0ANN", "ann@example.com"}))
    assert (found.roles, found.agent_ids, found.is_admin) == (frozenset(), frozenset(), False)


@pytest.mark.parametrize("name", ["U0ANN", "ann@example.com"])
def test_member_named_in_the_environment_is_admin(
    name: str, operations: Engine, facts: Engine
) -> None:
    give(operations, "U0BOB", ADMIN)
    assert member(ANN, operations, facts, frozenset({name})).roles == {ADMIN}


def test_workspace_owner_is_admin_until_somebody_is_made_one(
    operations: Engine, facts: Engine
) -> None:
    owner = replace(ANN, is_workspace_admin=True)
    before = member(owner, operations, facts).is_admin
    give(operations, "U0BOB", ADMIN)
    assert [before, member(owner, operations, facts).is_admin] == [True, False]


def test_everybody_at_once_is_everybody_one_by_one(operations: Engine, facts: Engine) -> None:
    with facts.connect() as connection:
        together = agents_by_email(connection, TODAY)
    emails = {str(row["email"]).strip().lower() for row in AGENTS if row["email"]}
    alone = {email: member(replace(ANN, email=email), operations, facts) for email in emails}
    assert together == {
        email: (each.agent_ids, each.agent_teams) for email, each in alone.items() if each.agent_ids
    }
    assert together["ann@example.com"] == (
        frozenset({"a1", "1701"}),
        frozenset({"billing", "calls"}),
    )
