"""The way of a delivery to Slack: claimed, handed over, then sent, put off or given up.

A process that is killed leaves a claim that ends by itself. What it had handed over by then may be
there or not: ``Claim.posted_at`` says so, and it is looked for before it is handed over again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, exists, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.operations import paces
from storage.operations.base import Json
from storage.operations.outbox import STOPPED, TOO_LATE, Receipt, receipt_of, settle
from storage.operations.outbox_models import Delivery, DeliveryState, Pace
from storage.operations.paces import LONGEST_TURN, Pacing

CLAIM = timedelta(seconds=30)
"""For how long one process has a delivery for itself."""
FIRST_LOOK = 100
CALL = timedelta(seconds=20)
"""What has to be left of a claim to begin a call: longer than the longest one takes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that one process has for itself until a time."""

    id: str
    kind: str
    recipient: str
    thread_ts: str | None
    content: Json
    expires_at: datetime | None
    attempts: int
    posted_at: datetime | None
    channel_id: str | None
    token: str
    until: datetime


def is_anything_due(session: Session, now: datetime) -> bool:
    """Whether claiming is worth the while; asked without keeping writers waiting."""
    looked_at = (_is_waiting(now), _is_left(now))
    return any(session.scalar(select(exists().where(*each))) for each in looked_at)


def claim(session: Session, who: str, now: datetime, limit: int, pacing: Pacing) -> list[Claim]:
    """The next deliveries by priority, as many as the pace allows, one for each recipient.

    ``who`` is told to people who look into the database; each claim has a token of its own.
    """
    number = min(limit, paces.allowed(session, now, pacing))
    if number < 1:
        return []
    rows = [session.get_one(Delivery, each) for each in _next(session, now, number)]
    token = f"{who[:40]} {uuid4().hex[:12]}"
    for row in rows:
        row.state, row.attempts = DeliveryState.CLAIMED, row.attempts + 1
        row.claimed_by, row.claimed_until = token, now + CLAIM
    paces.spend(session, now, [row.recipient for row in rows], pacing)
    return [_claim(row, token) for row in rows]


def mark_handed_over(session: Session, claim: Claim, channel_id: str | None, now: datetime) -> bool:
    """Notes that it is handed to Slack from now on; False where it must not be.

    That is: it was stopped, the workspace was paused, or the claim ends too soon or has ended.
    """
    row = _claimed(session, claim)
    if row is None or now + CALL > claim.until or paces.paused_until(session, now):
        return False
    row.posted_at = row.posted_at or now
    row.channel_id = channel_id or row.channel_id
    return True


def mark_sent(
    session: Session, delivery_id: str, channel_id: str, ts: str, now: datetime
) -> Receipt | None:
    """Notes that it is there, whoever has the claim; what it said is kept no longer.

    None where that was noted before.
    """
    row = session.get_one(Delivery, delivery_id)
    if row.state is DeliveryState.SENT:
        return None
    settle(row, DeliveryState.SENT, None)
    row.sent_at, row.channel_id, row.ts, row.content = now, channel_id, ts, None
    return receipt_of(row)


def release(session: Session, claim: Claim, until: datetime) -> None:
    """Gives a claim back, as if nothing had been tried."""
    if row := _claimed(session, claim):
        settle(row, DeliveryState.PENDING, row.reason)
        row.next_attempt_at, row.attempts = until, row.attempts - 1
        row.posted_at = claim.posted_at


def postpone(
    session: Session, claim: Claim, until: datetime, reason: str, *, may_be_there: bool
) -> None:
    """Tries again later. What Slack refused is not there, unless it was handed over before."""
    if row := _claimed(session, claim):
        settle(row, DeliveryState.PENDING, reason)
        row.next_attempt_at = until
        if not may_be_there:
            row.posted_at = claim.posted_at


def give_up(session: Session, claim: Claim) -> Receipt | None:
    """What is not there, and too late or stopped; None where the claim is another's by now."""
    if row := _claimed(session, claim):
        is_stopped = row.reason == STOPPED
        state = DeliveryState.STOPPED if is_stopped else DeliveryState.MISSED
        settle(row, state, row.reason or TOO_LATE)
        row.posted_at = None
        return receipt_of(row)
    return None


