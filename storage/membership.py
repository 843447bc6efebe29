"""Who somebody in Slack is to us: roles given by an admin, and the agent with the same e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, or_, select
from sqlalchemy.orm import Session

from storage.facts.tables import agents
from storage.operations import members
from storage.roles import Member, Role, RoleGrant

ADMIN = RoleGrant(Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person; ``is_workspace_admin`` is true of owners too."""

    slack_team_id: str
    slack_user_id: str
    email: str | None
    is_guest: bool
    is_own_organisation: bool
    is_workspace_admin: bool

    @property
    def names(self) -> frozenset[str]:
        """What roles may be given by: the user id, and the e-mail address in lower case."""
        email = (self.email or "").strip().lower()
        return frozenset({self.slack_user_id, email} - {""})


def member_of(
    profile: Profile,
    session: Session,
    facts: Connection,
    *,
    named_admins: frozenset[str],
    today: date,
) -> Member:
    """The member with that profile; a guest or an outsider has no role, whatever was given.

    ``named_admins`` are those of ``CAREKPI_ADMINS``. Owners and admins of the workspace are admins
    here as long as nobody was made one.
    """
    member = Member(
        profile.slack_team_id,
        profile.slack_user_id,
        is_guest=profile.is_guest,
        is_own_organisation=profile.is_own_organisation,
    )
    if member.is_outsider:
        return member
    agent_ids, agent_teams = _as_agent(profile, facts, today)
    roles = frozenset(_roles(profile, session, named_admins))
    return Member(profile.slack_team_id, profile.slack_user_id, roles, agent_ids, agent_teams)


def agents_by_email(
    facts: Connection, today: date
) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """The ids and teams of everybody who works here, by e-mail address in lower case.

    What ``member_of`` finds of one, for all at once.
    """
    rows = facts.execute(
        select(agents.c.agent_id, _email().label("email"), agents.c.team, agents.c.left_on)
    ).all()
    addresses: dict[str, set[str | None]] = {}
    for row in rows:
        addresses.setdefault(row.agent_id, set()).add(row.email)
    found: dict[str, tuple[set[str], set[str]]] = {}
    for row in rows:
        is_working = row.left_on is None or row.left_on > today
        if row.email and is_working and len(addresses[row.agent_id]) == 1:
            ids, teams = found.setdefault(row.email, (set(), set()))
            ids.add(row.agent_id)
            teams.update({row.team or ""} - {""})
    return {email: (frozenset(ids), frozenset(teams)) for email, (ids, teams) in found.items()}


def _roles(profile: Profile, session: Session, named_admins: frozenset[str]) -> Iterator[RoleGrant]:
    yield from members.roles_of(session, profile.names)
    is_first_admin = profile.is_workspace_admin and not members.has_named_admin(session)
    if is_first_admin or profile.names & named_admins:
        yield ADMIN


def _as_agent(
    profile: Profile, facts: Connection, today: date
) -> tuple[frozenset[str], frozenset[str]]:
    """The ids and teams of the agent with this e-mail address.

    An id that another system gave to somebody else is left out: it would show that one's figures.
    """
    email = (profile.email or "").strip().lower()
    if not email:
        return frozenset(), frozenset()
    working = or_(agents.c.left_on.is_(None), agents.c.left_on > today)
    own = facts.execute(
        select(agents.c.agent_id, agents.c.team).where(_email() == email, working)
    ).all()
    mixed_up = facts.scalars(
        select(agents.c.agent_id).where(
            agents.c.agent_id.in_([row.agent_id for row in own]),
            or_(agents.c.email.is_(None), _email() != email),
        )
    )
    ids = frozenset(row.agent_id for row in own) - frozenset(mixed_up)
    return ids, frozenset(row.team for row in own if row.agent_id in ids and row.team)


def _email() -> ColumnElement[str]:
    return func.lower(func.trim(agents.c.email))
