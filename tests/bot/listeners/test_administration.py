from __future__ import annotations

import pytest

from storage.operations.audit import newest
from storage.operations.channels import teams_of
from storage.operations.engine import reading
from tests.bot.listeners.conftest import Office

NOT_ADMIN = "Only an admin can do that. Ask an admin of CareKPI."


def test_admin_gives_a_role_and_it_counts_at_once(office: Office) -> None:
    given = office.ask(office.admin, "role @nick lead team:Billing")
    assert given.read() == f"@{office.newcomer.id} is lead of billing now."
    answer = office.ask(office.newcomer, "volume monthly by agent")
    assert answer.read().startswith("Ticket volume, ")


def test_giving_a_role_is_written_down(office: Office) -> None:
    office.ask(office.admin, "role @nick executive")
    with reading(office.stores.operations) as session:
        entry = newest(session)[0]
    assert (entry.who, entry.what, entry.about, entry.details) == (
        office.admin.id,
        "role given",
        office.newcomer.id,
        "executive",
    )


def test_roles_are_listed_and_taken(office: Office) -> None:
    listed = office.ask(office.admin, "role list").read()
    assert f"@{office.executive.id}  executive" in listed
    assert f"@{office.lead.id}  lead of billing" in listed
    taken = office.ask(office.admin, "role remove @eva")
    assert taken.read() == f"@{office.executive.id} is executive no more."
    assert office.ask(office.executive, "volume").read().startswith("You have no role")


def test_role_given_by_email_is_taken_by_mention(office: Office) -> None:
    office.ask(office.admin, "role nick@example.com executive")
    assert office.ask(office.newcomer, "volume").read().startswith("Ticket volume")
    office.ask(office.admin, "role remove @nick executive")
    assert office.ask(office.newcomer, "volume").read().startswith("You have no role")


@pytest.mark.parametrize(
    "text", ["role list", "role @nick executive", "role remove @eva", "channel all"]
)
def test_only_an_admin_gives_roles_and_names_channels(office: Office, text: str) -> None:
    for person in (office.executive, office.lead, office.agent, office.newcomer):
        assert office.ask(person, text).read() == NOT_ADMIN
    assert office.ask(office.guest, text).read() != NOT_ADMIN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("role somebody lead team:billing", 'I don\'t know who "somebody" is.'),
        ("role @nick", "Which role?"),
        ("role @nick boss", 'I don\'t know a role "boss".'),
        ("role @nick lead", "A lead is one of a team."),
        ("role @nick lead team:biling", 'I don\'t know a team "biling". Did you mean "billing"?'),
        ('role @nick lead team:"billing', "There is a quote without its partner."),
        ("role remove", "Whose role?"),
        ("channel", "Which teams' totals may be shared here?"),
        ("channel billing", 'I don\'t know what "billing" means here.'),
    ],
)
def test_admins_mistake_gets_a_sentence(office: Office, text: str, said: str) -> None:
    assert office.ask(office.admin, text).read().startswith(said)


@pytest.mark.parametrize(
    ("text", "teams", "said"),
    [
        ("channel team:billing team:care", {"billing", "care"}, "Totals of billing and care may"),
        ("channel all", {"*"}, "Totals of the whole organisation may be shared in #care."),
        ("channel none", set(), "No figures may be shared in #care."),
    ],
)
def test_admin_names_the_teams_of_a_channel(
    office: Office, text: str, teams: set[str], said: str
) -> None:
    assert office.ask(office.admin, text).read().startswith(said)
    with reading(office.stores.operations) as session:
        assert teams_of(session, office.care.id) == teams


def test_admin_without_another_role_sees_no_figures(office: Office) -> None:
    answer = office.ask(office.admin, "volume")
    assert answer.read().startswith("You are an admin, which is about settings")
