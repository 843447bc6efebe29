"""The people in Slack, kept so that thousands are known without asking for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.membership import Profile
from storage.operations.people_models import SlackPerson

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody as Slack told of them; the name is as they write it, the zone may be empty."""

    profile: Profile
    name: str
    timezone: str
    is_gone: bool = False


def as_told(user: Mapping[str, Any], own_team_id: str) -> KnownPerson:
    """Somebody as Slack's ``users.info`` and ``users.list`` describe them."""
    team_id, profile = str(user.get("team_id", "")), user.get("profile", {})
    is_stranger = bool(user.get("is_stranger") or user.get("is_bot") or user.get("deleted"))
    return KnownPerson(
        Profile(
            slack_team_id=team_id,
            slack_user_id=str(user["id"]),
            email=profile.get("email"),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_own_organisation=team_id == own_team_id and not is_stranger,
            is_workspace_admin=bool(user.get("is_admin") or user.get("is_owner")),
        ),
        name=str(profile.get("real_name") or user.get("name") or ""),
        timezone=str(user.get("tz") or ""),
        is_gone=bool(user.get("deleted")),
    )


def keep(session: Session, people: Iterable[KnownPerson], now: datetime) -> None:
    """Takes what Slack says of these people in place of what was kept."""
    told = {person.profile.slack_user_id: person for person in people}
    rows = {row.user_id: row for row in _rows(session, told)}
    for user_id, person in told.items():
        row = rows.get(user_id)
        if row is None:
            row = SlackPerson(user_id=user_id)
            session.add(row)
        _fill(row, person, now)


def find(session: Session, user_id: str) -> KnownPerson | None:
    row = session.get(SlackPerson, user_id)
    return _person(row) if row else None


def people_by_id(session: Session, user_ids: Collection[str]) -> dict[str, KnownPerson]:
    """Those of them who are known, those who are gone too."""
    return {row.user_id: _person(row) for row in _rows(session, user_ids)}


def people_by_email(session: Session, emails: Collection[str]) -> dict[str, KnownPerson]:
    """Who is there with each of these addresses, by the address in lower case.

    Of several with one address the one who is a full member of the own organisation.
    """
    wanted = sorted({email.strip().lower() for email in emails} - {""})
    found: dict[str, KnownPerson] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.scalars(
            select(SlackPerson)
            .where(
                SlackPerson.email.in_(wanted[start : start + AT_ONCE]),
                SlackPerson.is_gone.is_(False),
            )
            .order_by(
                SlackPerson.is_own_organisation, SlackPerson.is_guest.desc(), SlackPerson.user_id
            )
        )
        found |= {row.email: _person(row) for row in rows}
    return found


def direct_channel(session: Session, user_id: str) -> str | None:
    """The conversation between CareKPI and this person, where it is known."""
    return session.scalar(
        select(SlackPerson.direct_channel_id).where(SlackPerson.user_id == user_id)
    )


def keep_direct_channel(session: Session, user_id: str, channel_id: str) -> None:
    """Notes it for somebody who is known; who is not will be told of by Slack."""
    if row := session.get(SlackPerson, user_id):
        row.direct_channel_id = channel_id


def _rows(session: Session, user_ids: Collection[str]) -> list[SlackPerson]:
    wanted, rows = sorted(user_ids), list[SlackPerson]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows += session.scalars(select(SlackPerson).where(SlackPerson.user_id.in_(some)))
    return rows


def _fill(row: SlackPerson, person: KnownPerson, now: datetime) -> None:
    profile = person.profile
    row.team_id, row.email = profile.slack_team_id, (profile.email or "").strip().lower()
    row.name, row.timezone, row.is_gone = person.name[:200], person.timezone, person.is_gone
    row.is_guest, row.is_own_organisation = profile.is_guest, profile.is_own_organisation
    row.is_workspace_admin, row.refreshed_at = profile.is_workspace_admin, now


def _person(row: SlackPerson) -> KnownPerson:
    profile = Profile(
        slack_team_id=row.team_id,
        slack_user_id=row.user_id,
        email=row.email or None,
        is_guest=row.is_guest,
        is_own_organisation=row.is_own_organisation,
        is_workspace_admin=row.is_workspace_admin,
    )
    return KnownPerson(profile, row.name, row.timezone, row.is_gone)
