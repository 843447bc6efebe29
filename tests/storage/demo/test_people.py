"""Whom one can act as in the demo, and whether the facts know them."""

from __future__ import annotations

from storage.demo.agents import STAFF
from storage.demo.people import AGENT, CUSTOMER, LEAD, NEW_AGENT, PEOPLE, Position
from storage.roles import Role, RoleGrant
from tests.storage.demo.conftest import Demo


def test_there_is_one_of_each_position() -> None:
    assert [person.position for person in PEOPLE] == list(Position)
    assert len({person.handle for person in PEOPLE}) == len(PEOPLE)
    assert len({person.email for person in PEOPLE}) == len(PEOPLE)


def test_everybody_but_the_customer_has_a_role() -> None:
    assert [person.position for person in PEOPLE if not person.grants] == [Position.CUSTOMER]
    assert LEAD.grants == (RoleGrant(Role.LEAD, frozenset({"Billing"})),)
    assert CUSTOMER.is_of_other_organisation


def test_roles_are_of_teams_that_exist() -> None:
    named = {team for person in PEOPLE for grant in person.grants for team in grant.teams}
    assert named <= set(STAFF)


def test_agents_are_found_by_their_address(demo: Demo) -> None:
    found = demo.rows(
        "SELECT email, name, team FROM agents WHERE email IN"
        f" ('{AGENT.email}', '{NEW_AGENT.email}') ORDER BY name"
    )
    assert found == [
        ("nadia.ferro@hollowbrook.example", "Nadia Ferro", "Billing"),
        ("tomas.wren@hollowbrook.example", "Tomas Wren", "Billing"),
    ]


def test_other_people_are_no_agents(demo: Demo) -> None:
    agents = {email for (email,) in demo.rows("SELECT email FROM agents")}
    assert {person.position for person in PEOPLE if person.email in agents} == {
        Position.AGENT,
        Position.NEW_AGENT,
    }


def test_the_new_agent_is_new_among_others_who_are(demo: Demo) -> None:
    new = demo.rows(
        "SELECT name FROM agents WHERE team = 'Billing' AND hired_on > DATE '2026-11-18' - 90"
        " ORDER BY name"
    )
    assert new == [("Esra Demirel",), ("Felix Grauer",), ("Tomas Wren",)]


def test_both_agents_have_work(demo: Demo) -> None:
    recent = demo.rows(
        "SELECT name FROM contacts JOIN agents USING (agent_id)"
        f" WHERE opened_at > '2026-11-09' AND email IN ('{AGENT.email}', '{NEW_AGENT.email}')"
        " GROUP BY name HAVING count(*) >= 5 ORDER BY name"
    )
    assert recent == [("Nadia Ferro",), ("Tomas Wren",)]
