"""Messages whose question is over: changed where they stand, so that nobody clicks in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from storage.operations import outbox
from storage.operations.invitations import reminder_key
from storage.operations.outbox import Parcel, Priority
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.survey_models import Invitation, InvitationState

ENDING = "survey ending"
"""The kind of the delivery; its content is ``{"invitation": id, "changes": ts}``."""
APART = timedelta(seconds=1.5)
"""Slack takes some 50 changes a minute, fewer than new messages."""
TRIED_FOR = timedelta(days=2)
LOOKED_BACK = timedelta(days=7)
KEYS_AT_ONCE = 500

Place = tuple[str, str]
"""A conversation, and the timestamp of the message there."""


def end_messages(
    session: Session, rows: Sequence[Invitation], now: datetime, *, but: str = ""
) -> int:
    """Has the messages of these changed, but for the one of a timestamp; returns how many.

    What expires does so in masses: it queues up, and is overtaken by what is over for a reason.
    """
    found = _places(session, rows)
    wanted = [(row, place) for row, places in found for place in places if place[1] != but]
    is_in_masses = any(row.state is InvitationState.EXPIRED for row in rows)
    at = _free_at(session, now) if is_in_masses else now
    parcels = [
        _parcel(row, place, at + number * APART) for number, (row, place) in enumerate(wanted)
    ]
    return outbox.enqueue(session, parcels, now)


def end_message(session: Session, row: Invitation, place: Place, now: datetime) -> None:
    """The same of a single message: one that came when its question was over already."""
    outbox.enqueue(session, [_parcel(row, place, now)], now)


def is_any_answered_over(session: Session, now: datetime) -> bool:
    return session.scalar(select(Invitation.id).where(*_is_answered_over(now)).limit(1)) is not None


def answered_over(session: Session, now: datetime, limit: int) -> list[Invitation]:
    """What was answered where others read the question too, and is over.

    It ends there as what nobody answered does, so that nobody sees who has.
    """
    chosen = select(Invitation).where(*_is_answered_over(now)).limit(limit)
    return list(session.scalars(chosen))


def _is_answered_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    key = literal("survey:") + Invitation.id + ":over:" + Invitation.ts
    return (
        Invitation.state == InvitationState.ANSWERED,
        Invitation.expires_at <= now,
        Invitation.expires_at > now - LOOKED_BACK,
        Invitation.is_shared_place.is_(True),
        Invitation.ts.is_not(None),
        Invitation.channel_id.is_not(None),
        ~select(Delivery.id).where(Delivery.key == key).exists(),
    )


def _places(
    session: Session, rows: Sequence[Invitation]
) -> Iterator[tuple[Invitation, list[Place]]]:
    """Where each stands: the question, and the reminder of it where there is one."""
    reminders = _reminders(session, [row.id for row in rows if row.reminded_at])
    for row in rows:
        first = [(row.channel_id, row.ts)] if row.channel_id and row.ts else []
        yield row, [*first, *reminders.get(reminder_key(row.id), ())]


def _reminders(session: Session, ids: Sequence[str]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for start in range(0, len(ids), KEYS_AT_ONCE):
        keys = [reminder_key(each) for each in ids[start : start + KEYS_AT_ONCE]]
        sent = (Delivery.key.in_(keys), Delivery.state == DeliveryState.SENT)
        for row in session.scalars(select(Delivery).where(*sent)):
            if row.channel_id and row.ts:
                found[row.key] = [(row.channel_id, row.ts)]
    return found


def _free_at(session: Session, now: datetime) -> datetime:
    """After the last of those that wait."""
    waits = (Delivery.state == DeliveryState.PENDING, Delivery.kind == ENDING)
    last = session.scalar(select(func.max(Delivery.next_attempt_at)).where(*waits))
    return max(now, last + APART) if last else now


def _parcel(row: Invitation, place: Place, at: datetime) -> Parcel:
    channel_id, ts = place
    return Parcel(
        key=f"survey:{row.id}:over:{ts}",
        kind=ENDING,
        priority=Priority.CORRECTION,
        recipient=channel_id,
        about=f"survey:{row.id}",
        content={"invitation": row.id, "changes": ts},
        expires_at=at + TRIED_FOR,
        not_before=at,
    )
