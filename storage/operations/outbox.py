"""What is to be posted, and what became of it. ``handover`` brings it on its way.

Writers follow one another (``writing``), so what one of these functions read still holds when it
writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage.operations.base import Json
from storage.operations.outbox_models import Delivery, DeliveryState

KEYS_AT_ONCE = 500
STOPPED = "It was stopped before it was sent."
TOO_LATE = "It could not be sent in time."
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.STOPPED)


class Priority(IntEnum):
    """What goes first where not all can."""

    ALERT = 10
    NOTE = 20
    DIGEST = 30
    SURVEY = 40
    CORRECTION = 50


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message to be posted once.

    ``key`` says what it is, so that it is never enqueued twice: ``digest:3:2026-03-02T09:00:C01``.
    ``recipient`` is the id of a conversation or of a user, ``about`` what it belongs to, such as
    ``digest:3``. ``content`` is ``{"message": {"text": …, "blocks": […]}}``, or names what the
    renderer of its ``kind`` makes the message from when it is sent; with ``"changes": ts`` in it
    that message of ours is changed in place of a new one being posted. After ``expires_at`` it is
    too late to send it.
    """

    key: str
    kind: str
    priority: Priority
    recipient: str
    about: str
    content: Json
    occurrence_id: int | None = None
    thread_ts: str | None = None
    expires_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery so far; ``reason`` is a sentence, with what can be done."""

    id: str
    kind: str
    recipient: str
    about: str
    occurrence_id: int | None
    state: DeliveryState
    reason: str | None
    channel_id: str | None
    ts: str | None
    sent_at: datetime | None
    next_attempt_at: datetime


def enqueue(session: Session, parcels: Iterable[Parcel], now: datetime) -> int:
    """Puts in what was not put in before, by key, and returns how many these are."""
    by_key: dict[str, Parcel] = {}
    for parcel in parcels:
        by_key.setdefault(parcel.key, parcel)
    known = _known_keys(session, list(by_key))
    rows = [_row(parcel, now) for key, parcel in by_key.items() if key not in known]
    if rows:
        session.execute(insert(Delivery), rows)
    return len(rows)


def is_anything_late(session: Session, now: datetime) -> bool:
    return bool(session.scalar(select(exists().where(_is_late(now)))))


def expire(session: Session, now: datetime) -> list[Receipt]:
    """Gives up what is too late to be sent, and returns it.

    Not what may be there already: that is looked for first.
    """
    late = session.scalars(select(Delivery).where(_is_late(now))).all()
    for row in late:
        settle(row, DeliveryState.MISSED, row.reason or TOO_LATE)
    return [receipt_of(row) for row in late]


def stop(session: Session, about: str, now: datetime) -> int:
    """Stops what is not sent yet, and returns how many that were.

    What may be there already is looked for, and counts as sent where it is.
    """
    rows = session.scalars(
        select(Delivery).where(
            Delivery.about == about,
            Delivery.state.in_((DeliveryState.PENDING, DeliveryState.CLAIMED)),
        )
    ).all()
    for row in rows:
        if row.posted_at is None:
            settle(row, DeliveryState.STOPPED, STOPPED)
        else:
            row.expires_at, row.reason = now, STOPPED
    return len(rows)


def resume(session: Session, about: str, now: datetime) -> int:
    """Makes what was stopped pending anew, and returns how many that were.

    What is too late by now is given up as any other, and whom it concerns is told.
    """
    rows = session.scalars(
        select(Delivery).where(Delivery.about == about, Delivery.state == DeliveryState.STOPPED)
    ).all()
    for row in rows:
        row.state, row.reason, row.attempts = DeliveryState.PENDING, None, 0
        row.next_attempt_at = max(row.next_attempt_at, now)
    return len(rows)


def send_again(
    session: Session,
    now: datetime,
    *,
    delivery_id: str | None = None,
    occurrence_id: int | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Makes what was not delivered pending anew, one or a whole occurrence; returns how many.

    What may be there after all is looked for before it is sent.
    """
    chosen: list[ColumnElement[bool]] = [Delivery.state.in_(UNDELIVERED)]
    if delivery_id is not None:
        chosen.append(Delivery.id == delivery_id)
    if occurrence_id is not None:
        chosen.append(Delivery.occurrence_id == occurrence_id)
    if len(chosen) == 1:
        raise ValueError("say which delivery or which occurrence")
    rows = session.scalars(select(Delivery).where(*chosen)).all()
    for row in rows:
        row.state, row.reason, row.attempts = DeliveryState.PENDING, None, 0
        row.next_attempt_at, row.expires_at = now, expires_at
    return len(rows)


