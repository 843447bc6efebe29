"""Which coaching notes are to be come back to; each once, however often it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from storage.operations import outbox
from storage.operations.note_parcels import (
    ABOUT,
    ASKING,
    AUTHORS_FOLLOW_UP,
    FOLLOW_UP,
    UNREAD,
    to_agent,
    to_author,
    to_remind,
)
from storage.operations.notes import themes_of
from storage.operations.outbox_models import Delivery
from storage.operations.quality_models import Appeal, AppealState, CoachingNote, NoteState

DueAt = Callable[[CoachingNote, datetime], datetime]
"""When somebody is to hear of a note that something was sent about at a time."""


def remind_authors(session: Session, due_at: DueAt, now: datetime) -> int:
    """Tells authors of notes that stayed unread until they were due; returns how many."""
    unread = select(CoachingNote).where(
        CoachingNote.state == NoteState.SENT,
        CoachingNote.sent_at.is_not(None),
        CoachingNote.reminded_at.is_(None),
        CoachingNote.sealed.is_not(None),
    )
    found = [(kept, kept.sent_at) for kept in _not_corrected(session, unread)]
    due = [kept for kept, sent_at in found if sent_at and due_at(kept, sent_at) <= now]
    for kept in due:
        kept.reminded_at = now
        outbox.enqueue(session, [to_author(kept, UNREAD)], now)
    return len(due)


def remind_second_reviewers(session: Session, due_at: DueAt, now: datetime) -> int:
    """Tells who was asked and has not decided until it was due; returns how many are reminded."""
    asked = session.execute(
        select(CoachingNote, Appeal.id, Appeal.second_reviewer, Delivery.sent_at)
        .join(Appeal, Appeal.note_id == CoachingNote.id)
        .join(Delivery, Delivery.about == ABOUT + CoachingNote.id)
        .where(
            Appeal.state == AppealState.OPEN,
            Delivery.kind == ASKING,
            Delivery.recipient == Appeal.second_reviewer,
        )
    ).all()
    due = [
        to_remind(kept, appeal_id, who)
        for kept, appeal_id, who, sent_at in asked
        if sent_at and due_at(kept, sent_at) <= now
    ]
    return outbox.enqueue(session, due, now)


def follow_up(session: Session, after: timedelta, now: datetime) -> int:
    """Shows agents and authors how a note's focus has moved; returns of how many notes.

    Not of a note without a focus, nor of one whose text was forgotten or that was corrected.
    """
    read = select(CoachingNote).where(
        CoachingNote.state == NoteState.READ,
        CoachingNote.read_at <= now - after,
        CoachingNote.followed_up_at.is_(None),
        CoachingNote.sealed.is_not(None),
    )
    due = [kept for kept in _not_corrected(session, read) if themes_of(kept)]
    for kept in due:
        kept.followed_up_at = now
        parcels = [to_agent(session, kept, FOLLOW_UP), to_author(kept, AUTHORS_FOLLOW_UP)]
        outbox.enqueue(session, parcels, now)
    return len(due)


def _not_corrected(session: Session, notes: Select[Any]) -> Sequence[CoachingNote]:
    later = aliased(CoachingNote)
    corrected = select(later.corrects).where(
        later.corrects.is_not(None), later.state != NoteState.WITHDRAWN
    )
    found: Sequence[CoachingNote] = session.scalars(
        notes.where(CoachingNote.id.not_in(corrected))
    ).all()
    return found
