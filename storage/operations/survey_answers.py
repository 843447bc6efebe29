"""What people answer: one answer for each invitation, of several the one that was clicked last."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.operations.follow_ups import FORGOTTEN, open_follow_up
from storage.operations.survey_models import (
    FollowUp,
    Invitation,
    InvitationState,
    OptOut,
    SurveyAnswer,
)
from storage.surveys.kinds import KINDS, Kind, Mood

LONGEST_COMMENT = 40_000
"""Slack takes 3,000 characters in a form, and may send each emoji as its name."""
CLICKED_AT = re.compile(r"\d{1,12}(\.\d{1,9})?")
INSTANT = timedelta(microseconds=1)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ANSWERABLE = (InvitationState.PLANNED, InvitationState.SENT, InvitationState.ANSWERED)


class Refusal(Enum):
    """Why an answer does not count; ``SETTLED`` is closed, and what was answered before stays."""

    UNKNOWN = "unknown"
    NOT_INVITED = "not invited"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    UNFIT = "unfit"
    NOT_ANSWERED = "not answered"


class RefusedAnswerError(Exception):
    """An answer that does not count; ``language`` is the invitation's, where there is one."""

    def __init__(self, refusal: Refusal, language: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.language = language


@dataclass(frozen=True, slots=True)
class Click:
    """A click on an answer; where ``kind`` is given, it has to be the invitation's."""

    invitation_id: str
    score: int
    person: str
    clicked_at: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it stands, with what it is the answer to.

    ``has_opted_out`` tells that the person wants to be asked no more, ``is_changed`` whether this
    click or comment made it what it is; one that came twice, or after a later one, does not.
    ``is_reminded`` tells that the question may stand in a second message.
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
    has_opted_out: bool = False
    is_changed: bool = True
    is_reminded: bool = False

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
    (done,) = record_answers(session, [Click(invitation_id, score, person, clicked_at)], now)
    if isinstance(done, RefusedAnswerError):
        raise done
    return done


def record_answers(
    session: Session, clicks: Sequence[Click], now: datetime
) -> list[Answer | RefusedAnswerError]:
    """Counts many clicks as ``record_answer`` counts one, with few statements for all of them."""
    known = _known(session, {click.invitation_id for click in clicks})
    done = list[Answer | RefusedAnswerError]()
    for click in clicks:
        try:
            done.append(_record(session, click, known.get(click.invitation_id), now))
        except RefusedAnswerError as refused:
            done.append(refused)
    return done


def add_comment(
    session: Session, invitation_id: str, person: str, comment: str, now: datetime
) -> Answer:
    """Adds words to an answer, in the place of those before; none takes them away.

    Raises:
        RefusedAnswerError: as ``record_answer``, or there is no answer yet.
    """
    known, row = _answered(session, invitation_id, person, now)
    row.comment = _fit(comment)
    _changed(row, now)
    return _standing(known, row)


def may_call(
    session: Session, invitation_id: str, person: str, now: datetime, *, wanted: bool = True
) -> Answer:
    """Says whether somebody may call about the answer.

    Raises:
        RefusedAnswerError: as ``add_comment``.
    """
    known, row = _answered(session, invitation_id, person, now)
    row.may_call = wanted
    _changed(row, now)
    return _standing(known, row)


def standing(session: Session, invitation_id: str, person: str, now: datetime) -> Answer:
    """The answer as it is, to be changed.

    Raises:
        RefusedAnswerError: as ``add_comment``.
    """
    return _standing(*_answered(session, invitation_id, person, now), is_changed=False)


@dataclass(slots=True)
class _Known:
    """What there is of an invitation."""

    invitation: Invitation
    answer: SurveyAnswer | None
    follow_up: FollowUp | None
    has_opted_out: bool


def _known(session: Session, invitation_ids: Collection[str]) -> dict[str, _Known]:
    chosen = (
        select(Invitation, SurveyAnswer, FollowUp, OptOut.person)
        .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == Invitation.id)
        .outerjoin(FollowUp, FollowUp.invitation_id == Invitation.id)
        .outerjoin(OptOut, OptOut.person == Invitation.person)
        .where(Invitation.id.in_(invitation_ids))
    )
    return {
        invitation.id: _Known(invitation, answer, follow_up, opted_out is not None)
        for invitation, answer, follow_up, opted_out in session.execute(chosen)
    }


def _record(session: Session, click: Click, known: _Known | None, now: datetime) -> Answer:
    known = _open(known, click.person, now)
    invitation, row = known.invitation, known.answer
    is_fit = click.score in KINDS[invitation.kind].scores and CLICKED_AT.fullmatch(click.clicked_at)
    if not is_fit or click.kind not in ("", invitation.kind):
        raise RefusedAnswerError(Refusal.UNFIT, invitation.language)
    if row is not None and _order(click.clicked_at) <= _order(row.clicked_at):
        return _standing(known, row, is_changed=False)
    if row is None:
        row = known.answer = SurveyAnswer(
            invitation_id=invitation.id, answered_at=now, may_call=False
        )
        session.add(row)
    row.score, row.clicked_at = click.score, click.clicked_at
    _changed(row, now)
    invitation.state, invitation.sent_at = InvitationState.ANSWERED, invitation.sent_at or now
    known.follow_up = open_follow_up(session, invitation, row, known.follow_up, now)
    return _standing(known, row)


def _open(known: _Known | None, person: str, now: datetime) -> _Known:
    """Also one that is only planned: its message may be there before Slack's receipt is."""
    if known is None:
        raise RefusedAnswerError(Refusal.UNKNOWN)
    invitation = known.invitation
    if invitation.person != person:
        is_forgotten = invitation.user_id == FORGOTTEN
        refusal = Refusal.CLOSED if is_forgotten else Refusal.NOT_INVITED
        raise RefusedAnswerError(refusal, invitation.language)
    if invitation.state is InvitationState.WITHDRAWN:
        raise RefusedAnswerError(Refusal.WITHDRAWN, invitation.language)
    if invitation.state not in _ANSWERABLE or invitation.expires_at <= now:
        refusal = Refusal.SETTLED if known.answer else Refusal.CLOSED
        raise RefusedAnswerError(refusal, invitation.language)
    return known


def _answered(
    session: Session, invitation_id: str, person: str, now: datetime
) -> tuple[_Known, SurveyAnswer]:
    known = _open(_known(session, [invitation_id]).get(invitation_id), person, now)
    if known.answer is None:
        raise RefusedAnswerError(Refusal.NOT_ANSWERED, known.invitation.language)
    return known, known.answer


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


def _standing(known: _Known, row: SurveyAnswer, *, is_changed: bool = True) -> Answer:
    invitation = known.invitation
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
        has_opted_out=known.has_opted_out,
        is_changed=is_changed,
        is_reminded=invitation.reminded_at is not None,
    )
