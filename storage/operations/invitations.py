"""Invitations to surveys: planned, sent, open, and closed. An answer belongs to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from storage.operations.base import Json
from storage.operations.outbox import Parcel, Priority
from storage.operations.survey_models import Invitation, InvitationState

DELIVERY = "survey"
"""The kind of an invitation's delivery; its message is made when it is sent."""
KEYS_AT_ONCE = 500
OPEN = (InvitationState.PLANNED, InvitationState.SENT)


@dataclass(frozen=True, slots=True)
class Invite:
    """Somebody to be asked, or with a ``reason`` somebody who is left out.

    ``key`` says whom and what about: the same is planned once. ``team_id`` is that of the person's
    own organisation, ours for a guest of ours. ``place_id`` is where the question is posted: the
    person's user id for a direct message, else a conversation. ``about`` may hold ``subject``, what
    the contact was about as the person is told, and ``channel``, ``issue_type``, ``team`` and
    ``agent_id``, by which the answer is counted; what is left out is taken from the contact.
    It goes out at ``due_at`` or later.
    """

    key: str
    campaign_id: int
    kind: str
    purpose: str
    user_id: str
    team_id: str
    place_id: str
    language: str
    expires_at: datetime
    thread_ts: str | None = None
    is_shared_place: bool = False
    timezone: str = ""
    organisation_id: str = ""
    customer_id: str = ""
    source: str = ""
    contact_id: str = ""
    about: Json = field(default_factory=dict)
    reason: str = ""
    due_at: datetime | None = None


def person_of(user_id: str, team_id: str) -> str:
    """Who somebody is; a user id alone may be of two people in two organisations."""
    return f"{team_id}:{user_id}"


def plan(session: Session, invites: Iterable[Invite], now: datetime) -> list[str]:
    """Writes down whom nobody planned before, by key, and returns their ids.

    Who is left out is written down with the reason, and not returned. Nothing is posted yet.
    """
    by_key: dict[str, Invite] = {}
    for invite in invites:
        by_key.setdefault(invite.key, invite)
    known = _known_keys(session, list(by_key))
    rows = [_row(invite, now) for key, invite in by_key.items() if key not in known]
    if rows:
        session.execute(insert(Invitation), rows)
    return [row["id"] for row in rows if row["state"] is InvitationState.PLANNED]


def parcel_of(invitation: Invitation, *, not_before: datetime | None = None) -> Parcel:
    """What posts an invitation, for the outbox."""
    return Parcel(
        key=f"survey:{invitation.id}",
        kind=DELIVERY,
        priority=Priority.SURVEY,
        recipient=invitation.place_id,
        about=about_campaign(invitation.campaign_id),
        content={"invitation": invitation.id},
        thread_ts=invitation.thread_ts,
        expires_at=invitation.expires_at,
        not_before=not_before,
    )


def reminder_key(invitation_id: str) -> str:
    """The key of what reminds of it, in the outbox."""
    return f"survey:{invitation_id}:reminder"


def about_campaign(campaign_id: int) -> str:
    """What the deliveries of a campaign are about."""
    return f"campaign:{campaign_id}"


def find(session: Session, invitation_id: str) -> Invitation | None:
    return session.get(Invitation, invitation_id)


def sent(session: Session, invitation_id: str, channel_id: str, ts: str, now: datetime) -> None:
    """Says that an invitation is there; an answer may have come before Slack's receipt.

    A second message for the same invitation, a reminder, leaves the first one's place.
    """
    row = session.get(Invitation, invitation_id)
    if row is None:
        return
    if row.ts is None:
        row.channel_id, row.ts = channel_id, ts
    if row.sent_at is None:
        row.sent_at, row.copied_at = now, None
    if row.state is InvitationState.PLANNED:
        row.state = InvitationState.SENT


def open_of(session: Session, person: str) -> list[Invitation]:
    """What somebody is asked or about to be asked, and has not answered; the newest first."""
    chosen = select(Invitation).where(Invitation.person == person, Invitation.state.in_(OPEN))
    return list(session.scalars(chosen.order_by(Invitation.made_at.desc(), Invitation.id)))


def withdraw(session: Session, source: str, contact_id: str, now: datetime) -> list[Invitation]:
    """Takes back what is open about a contact, and returns it; what is answered stays."""
    about = (Invitation.source == source, Invitation.contact_id == contact_id)
    return _close(session, InvitationState.WITHDRAWN, now, *about)


def expire(session: Session, now: datetime, limit: int | None = None) -> list[Invitation]:
    """Closes what is open and over, at most so many, and returns it."""
    return _close(session, InvitationState.EXPIRED, now, Invitation.expires_at <= now, limit=limit)


def _close(
    session: Session,
    state: InvitationState,
    now: datetime,
    *which: ColumnElement[bool],
    limit: int | None = None,
) -> list[Invitation]:
    chosen = select(Invitation).where(Invitation.state.in_(OPEN), *which).order_by(Invitation.id)
    chosen = chosen.limit(limit)
    rows = list(session.scalars(chosen))
    for row in rows:
        row.state, row.expires_at = state, min(row.expires_at, now)
    return rows


def _known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        known.update(session.scalars(select(Invitation.key).where(Invitation.key.in_(some))))
    return known


def _row(invite: Invite, now: datetime) -> Json:
    state = InvitationState.LEFT_OUT if invite.reason else InvitationState.PLANNED
    names = (name for name in Invite.__dataclass_fields__)
    return {name: getattr(invite, name) for name in names} | {
        "id": str(uuid4()),
        "person": person_of(invite.user_id, invite.team_id),
        "state": state,
        "made_at": now,
    }