def mark_failed(
    session: Session, claim: Claim, reason: str, *, may_be_there: bool = False
) -> Receipt | None:
    """Gives it up for good; None where the claim is another's by now."""
    if row := _claimed(session, claim):
        settle(row, DeliveryState.FAILED, reason)
        if not may_be_there:
            row.posted_at = None
        return receipt_of(row)
    return None


def _claimed(session: Session, claim: Claim) -> Delivery | None:
    return session.scalar(
        select(Delivery).where(
            Delivery.id == claim.id,
            Delivery.state == DeliveryState.CLAIMED,
            Delivery.claimed_by == claim.token,
        )
    )


def _next(session: Session, now: datetime, number: int) -> list[str]:
    """The ids of what is ready, the first of each recipient that takes a message now.

    Looked for among the few that come first; among all only where most of these have to wait.
    """
    found = _first_of_each(_ready(session, now, FIRST_LOOK))
    if len(found) < number:
        found = _first_of_each(_ready(session, now, None))
    return found[:number]


def _first_of_each(rows: Iterable[Row[Any]]) -> list[str]:
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.recipient, row.id)
    return list(first.values())


def _ready(session: Session, now: datetime, most: int | None) -> list[Row[Any]]:
    """What comes first by priority, what was left by who was killed always among it."""
    order = (Delivery.priority, Delivery.next_attempt_at)
    columns = select(Delivery.id, Delivery.recipient, *order).where(
        ~_is_being_posted_to(now), ~_has_just_got_one(now)
    )
    waiting = session.execute(columns.where(*_is_waiting(now)).order_by(*order).limit(most))
    left = session.execute(columns.where(*_is_left(now)))
    return sorted([*left, *waiting], key=lambda row: (row.priority, row.next_attempt_at))


def _is_waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Its time has come; in a form that finds the first by the index alone."""
    is_pending = Delivery.state == DeliveryState.PENDING
    return is_pending, Delivery.next_attempt_at <= now, _is_of_use(now)


def _is_left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The claim on it has ended."""
    is_claimed = Delivery.state == DeliveryState.CLAIMED
    return is_claimed, _has_ended(Delivery.claimed_until, now), _is_of_use(now)


def _is_of_use(now: datetime) -> ColumnElement[bool]:
    """It is not too late, or it may be there and is to be looked for."""
    is_in_time = or_(Delivery.expires_at.is_(None), Delivery.expires_at > now)
    return or_(is_in_time, Delivery.posted_at.is_not(None))


def _has_ended(until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    """One that seems to hold for long was made by a clock that was set back since."""
    return or_(until <= now, until > now + LONGEST_TURN)


def _is_being_posted_to(now: datetime) -> ColumnElement[bool]:
    other = aliased(Delivery)
    return exists().where(
        other.recipient == Delivery.recipient,
        other.state == DeliveryState.CLAIMED,
        not_(_has_ended(other.claimed_until, now)),
        other.id != Delivery.id,
    )


def _has_just_got_one(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Pace.name == Delivery.recipient,
        Pace.free_at > now,
        Pace.free_at <= now + LONGEST_TURN,
    )


def _claim(row: Delivery, token: str) -> Claim:
    if row.content is None or row.claimed_until is None:
        raise ValueError(f"delivery {row.id} was claimed though it was sent")
    return Claim(
        id=row.id,
        kind=row.kind,
        recipient=row.recipient,
        thread_ts=row.thread_ts,
        content=row.content,
        expires_at=row.expires_at,
        attempts=row.attempts,
        posted_at=row.posted_at,
        channel_id=row.channel_id,
        token=token,
        until=row.claimed_until,
    )
