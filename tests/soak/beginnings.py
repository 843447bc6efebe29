"""An organisation that has used the bot for a while: its data, roles, digests, alerts and rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from storage.digests.starter import make_all, starter_set
from storage.operations import campaigns, channels, members
from storage.operations.audit import By
from storage.operations.campaigns import CampaignOrder
from storage.operations.engine import writing
from storage.roles import WHOLE_ORGANISATION, Role, RoleGrant
from storage.surveys.manners import CONTACT
from storage.surveys.rules import Rule
from tests.soak.company import Company, customer_rows, write_history, write_rows
from tests.soak.office import Office
from tests.soak.people import Act, People

TEAMS_A_REVIEWER = 2
EARLIER = timedelta(hours=1)
RULE = CampaignOrder("After contacts", "csat", CONTACT, rule=Rule())


def load_history(office: Office, company: Company, people: People) -> None:
    """Imports what was before the first day, as an admin does at the start."""
    folder, today = office.workplace.folder, office.clock.now.date()
    customers = customer_rows(company, people.customers, today)
    files = write_history(company, folder, today)
    files["customers"] = write_rows(folder / "customers.csv", customers)
    for fact, file in files.items():
        office.type("import", fact, str(file), "--source", "soak")
        file.unlink()


def organise(office: Office, company: Company, people: People) -> None:
    """Gives roles, and makes the digests and the survey."""
    by = By(people.admin, office.clock.now - EARLIER)
    with writing(office.workplace.operations) as session:
        for user_id, grant in _grants(company, people):
            members.grant(session, user_id, grant, by)
        channels.name_teams(session, people.care, frozenset({WHOLE_ORGANISATION}), by)
        make_all(session, starter_set("UTC"), by)
        campaigns.make(session, RULE, by, "soak")


def warnings_wanted(company: Company, people: People) -> list[Act]:
    """Each lead sets a target, and every other one asks to be warned."""
    teams = list(zip(people.leads, company.team_names, strict=True))
    targets = [Act("command", who, f"/kpi target csat 90% team:{team}") for who, team in teams]
    alerts = [
        Act("command", who, f"/kpi alert csat outside team:{team}") for who, team in teams[::2]
    ]
    return [*targets, *alerts, Act("command", people.executives[0], "/kpi alert data stopped")]


def reviewed_teams(company: Company, reviewer: int) -> tuple[str, ...]:
    names = company.team_names
    first = reviewer * TEAMS_A_REVIEWER
    return tuple(names[(first + each) % len(names)] for each in range(TEAMS_A_REVIEWER))


def _grants(company: Company, people: People) -> Iterator[tuple[str, RoleGrant]]:
    yield people.admin, RoleGrant(Role.ADMIN)
    for user_id in people.executives:
        yield user_id, RoleGrant(Role.EXECUTIVE)
    for user_id, team in zip(people.leads, company.team_names, strict=True):
        yield user_id, RoleGrant(Role.LEAD, frozenset({team}))
    for number, user_id in enumerate(people.reviewers):
        teams = frozenset(reviewed_teams(company, number))
        yield user_id, RoleGrant(Role.REVIEWER, teams)
