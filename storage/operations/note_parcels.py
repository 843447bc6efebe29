"""What is posted about coaching notes: ids, never text. It is opened only when it is sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.operations.outbox import Parcel, Priority
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.quality_models import CoachingNote

NOTE = "note"
ARRIVED, READ, UNREACHABLE = "note arrived", "note read", "note unreachable"
PROPOSAL, WRITING, ANSWER = "talk proposal", "talk in writing", "talk answer"
ASKING, OUTCOME, AUTHORS_OUTCOME = "appeal", "appeal outcome", "appeal outcome to author"
UNDECIDED = "appeal undecided"
UNREAD = "note unread"
FOLLOW_UP, AUTHORS_FOLLOW_UP = "note follow-up", "note follow-up to author"
"""Kinds of deliveries; each content is ``{"note": id}`` and what else the kind needs."""


ABOUT = "note:"


def about(note_id: str) -> str:
    """What every delivery of a note belongs to."""
    return f"{ABOUT}{note_id}"


def note_parcel(note: CoachingNote) -> Parcel:
    return _parcel(note, NOTE, note.agent_user_id, {}, about(note.id))


def to_author(note: CoachingNote, kind: str, part: str = "", **content: object) -> Parcel:
    """What the author is told, once for each kind and ``part`` of it."""
    return _parcel(note, kind, note.reviewer, content, _key(note, kind, part))


def to_agent(
    session: Session, note: CoachingNote, kind: str, part: str = "", **content: object
) -> Parcel:
    """What the agent is told, in the note's thread."""
    place = place_of(session, note.id)
    key = _key(note, kind, part)
    return _parcel(note, kind, note.agent_user_id, content, key, place[1] if place else None)


def to_second_reviewer(note: CoachingNote, appeal_id: str, who: str) -> Parcel:
    """Asks somebody for a decision, once."""
    return _parcel(note, ASKING, who, {"appeal": appeal_id}, f"{ASKING}:{appeal_id}:{who}")


def to_remind(note: CoachingNote, appeal_id: str, who: str) -> Parcel:
    """Reminds them of it, once."""
    key = f"{UNDECIDED}:{appeal_id}:{who}"
    return _parcel(note, UNDECIDED, who, {"appeal": appeal_id, "who": who}, key)


def place_of(session: Session, note_id: str) -> tuple[str, str] | None:
    """The conversation and the timestamp of the note in Slack, where it is there."""
    row = session.execute(
        select(Delivery.channel_id, Delivery.ts).where(
            Delivery.key == about(note_id), Delivery.state == DeliveryState.SENT
        )
    ).first()
    return (row.channel_id, row.ts) if row and row.channel_id and row.ts else None


def _key(note: CoachingNote, kind: str, part: str) -> str:
    return f"{kind}:{note.id}:{part}"


def _parcel(
    note: CoachingNote,
    kind: str,
    recipient: str,
    content: dict[str, object],
    key: str,
    thread_ts: str | None = None,
) -> Parcel:
    return Parcel(
        key=key,
        kind=kind,
        priority=Priority.NOTE,
        recipient=recipient,
        about=about(note.id),
        content={"note": note.id, **content},
        thread_ts=thread_ts,
    )
