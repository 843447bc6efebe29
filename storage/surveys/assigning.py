"""Finds who looks after a low answer: the account's owner, else the team's leads, else nobody."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, select
from sqlalchemy.orm import Session

from storage.digests.recipients import admins, leads
from storage.facts.tables import agents, contacts, customers
from storage.operations import follow_ups, outbox
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import NOBODY, TEAM
from storage.operations.outbox import Parcel, Priority
from storage.operations.survey_models import FollowUp, Invitation
from storage.quality.reaching import addressee_of

UNOWNED = "follow_up_unowned"
"""The kind of delivery that tells admins of a low answer which nobody looks after."""


def assign_follow_ups(
    facts: Engine, operations: Engine, named_admins: frozenset[str], now: datetime, today: date
) -> int:
    """Gives every new follow-up to somebody and tells them; returns how many these were.

    It may be done by several at once: each follow-up is given once.
    """
    with reading(operations) as session:
        waiting = follow_ups.unassigned(session)
        if not waiting:
            return 0
        # Before anything is written: whoever clicks waits for whoever writes.
        with facts.connect() as connection:
            known = {
                each.invitation_id: _look_up(connection, session, each, invitation, today)
                for each, invitation in waiting
            }
    with writing(operations) as session:
        found = [each for each, _ in follow_ups.unassigned(session) if each.invitation_id in known]
        people = _People(session, named_admins)
        told = [
            parcel for each in found for parcel in _assign(each, known[each.invitation_id], people)
        ]
        outbox.enqueue(session, told, now)
        return len(found)


class Known(NamedTuple):
    """The owner as a Slack user and the team, each empty where none is known."""

    owner: str
    team: str


class _People:
    """Who is told, looked up once for all."""

    def __init__(self, session: Session, named_admins: frozenset[str]) -> None:
        self.leads = cache(partial(leads, session))
        self.admins = cache(partial(admins, session, named_admins))


def _look_up(
    connection: Connection, session: Session, found: FollowUp, invitation: Invitation, today: date
) -> Known:
    owner_agent_id = owner_of(connection, invitation)
    team = found.team or _team_of(connection, invitation, owner_agent_id)
    return Known(_user_of(connection, session, owner_agent_id, today), team)


def _assign(found: FollowUp, known: Known, people: _People) -> list[Parcel]:
    """What tells of it."""
    told = [known.owner] if known.owner else people.leads(known.team) if known.team else []
    follow_ups.assign(found, known.owner or (TEAM if told else NOBODY), known.team)
    if told:
        return [follow_ups.parcel_to(found, who) for who in told]
    return [_unowned(found, known.team, who) for who in people.admins()]


def owner_of(connection: Connection, invitation: Invitation) -> str:
    """The agent who owns the account; empty where none is known."""
    if not invitation.customer_id:
        return ""
    chosen = and_(
        customers.c.customer_id == invitation.customer_id, customers.c.owner_agent_id.is_not(None)
    )
    if invitation.source:
        of_source = connection.scalar(_owner.where(chosen, customers.c.source == invitation.source))
        if of_source:
            return str(of_source)
    owners = set(connection.scalars(_owner.where(chosen)))
    return str(owners.pop()) if len(owners) == 1 else ""


_owner = select(customers.c.owner_agent_id).order_by(customers.c.started_on.desc())


def _user_of(connection: Connection, session: Session, agent_id: str, today: date) -> str:
    return addressee_of(connection, session, agent_id, today).user_id if agent_id else ""


def _team_of(connection: Connection, invitation: Invitation, owner_agent_id: str) -> str:
    """The contact's team, or that of the owner."""
    contact = contacts.c
    if invitation.contact_id:
        known = select(contact.team).where(
            contact.source == invitation.source, contact.contact_id == invitation.contact_id
        )
        if team := connection.scalar(known):
            return str(team)
    if not owner_agent_id:
        return ""
    of_owner = select(agents.c.team).where(agents.c.agent_id == owner_agent_id)
    teams = set(connection.scalars(of_owner.where(agents.c.team.is_not(None))))
    return str(teams.pop()) if len(teams) == 1 else ""


def _unowned(found: FollowUp, team: str, who: str) -> Parcel:
    """Admins hear that there is one, not what it says."""
    about = follow_ups.about(found.invitation_id)
    key = f"{about}:{found.opened_at.isoformat()}:{who}"
    return Parcel(key, UNOWNED, Priority.NOTE, who, about, {"team": team})
