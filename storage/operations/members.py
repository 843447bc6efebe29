"""Which roles people have. A person is a Slack user id, or an e-mail address in lower case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from storage.operations.audit import By, record
from storage.operations.models import GrantedRole
from storage.roles import Role, RoleGrant


def grant(session: Session, person: str, granted: RoleGrant, by: By) -> None:
    """Gives the role; the teams named take the place of those the person had it for before.

    The same given twice is once.
    """
    if granted in roles_of(session, [person]):
        return
    _delete(session, [person], granted.role)
    session.add_all(
        GrantedRole(
            person=person, role=granted.role, team=team, granted_at=by.at, granted_by=by.who
        )
        for team in granted.teams or {""}
    )
    record(session, by, "role given", person, described(granted))


def revoke(
    session: Session, people: Collection[str], role: Role | None, by: By
) -> frozenset[RoleGrant]:
    """Takes a role, or every role, from whoever any of these names; returns what was taken."""
    had = roles_of(session, people)
    taken = frozenset(granted for granted in had if role in {None, granted.role})
    _delete(session, people, role)
    for granted in sorted(taken, key=described):
        record(session, by, "role taken", " ".join(sorted(people)), described(granted))
    return taken


def roles_of(session: Session, people: Collection[str]) -> frozenset[RoleGrant]:
    """The roles given to somebody by any of their names: the Slack user id, the e-mail address."""
    chosen = select(GrantedRole).where(GrantedRole.person.in_(people))
    return frozenset(_grants(session.scalars(chosen)))


def everyone(session: Session) -> list[tuple[str, RoleGrant]]:
    """Every person with a role, in the order of their names."""
    rows = session.scalars(select(GrantedRole).order_by(GrantedRole.person)).all()
    return [
        (person, granted)
        for person, own in groupby(rows, key=lambda row: row.person)
        for granted in sorted(_grants(own), key=described)
    ]


def has_named_admin(session: Session) -> bool:
    """Whether anybody was made an admin; until then workspace owners and admins are."""
    named = exists().where(GrantedRole.role == Role.ADMIN)
    return bool(session.scalar(select(named)))


def described(granted: RoleGrant) -> str:
    """A grant in the words that give it: ``lead team:billing``."""
    return " ".join([granted.role.value, *(f"team:{team}" for team in sorted(granted.teams))])


def _grants(rows: Iterable[GrantedRole]) -> list[RoleGrant]:
    teams: dict[Role, set[str]] = {}
    for row in rows:
        teams.setdefault(row.role, set()).update({row.team} - {""})
    return [RoleGrant(role, frozenset(named)) for role, named in teams.items()]


def _delete(session: Session, people: Collection[str], role: Role | None) -> None:
    rows = delete(GrantedRole).where(GrantedRole.person.in_(people))
    session.execute(rows if role is None else rows.where(GrantedRole.role == role))
