"""Takes out of the operations what is older than it is to be kept; figures stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.quality_models import Appeal, CoachingNote, ReviewDraft
from storage.operations.survey_models import SurveyAnswer


def forget_drafts(session: Session, before: datetime) -> int:
    """Deletes reviews that were begun and not touched since a time; returns how many."""
    old = delete(ReviewDraft).where(ReviewDraft.changed_at < before).returning(ReviewDraft.id)
    return len(session.scalars(old).all())


def forget_comments(session: Session, before: datetime) -> int:
    """Empties the comments of answers given before a time; returns how many.

    The facts know them apart from these, and are emptied by the same time.
    """
    old = (
        update(SurveyAnswer)
        .where(SurveyAnswer.comment.is_not(None), SurveyAnswer.answered_at < before)
        .values(comment=None)
        .returning(SurveyAnswer.invitation_id)
    )
    return len(session.scalars(old).all())


def forget_coaching_texts(session: Session, before: datetime) -> int:
    """Empties what was written in reviews made before a time; returns of how many notes.

    Answers, scores and states stay, of appeals too.
    """
    made = CoachingNote.reviewed_at < before
    old = (
        update(CoachingNote)
        .where(made, CoachingNote.sealed.is_not(None))
        .values(sealed=None)
        .returning(CoachingNote.id)
    )
    number = len(session.scalars(old).all())
    has_text = or_(Appeal.sealed_reason.is_not(None), Appeal.sealed_outcome.is_not(None))
    of_old = Appeal.note_id.in_(select(CoachingNote.id).where(made))
    session.execute(
        update(Appeal).where(has_text, of_old).values(sealed_reason=None, sealed_outcome=None)
    )
    return number


def forget_deliveries(session: Session, before: datetime) -> int:
    """Deletes what was made before a time and is on its way no more; returns how many."""
    old = (
        delete(Delivery)
        .where(
            Delivery.made_at < before,
            Delivery.state.not_in((DeliveryState.PENDING, DeliveryState.CLAIMED)),
        )
        .returning(Delivery.id)
    )
    return len(session.scalars(old).all())
