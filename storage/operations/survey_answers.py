"""What people answer: one answer for each invitation, of several the one that was clicked last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.orm import Session

from storage.operations.follow_ups import open_follow_up
from storage.operations.survey_models import Invitation, InvitationState, SurveyAnswer
from storage.surveys.kinds import KINDS, Kind, Mood

LONGEST_COMMENT = 40_000
"""Slack takes 3,000 characters in a form, and may send each emoji as its name."""
CLICKED_AT = re.compile(r"\d{1,12}(\.\d{1,9})?")
INSTANT = timedelta(microseconds=1)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ANSWERABLE = (InvitationState.PLANNED, InvitationState.SENT, InvitationState.ANSWERED)


class Refusal(Enum):
    """Why an answer does not count."""

    UNKNOWN = "unknown"
    NOT_INVITED = "not invited"
    CLOSED = "closed"
    UNFIT = "unfit"
    NOT_ANSWERED = "not answered"


class RefusedAnswerError(Exception):
    """An answer that does not count; ``language`` is the invitation's, where there is one."""

    def __init__(self, refusal: Refusal, language: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.language = language


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it stands, with what it is the answer to.

    ``is_changed`` tells whether this click or comment made it what it is; a click that came twice,
    or after a later one, does not.
    """

    invitation_id: str
    kind: Kind
    purpose: str
    language: str
    subject: str
    is_shared_place: bool
    channel_id: str | None
    ts: str | None
    score: int
    comment: str | None
    may_call: bool
    is_changed: bool = True

    @property
    def mood(self) -> Mood:
        return self.kind.mood(self.score)


def record_answer(
    session: Session,
    invitation_id: str,
    score: int,
    person: str,
    clicked_at: str,
    now: datetime,
) -> Answer:
    """Counts a click; the last one by ``clicked_at``, Slack's ``action_ts``, wins.

    The same click twice, or one that comes after a later one, changes nothing.

    Raises:
        RefusedAnswerError: it does not count, and nothing is written.
    """
    invitation = _open_invitation(session, invitation_id, person, now)
    if score not in KINDS[invitation.kind].scores or not CLICKED_AT.fullmatch(clicked_at):
        raise RefusedAnswerError(Refusal.UNFIT, invitation.language)
    row = session.get(SurveyAnswer, invitation_id)
    if row is not None and _order(clicked_at) <= _order(row.clicked_at):
        return _standing(invitation, row, is_changed=False)
    if row is None:
        row = SurveyAnswer(invitation_id=invitation_id, answered_at=now, may_call=False)
        session.add(row)
    row.score, row.clicked_at = score, clicked_at
    _changed(row, now)
    invitation.state, invitation.sent_at = InvitationState.ANSWERED, invitation.sent_at or now
    session.flush()
    open_follow_up(session, invitation, row, now)
    return _standing(invitation, row)


def add_comment(
    session: Session, invitation_id: str, person: str, comment: str, now: datetime
) -> Answer:
    """Adds words to an answer, in the place of those before; none takes them away.

    Raises:
        RefusedAnswerError: as ``record_answer``, or there is no answer yet.
    """
    invitation, row = _answered(session, invitation_id, person, now)
    row.comment = _fit(comment)
    _changed(row, now)
    session.flush()
    return _standing(invitation, row)


def may_call(
    session: Session, invitation_id: str, person: str, now: datetime, *, wanted: bool = True
) -> Answer:
    """Says whether somebody may call about the answer.

    Raises:
        RefusedAnswerError: as ``add_comment``.
    """
    invitation, row = _answered(session, invitation_id, person, now)
    row.may_call = wanted
    _changed(row, now)
    session.flush()
    return _standing(invitation, row)


def standing(session: Session, invitation_id: str, person: str, now: datetime) -> Answer:
    """The answer as it is, to be changed.

    Raises:
        RefusedAnswerError: as ``add_comment``.
    """
    return _standing(*_answered(session, invitation_id, person, now), is_changed=False)


def _open_invitation(
    session: Session, invitation_id: str, person: str, now: datetime
) -> Invitation:
    """Also one that is only planned: its message may be there before Slack's receipt is."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise RefusedAnswerError(Refusal.UNKNOWN)
    if invitation.person != person:
        raise RefusedAnswerError(Refusal.NOT_INVITED, invitation.language)
    if invitation.state not in _ANSWERABLE or invitation.expires_at <= now:
        raise RefusedAnswerError(Refusal.CLOSED, invitation.language)
    return invitation


def _answered(
    session: Session, invitation_id: str, person: str, now: datetime
) -> tuple[Invitation, SurveyAnswer]:
    invitation = _open_invitation(session, invitation_id, person, now)
    row = session.get(SurveyAnswer, invitation_id)
    if row is None:
        raise RefusedAnswerError(Refusal.NOT_ANSWERED, invitation.language)
    return invitation, row


def _changed(row: SurveyAnswer, now: datetime) -> None:
    """To be copied anew; each change at a time of its own, so that a copy knows which it has."""
    row.changed_at = max(now, row.changed_at + INSTANT) if row.changed_at else now
    row.copied_at = None


def _order(clicked_at: str) -> tuple[int, str]:
    """Slack's times as numbers, without what a float would round."""
    seconds, _, fraction = clicked_at.partition(".")
    return int(seconds), fraction.ljust(9, "0")


def _fit(comment: str) -> str | None:
    """Without marks that no database keeps and nobody sees."""
    return _UNPRINTABLE.sub("", comment).strip()[:LONGEST_COMMENT] or None


def _standing(invitation: Invitation, row: SurveyAnswer, *, is_changed: bool = True) -> Answer:
    return Answer(
        invitation_id=invitation.id,
        kind=KINDS[invitation.kind],
        purpose=invitation.purpose,
        language=invitation.language,
        subject=str(invitation.about.get("subject") or ""),
        is_shared_place=invitation.is_shared_place,
        channel_id=invitation.channel_id,
        ts=invitation.ts,
        score=row.score,
        comment=row.comment,
        may_call=row.may_call,
        is_changed=is_changed,
    )
