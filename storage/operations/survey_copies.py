"""What the facts do not have yet of surveys that were sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from storage.operations.base import Json
from storage.operations.survey_models import Invitation, SurveyAnswer


@dataclass(frozen=True, slots=True)
class Copy:
    """An invitation as a row of facts; ``changed_at`` is the answer's, where there is one.

    ``is_known`` tells that the facts had the invitation before, without this answer.
    """

    invitation_id: str
    changed_at: datetime | None
    is_known: bool
    row: Json


def is_any_left(session: Session) -> bool:
    """Whether there is anything to copy."""
    sent = select(exists().where(*_unknown_invitations()))
    answered = select(exists().where(SurveyAnswer.copied_at.is_(None)))
    return bool(session.scalar(sent) or session.scalar(answered))


def uncopied(session: Session, limit: int) -> list[Copy]:
    """What is to be copied, at most so many."""
    left = or_(and_(*_unknown_invitations()), Invitation.id.in_(_unknown_answers()))
    chosen = (
        select(Invitation, SurveyAnswer)
        .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == Invitation.id)
        .where(left)
        .limit(limit)
    )
    return [_copy(invitation, answer) for invitation, answer in session.execute(chosen)]


def mark_copied(session: Session, copies: Sequence[Copy], now: datetime) -> None:
    """Says that they are copied; what was changed meanwhile is left to be copied again."""
    invitation, answer = Invitation.__table__, SurveyAnswer.__table__
    sent = [{"copied": copy.invitation_id} for copy in copies if not copy.is_known]
    answered = [
        {"copied": copy.invitation_id, "as_read": copy.changed_at}
        for copy in copies
        if copy.changed_at is not None
    ]
    # As tables and with all rows at once: answers are kept waiting meanwhile.
    connection = session.connection()
    is_sent = invitation.c.id == bindparam("copied")
    if sent:
        connection.execute(_marking(invitation, now).where(is_sent), sent)
    is_read = answer.c.invitation_id == bindparam("copied")
    is_as_read = answer.c.changed_at == bindparam("as_read")
    if answered:
        connection.execute(_marking(answer, now).where(is_read, is_as_read), answered)


def _marking(table: Any, now: datetime) -> Any:
    return update(table).values(copied_at=now)


def _unknown_invitations() -> tuple[Any, ...]:
    return Invitation.copied_at.is_(None), Invitation.sent_at.is_not(None)


def _unknown_answers() -> Any:
    return select(SurveyAnswer.invitation_id).where(SurveyAnswer.copied_at.is_(None))


def _copy(invitation: Invitation, answer: SurveyAnswer | None) -> Copy:
    about, is_known = invitation.about, invitation.copied_at is not None
    row = {
        "survey_id": invitation.id,
        "kind": invitation.kind,
        "purpose": invitation.purpose,
        "contact_source": invitation.source or None,
        "contact_id": invitation.contact_id or None,
        "customer_id": invitation.customer_id or None,
        "respondent_id": invitation.person or None,
        "sent_at": _naive(invitation.sent_at),
        **{name: about.get(name) for name in ("channel", "issue_type", "team", "agent_id")},
    }
    if answer is None:
        return Copy(invitation.id, None, is_known, row)
    given = {
        "answered_at": _naive(answer.answered_at),
        "score": float(answer.score),
        "comment": answer.comment,
    }
    return Copy(invitation.id, answer.changed_at, is_known, row | given)


def _naive(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC).replace(tzinfo=None)
