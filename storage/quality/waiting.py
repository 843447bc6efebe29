"""What of coaching waits for somebody: ids and numbers; nothing sealed is opened for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.operations.quality_models import (
    Appeal,
    AppealState,
    Calibration,
    CalibrationAnswer,
    CoachingNote,
    NoteState,
    ReviewDraft,
)
from storage.quality.drafts import LIVE


@dataclass(frozen=True, slots=True)
class Waiting:
    """``appeals`` and ``calibrations`` are ids, the oldest first.

    ``drafts`` are source and id of their contacts, the one that was changed last first.
    """

    notes: int = 0
    appeals: tuple[str, ...] = ()
    calibrations: tuple[str, ...] = ()
    drafts: tuple[tuple[str, str], ...] = ()


def waiting_for(session: Session, who: str) -> Waiting:
    """Notes to read, appeals to decide, calibrations to score, and reviews that were begun."""
    unread = select(CoachingNote.id).where(
        CoachingNote.agent_user_id == who, CoachingNote.state == NoteState.SENT
    )
    to_decide = (
        select(Appeal.id)
        .where(Appeal.second_reviewer == who, Appeal.state == AppealState.OPEN)
        .order_by(Appeal.made_at)
    )
    to_score = (
        select(Calibration.id)
        .join(CalibrationAnswer, CalibrationAnswer.calibration_id == Calibration.id)
        .where(
            CalibrationAnswer.reviewer == who,
            CalibrationAnswer.answered_at.is_(None),
            Calibration.closed_at.is_(None),
        )
        .order_by(Calibration.made_at)
    )
    begun = (
        select(ReviewDraft.source, ReviewDraft.contact_id)
        .where(ReviewDraft.reviewer == who, ReviewDraft.purpose == LIVE)
        .order_by(ReviewDraft.changed_at.desc())
    )
    return Waiting(
        len(session.scalars(unread).all()),
        tuple(session.scalars(to_decide)),
        tuple(session.scalars(to_score)),
        tuple((source, contact_id) for source, contact_id in session.execute(begun)),
    )