def doubt_unsent(session: Session, since: datetime) -> int:
    """Takes what is not sent for maybe there, as in a copy of that time; returns how many.

    So it is looked for before it is sent: the original may have sent it since.
    """
    rows = session.scalars(
        select(Delivery).where(
            Delivery.state.in_((DeliveryState.PENDING, DeliveryState.CLAIMED)),
            Delivery.posted_at.is_(None),
        )
    ).all()
    for row in rows:
        row.posted_at = since
    return len(rows)


def states(session: Session, about: str) -> dict[DeliveryState, int]:
    """How many of what belongs together are in each state."""
    return _counted(session, Delivery.about == about)


def states_of_occurrence(session: Session, occurrence_id: int) -> dict[DeliveryState, int]:
    return _counted(session, Delivery.occurrence_id == occurrence_id)


def bring_forward(session: Session, now: datetime) -> int:
    """Makes due what a clock that was ahead of this one put in or put off; returns how many."""
    waits = or_(Delivery.next_attempt_at <= Delivery.made_at, Delivery.attempts > 0)
    ahead = and_(Delivery.state == DeliveryState.PENDING, Delivery.made_at > now, waits)
    changed = update(Delivery).where(ahead).values(next_attempt_at=now).returning(Delivery.id)
    return len(session.scalars(changed).all())


def deliveries_of(session: Session, occurrence_id: int) -> list[Receipt]:
    """An occurrence's deliveries, by recipient."""
    return [receipt_of(row) for row in session.scalars(_deliveries_of(occurrence_id))]


def undelivered_of(session: Session, occurrence_id: int, limit: int) -> list[Receipt]:
    """The first of an occurrence's deliveries that did not arrive, by recipient."""
    chosen = _deliveries_of(occurrence_id).where(Delivery.state.in_(UNDELIVERED)).limit(limit)
    return [receipt_of(row) for row in session.scalars(chosen)]


def settle(row: Delivery, state: DeliveryState, reason: str | None) -> None:
    """The delivery in a state in which nobody has a claim on it."""
    row.state, row.reason = state, reason
    row.claimed_by = row.claimed_until = None


def receipt_of(row: Delivery) -> Receipt:
    return Receipt(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        about=row.about,
        occurrence_id=row.occurrence_id,
        state=row.state,
        reason=row.reason,
        channel_id=row.channel_id,
        ts=row.ts,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at,
    )


def _is_late(now: datetime) -> ColumnElement[bool]:
    is_left = and_(Delivery.state == DeliveryState.CLAIMED, Delivery.claimed_until <= now)
    return and_(
        Delivery.expires_at <= now,
        Delivery.posted_at.is_(None),
        or_(Delivery.state == DeliveryState.PENDING, is_left),
    )


def _deliveries_of(occurrence_id: int) -> Select[Delivery]:
    chosen = select(Delivery).where(Delivery.occurrence_id == occurrence_id)
    return chosen.order_by(Delivery.recipient, Delivery.id)


def _counted(session: Session, which: ColumnElement[bool]) -> dict[DeliveryState, int]:
    counted = select(Delivery.state, func.count()).where(which).group_by(Delivery.state)
    return dict(iter(session.execute(counted)))


def _known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for some in _batches(keys):
        known.update(session.scalars(select(Delivery.key).where(Delivery.key.in_(some))))
    return known


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]


def _row(parcel: Parcel, now: datetime) -> Json:
    return {
        "id": str(uuid4()),
        "key": parcel.key,
        "kind": parcel.kind,
        "priority": int(parcel.priority),
        "recipient": parcel.recipient,
        "about": parcel.about,
        "content": parcel.content,
        "occurrence_id": parcel.occurrence_id,
        "thread_ts": parcel.thread_ts,
        "expires_at": parcel.expires_at,
        "next_attempt_at": parcel.not_before or now,
        "state": DeliveryState.PENDING,
        "made_at": now,
        "attempts": 0,
    }
