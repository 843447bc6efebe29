"""The pace at which Slack takes messages, kept by all processes together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.operations.outbox_models import Pace

WORKSPACE = "workspace"
PAUSE = "pause"
AT_ONCE = timedelta(seconds=1)
"""What was not used of the pace for this long may be used at once."""
LONGEST_TURN = timedelta(minutes=2)
"""Who would have to wait for longer until the next message has a clock that was set back since."""
LONGEST_TURN_OF_ONE = timedelta(days=1)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How many messages the workspace takes a minute, and how far apart in one conversation."""

    messages_per_minute: int = 240
    between_messages: timedelta = timedelta(seconds=1)

    @property
    def interval(self) -> timedelta:
        return timedelta(minutes=1) / self.messages_per_minute


def allowed(session: Session, now: datetime, pacing: Pacing) -> int:
    """How many messages may be handed over now; none while the workspace is paused."""
    if paused_until(session, now):
        return 0
    base = _base(session, now)
    return 0 if base > now else (now - base) // pacing.interval + 1


def spend(session: Session, now: datetime, conversations: Iterable[str], pacing: Pacing) -> None:
    """Counts a message to each of these conversations."""
    names = list(conversations)
    _set(session, WORKSPACE, _base(session, now) + len(names) * pacing.interval)
    for name in names:
        _set(session, name, now + pacing.between_messages)


def hold(session: Session, conversation: str, until: datetime) -> None:
    """Nothing goes to this conversation until then."""
    _set(session, conversation, until)


def pause(session: Session, until: datetime) -> None:
    """Nothing is posted by any process until then, or until a later time told before."""
    row = session.get(Pace, PAUSE)
    is_longer = row is not None and until < row.free_at <= until + LONGEST_PAUSE
    if not is_longer:
        _set(session, PAUSE, until)


def paused_until(session: Session, now: datetime) -> datetime | None:
    """Until when Slack takes nothing; None where it does."""
    until = session.scalar(select(Pace.free_at).where(Pace.name == PAUSE))
    return until if until and now < until <= now + LONGEST_PAUSE else None


def take_turn(session: Session, name: str, now: datetime, until: datetime) -> bool:
    """Whether it is time for something that one process does for all; it is not until then."""
    row = session.get(Pace, name)
    if row and now < row.free_at <= now + LONGEST_TURN_OF_ONE:
        return False
    _set(session, name, until)
    return True


def forget_paces(session: Session, before: datetime) -> None:
    session.execute(delete(Pace).where(Pace.free_at < before))


def _base(session: Session, now: datetime) -> datetime:
    """From when on the workspace's pace was not used; at most as long ago as counts."""
    free_at = session.scalar(select(Pace.free_at).where(Pace.name == WORKSPACE))
    is_usable = free_at is not None and now - AT_ONCE < free_at <= now + LONGEST_TURN
    return free_at if free_at and is_usable else now - AT_ONCE


def _set(session: Session, name: str, free_at: datetime) -> None:
    session.merge(Pace(name=name, free_at=free_at))
