"""Which of Slack's events have been taken up: each once, whichever replica hears it first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.operations.models import SeenEvent


def is_first(session: Session, event_id: str, at: datetime) -> bool:
    """Whether nobody has taken up this event before; from now on somebody has."""
    try:
        with session.begin_nested():
            session.add(SeenEvent(event_id=event_id, seen_at=at))
    except IntegrityError:
        return False
    return True


def forget(session: Session, *, before: datetime) -> int:
    """Deletes the events that were seen before a time, and returns how many they were."""
    old = delete(SeenEvent).where(SeenEvent.seen_at < before).returning(SeenEvent.event_id)
    return len(session.scalars(old).all())
