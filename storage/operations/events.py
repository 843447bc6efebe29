"""Which of Slack's events have been taken up: each once, whichever replica hears it first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.operations.models import SeenEvent

LONGEST_ANSWER = timedelta(seconds=50)
"""An answer that takes longer was cut off. Slack sends again at once, after 1 and 5 minutes."""


def is_first(session: Session, event_id: str, at: datetime) -> bool:
    """Whether nobody has taken up this event before; from now on somebody has."""
    try:
        with session.begin_nested():
            session.add(SeenEvent(event_id=event_id, seen_at=at))
    except IntegrityError:
        return False
    return True


def take_up(session: Session, event_id: str, at: datetime) -> bool:
    """Whether this event is to be answered now: for the first time, or as nobody finished it.

    Whoever takes it up says so with ``finish``; a process that died in between never does.
    """
    if is_first(session, event_id, at):
        return True
    left = (
        update(SeenEvent)
        .where(
            SeenEvent.event_id == event_id,
            SeenEvent.finished_at.is_(None),
            SeenEvent.seen_at <= at - LONGEST_ANSWER,
        )
        .values(seen_at=at)
        .returning(SeenEvent.event_id)
    )
    return session.scalars(left).first() is not None


def finish(session: Session, event_id: str, at: datetime) -> None:
    """Says that an event was answered, so that nobody takes it up again."""
    done = update(SeenEvent).where(SeenEvent.event_id == event_id).values(finished_at=at)
    session.execute(done)


def forget(session: Session, *, before: datetime) -> int:
    """Deletes the events that were seen before a time, and returns how many they were."""
    old = delete(SeenEvent).where(SeenEvent.seen_at < before).returning(SeenEvent.event_id)
    return len(session.scalars(old).all())
