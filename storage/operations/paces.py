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
LONGEST_WAIT = timedelta(hours=1)
"""Who is told to wait for longer has a clock that was set back since."""


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
    before = session.get(Pace, PAUSE)
    _set(session, PAUSE, max(until, before.free_at) if before else until)


def paused_until(session: Session, now: datetime) -> datetime | None:
    """Until when Slack takes nothing; None where it does."""
    until = _free_at(session, PAUSE, now)
    return until if until and until > now else None


def take_turn(session: Session, name: str, now: datetime, until: datetime) -> bool:
    """Whether it is time for something that one process does for all; it is not until then."""
    row = session.get(Pace, name)
    if row and now < row.free_at <= until:
        return False
    _set(session, name, until)
    return True


def forget_paces(session: Session, before: datetime) -> None:
    session.execute(delete(Pace).where(Pace.free_at < before))


def _base(session: Session, now: datetime) -> datetime:
    longest_ago = now - AT_ONCE
    return max(_free_at(session, WORKSPACE, now) or longest_ago, longest_ago)


def _free_at(session: Session, name: str, now: datetime) -> datetime | None:
    free_at = session.scalar(select(Pace.free_at).where(Pace.name == name))
    return None if free_at is None or free_at > now + LONGEST_WAIT else free_at


def _set(session: Session, name: str, free_at: datetime) -> None:
    session.merge(Pace(name=name, free_at=free_at))
