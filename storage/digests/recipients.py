"""Who gets a digest, and with whose rights: a conversation, a person, or each of its audience."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from storage.access import InChannel, OnlyThem
from storage.digests.told import Recipient
from storage.errors import NotNowError, UserError
from storage.membership import Profile, agents_by_email, member_of
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.narrowing import folded
from storage.operations import members
from storage.operations.digests import Digest, DigestOrder
from storage.operations.people_models import SlackPerson
from storage.roles import Member, Role, RoleGrant

THE_ORGANISATION = Member("", "", frozenset({RoleGrant(Role.EXECUTIVE)}))
"""Whose rights a conversation has, before what an admin named for it narrows them."""
PERSON = ("U", "W")
"""How the ids of people start."""

DestinationOf = Callable[[str], InChannel]
"""What a conversation may get; raises ``UserError`` where nothing can be posted there."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What recipients are looked up with. ``named_admins`` are those of ``CAREKPI_ADMINS``."""

    facts: Connection
    session: Session
    destination_of: DestinationOf
    named_admins: frozenset[str]
    today: date


def recipients_of(digest: Digest, around: Surroundings) -> list[Recipient]:
    """Everybody who gets it.

    Raises:
        UserError: there is nobody, or nothing can be posted there.
        NotNowError: who is in the workspace is not known yet.
    """
    order = digest.order
    if order.channel_id and not order.channel_id.startswith(PERSON):
        destination = around.destination_of(order.channel_id)
        return [Recipient(order.channel_id, THE_ORGANISATION, destination)]
    if order.channel_id or order.audience is Audience.OWN:
        return [person(order.channel_id or digest.owner, around, order)]
    found = list(_each_of(order, around))
    if not found:
        raise UserError(
            "Nobody in Slack belongs to this audience.",
            "Check the roles, and that agents are loaded with their e-mail addresses.",
        )
    return found


def person(user_id: str, around: Surroundings, order: DigestOrder) -> Recipient:
    """A person, with what that person may see; a lead where each is told of the own teams, too.

    Raises:
        UserError: the person is not in the workspace any more.
    """
    row = around.session.get(SlackPerson, user_id)
    if row is None:
        _check_known(around.session)
    if row is None or row.is_gone:
        raise UserError(
            "Who should get this is not in the workspace any more.", "Choose somebody else."
        )
    member = _member(row, around)
    is_for_each = order.audience is Audience.TEAM and not order.channel_id
    return Recipient(user_id, member, OnlyThem(), _led(member) if is_for_each else ())


def has_left(session: Session, user_id: str) -> bool:
    """Whether Slack says that somebody is not in the workspace any more."""
    row = session.get(SlackPerson, user_id)
    return row is not None and row.is_gone


def admins(session: Session, named_admins: frozenset[str]) -> list[str]:
    """User ids of CareKPI's admins; of the workspace's where nobody was made one."""
    granted = {who for who, grant in members.everyone(session) if grant.role is Role.ADMIN}
    rows = _present(session)
    chosen = [row for row in rows if _names(row) & (granted | named_admins)]
    return sorted(row.user_id for row in chosen or [row for row in rows if row.is_workspace_admin])


def leads(session: Session, team: str) -> list[str]:
    """User ids of a team's leads."""
    names = {
        who
        for who, grant in members.everyone(session)
        if grant.role is Role.LEAD and team in grant.teams
    }
    return [row.user_id for row in _present(session) if _names(row) & names]


def _each_of(order: DigestOrder, around: Surroundings) -> Iterator[Recipient]:
    _check_known(around.session)
    match order.audience:
        case Audience.EXECUTIVE:
            for row in _with_role(Role.EXECUTIVE, around.session):
                yield Recipient(row.user_id, _member(row, around), OnlyThem())
        case Audience.TEAM:
            for row in _with_role(Role.LEAD, around.session):
                member = _member(row, around)
                yield Recipient(row.user_id, member, OnlyThem(), _led(member))
        case _:
            yield from _agents(order, around)


def _led(member: Member) -> tuple[Filter, ...]:
    return (Filter(Segment.TEAM, tuple(sorted(member.led_teams))),) if member.led_teams else ()


def _agents(order: DigestOrder, around: Surroundings) -> Iterator[Recipient]:
    """Everybody with an agent's e-mail address; thousands, so nobody is looked up alone."""
    by_email = agents_by_email(around.facts, around.today)
    chosen = [each.values for each in order.filters if each.segment is Segment.TEAM]
    for row in _present(around.session):
        ids, teams = by_email.get(row.email, (frozenset[str](), frozenset[str]()))
        if ids and all(folded(teams) & folded(values) for values in chosen):
            member = Member(row.team_id, row.user_id, agent_ids=ids, agent_teams=teams)
            yield Recipient(row.user_id, member, OnlyThem())


def _with_role(role: Role, session: Session) -> list[SlackPerson]:
    names = {who for who, grant in members.everyone(session) if grant.role is role}
    return [row for row in _present(session) if _names(row) & names]


def _present(session: Session) -> list[SlackPerson]:
    """The organisation's own people, guests and those who left aside."""
    chosen = select(SlackPerson).where(
        SlackPerson.is_gone.is_(False),
        SlackPerson.is_guest.is_(False),
        SlackPerson.is_own_organisation.is_(True),
    )
    return list(session.scalars(chosen.order_by(SlackPerson.user_id)))


def _names(row: SlackPerson) -> frozenset[str]:
    return frozenset({row.user_id, row.email} - {""})


def _member(row: SlackPerson, around: Surroundings) -> Member:
    profile = Profile(
        slack_team_id=row.team_id,
        slack_user_id=row.user_id,
        email=row.email or None,
        is_guest=row.is_guest,
        is_own_organisation=row.is_own_organisation,
        is_workspace_admin=row.is_workspace_admin,
    )
    return member_of(
        profile,
        around.session,
        around.facts,
        named_admins=around.named_admins,
        today=around.today,
    )


def _check_known(session: Session) -> None:
    if not session.scalar(select(func.count()).select_from(SlackPerson)):
        raise NotNowError("the people of the workspace have not been read yet")
