"""An admin gives and takes roles on Home, one by one and many at once."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.playground import Person
from storage.operations.audit import newest
from storage.operations.channels import teams_of
from storage.operations.engine import reading
from storage.operations.members import roles_of
from storage.roles import Role, RoleGrant
from tests.bot.listeners.conftest import Office

GIVE, MANY, CHANNEL = "Give or take a role", "Many roles at once", "Totals in a channel"
LINES = "Lines of email,role,teams"


def roles(office: Office, *names: str) -> frozenset[RoleGrant]:
    with reading(office.stores.operations) as session:
        return roles_of(session, names)


def fill_in(office: Office, button: str, values: Mapping[str, object]) -> str:
    """Fills in a form of the admin's Home, and gives what stands there after it is saved."""
    office.home_of(office.admin)
    before = office.modal_of(office.admin, button)
    assert office.workspace.submit(office.admin, values).is_acknowledged
    modal = office.workspace.modal(office.admin)
    if modal.errors:
        return " ".join(modal.errors.values())
    return office.modal_once(office.admin, lambda text: text != before)


def test_admin_gives_a_role_and_it_is_written_down(office: Office) -> None:
    values = {"Person": office.newcomer.id, "Role": "Lead", "Teams": ["billing"]}
    said = fill_in(office, GIVE, values)
    assert said == f"Roles\n@{office.newcomer.id} is lead of billing now."
    billing = RoleGrant(Role.LEAD, frozenset({"billing"}))
    assert roles(office, office.newcomer.id) == {billing}
    with reading(office.stores.operations) as session:
        entry = newest(session)[0]
    assert (entry.who, entry.what, entry.about, entry.details) == (
        office.admin.id,
        "role given",
        office.newcomer.id,
        "lead team:billing",
    )


def test_role_given_by_address_is_taken_by_person(office: Office) -> None:
    fill_in(office, GIVE, {"Or e-mail address": "Nick@example.com", "Role": "Executive"})
    assert roles(office, "nick@example.com") == {RoleGrant(Role.EXECUTIVE)}
    office.workspace.close(office.admin)
    taking = {"Person": office.newcomer.id, "Role": "Executive", "What to do": "Take away"}
    assert fill_in(office, GIVE, taking).endswith("is executive no more.")
    assert roles(office, office.newcomer.id, "nick@example.com") == frozenset()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"Role": "Admin"}, "Choose a person, or write an e-mail address below."),
        (
            {"Or e-mail address": "nick", "Role": "Admin"},
            'I don\'t know who "nick" is. Mention the person, such as @ann.',
        ),
        (
            {"Or e-mail address": "nick@example.com", "Role": "Lead"},
            "A lead is one of a team. Name it, such as lead team:billing.",
        ),
        (
            {"Or e-mail address": "nick@example.com", "Role": "Agent", "Teams": ["care"]},
            "The role agent is of no team. Leave out team:care.",
        ),
    ],
)
def test_mistake_in_the_form_stands_at_its_field(
    office: Office, values: Mapping[str, object], said: str
) -> None:
    assert fill_in(office, GIVE, values) == said


def test_outsider_gets_no_role(office: Office) -> None:
    said = fill_in(office, GIVE, {"Person": office.guest.id, "Role": "Executive"})
    assert said == "Guests, apps and people of other organisations get no role."
    assert roles(office, office.guest.id) == frozenset()


def test_many_roles_are_given_at_once_or_none(office: Office) -> None:
    good = "ann@example.com,lead,billing;care\neva@example.com,executive"
    refused = fill_in(office, MANY, {LINES: f"{good}\nbob@example.com,lead,sales"})
    assert refused.startswith('Line 3: I don\'t know a team "sales".')
    assert refused.endswith("No role was given. Mend these lines and try again.")
    assert roles(office, "ann@example.com", "eva@example.com") == frozenset()
    office.workspace.close(office.admin)
    said = fill_in(office, MANY, {LINES: good})
    assert said.splitlines()[1:] == [
        "2 people have these roles now.",
        "- ann@example.com  lead of billing and care",
        "- eva@example.com  executive",
    ]


def test_everybodys_roles_are_listed(office: Office) -> None:
    office.home_of(office.admin)
    listed = office.modal_of(office.admin, "Everybody's roles").splitlines()
    assert listed[:2] == ["Everybody's roles", "1 to 3 of 3"]
    assert f"- @{office.lead.id}  lead of billing" in listed


def test_admin_names_the_teams_of_a_channel(office: Office) -> None:
    values = {"Channel": office.care.id, "Teams": ["billing", "care"]}
    said = fill_in(office, CHANNEL, values)
    assert said.endswith("Totals of billing and care may be shared in #care.")
    with reading(office.stores.operations) as session:
        assert teams_of(session, office.care.id) == {"billing", "care"}


def test_channel_without_the_bot_gets_nothing(office: Office) -> None:
    said = fill_in(office, CHANNEL, {"Channel": office.elsewhere.id, "Teams": ["billing"]})
    assert said.startswith("I am not in this channel")


def test_only_an_admin_finds_the_settings(office: Office) -> None:
    def has_settings(person: Person) -> bool:
        return "Settings" in office.home_of(person).splitlines()

    people = (office.admin, office.executive, office.lead, office.agent, office.newcomer)
    assert [has_settings(person) for person in people] == [True, False, False, False, False]


def test_who_is_admin_no_more_saves_nothing(office: Office) -> None:
    office.home_of(office.admin)
    office.modal_of(office.admin, GIVE)
    office.workspace.change_person(office.admin, is_admin=False)
    office.clock.move(minutes=10)
    values = {"Person": office.newcomer.id, "Role": "Executive"}
    office.workspace.submit(office.admin, values)
    direct = office.workspace.direct(office.admin)
    (told,) = office.workspace.wait_for(lambda: office.workspace.visible(office.admin, direct))
    assert told.read() == "Only an admin can do that. Ask an admin of CareKPI."
    assert roles(office, office.newcomer.id) == frozenset()
