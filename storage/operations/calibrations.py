"""Calibrations: several reviewers score one contact apart from each other.

What somebody gave is told to nobody before all are in, or the organiser has closed it. The live
score of the contact's reviews is untouched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.errors import NotAllowedError, UserError
from storage.operations import outbox, reviews
from storage.operations.audit import By, record
from storage.operations.outbox import Parcel, Priority
from storage.operations.quality_models import Calibration, CalibrationAnswer, ReviewDraft
from storage.quality.drafts import CALIBRATION, Draft, ReviewedContact
from storage.quality.scorecards import Answers, Scorecard

FEWEST_REVIEWERS = 2
ASKED, RESULTS = "calibration", "calibration results"
"""Kinds of deliveries; the content is ``{"calibration": id}``."""


def start(
    session: Session,
    contact: ReviewedContact,
    card: Scorecard,
    reviewers: Collection[str],
    by: By,
) -> Calibration:
    """Asks each of the reviewers, once.

    Raises:
        UserError: there are fewer than two, or one about this contact is open already.
    """
    if len(set(reviewers)) < FEWEST_REVIEWERS:
        raise UserError("A calibration takes two reviewers or more.", "Name each with an @.")
    if _open_about(session, contact.source, contact.contact_id):
        raise UserError(
            "This contact is being calibrated already.", "See /coach calibrations for who is left."
        )
    made = Calibration(
        id=str(uuid4()),
        source=contact.source,
        contact_id=contact.contact_id,
        scorecard_id=card.id,
        organiser=by.who,
        made_at=by.at,
    )
    session.add(made)
    session.flush()
    invited = sorted(set(reviewers))
    session.add_all(CalibrationAnswer(calibration_id=made.id, reviewer=who) for who in invited)
    outbox.enqueue(session, [_parcel(made, ASKED, who) for who in invited], by.at)
    record(session, by, "calibration started", _about(made), ", ".join(invited))
    return made


def calibration(session: Session, calibration_id: str) -> Calibration:
    found = session.get(Calibration, calibration_id)
    if found is None:
        raise UserError("This calibration is not there any more.")
    return found


def to_answer(session: Session, calibration_id: str, who: str) -> Calibration:
    """An open one, for a reviewer who was asked and has not answered yet."""
    found = calibration(session, calibration_id)
    mine = session.get(CalibrationAnswer, (calibration_id, who))
    if mine is None:
        raise NotAllowedError("Only the reviewers who were asked take part in a calibration.")
    if mine.answered_at is not None:
        raise UserError("You have handed in your answers already.", "The results come to you here.")
    if found.closed_at is not None:
        raise UserError("This calibration is closed.")
    return found


def open_about(session: Session, draft: Draft) -> Calibration:
    """The one that a draft is for."""
    found = _open_about(session, draft.contact.source, draft.contact.contact_id)
    if found is None:
        raise UserError("This calibration is closed.")
    return to_answer(session, found.id, draft.reviewer)


def hand_in(session: Session, draft: Draft, answers: Answers, by: By) -> Calibration:
    """Keeps a reviewer's answers; the last one closes it, and everybody is told the results."""
    found = open_about(session, draft)
    mine = session.get_one(CalibrationAnswer, (found.id, by.who))
    mine.answers, mine.answered_at = dict(answers), by.at
    reviews.drop_draft(session, draft.id, by.who)
    session.flush()
    if all(each.answered_at for each in asked(session, found.id)):
        _close(session, found, by.at)
    return found


def close(session: Session, calibration_id: str, by: By) -> Calibration:
    """Closes it without those who have not answered; a repeated click changes nothing.

    Raises:
        NotAllowedError: somebody else started it.
        UserError: fewer than two have answered.
    """
    found = calibration(session, calibration_id)
    if found.organiser != by.who:
        raise NotAllowedError("Only who started a calibration closes it.")
    if found.closed_at is None:
        if len(answers_of(session, calibration_id)) < FEWEST_REVIEWERS:
            raise UserError("Fewer than two have answered, so there is nothing to compare.")
        _close(session, found, by.at)
        record(session, by, "calibration closed", _about(found), "")
    return found


def asked(session: Session, calibration_id: str) -> Sequence[CalibrationAnswer]:
    """Everybody who was asked, with their answers so far."""
    mine = CalibrationAnswer.calibration_id == calibration_id
    rows = select(CalibrationAnswer).where(mine).order_by(CalibrationAnswer.reviewer)
    return session.scalars(rows).all()


def answers_of(session: Session, calibration_id: str) -> Mapping[str, Answers]:
    """By reviewer; only who reads a closed one may show them."""
    return {
        each.reviewer: each.answers
        for each in asked(session, calibration_id)
        if each.answers is not None
    }


def open_ones(session: Session, who: str) -> Sequence[Calibration]:
    """Those that are open and that somebody started or takes part in, the newest first."""
    invited = select(CalibrationAnswer.calibration_id).where(CalibrationAnswer.reviewer == who)
    rows = select(Calibration).where(
        Calibration.closed_at.is_(None),
        (Calibration.organiser == who) | Calibration.id.in_(invited),
    )
    return session.scalars(rows.order_by(Calibration.made_at.desc())).all()


def closed_before(session: Session, of: Calibration) -> Sequence[Calibration]:
    """Every closed one up to this one."""
    rows = select(Calibration).where(Calibration.closed_at <= (of.closed_at or of.made_at))
    return session.scalars(rows.order_by(Calibration.made_at)).all()


def to_copy(session: Session) -> Sequence[Calibration]:
    """Closed ones that the facts do not have yet."""
    rows = select(Calibration).where(
        Calibration.closed_at.is_not(None), Calibration.copied_at.is_(None)
    )
    return session.scalars(rows).all()


def _open_about(session: Session, source: str, contact_id: str) -> Calibration | None:
    return session.scalar(
        select(Calibration).where(
            Calibration.source == source,
            Calibration.contact_id == contact_id,
            Calibration.closed_at.is_(None),
        )
    )


def _close(session: Session, found: Calibration, at: datetime) -> None:
    found.closed_at = at
    session.execute(
        delete(ReviewDraft).where(
            ReviewDraft.source == found.source,
            ReviewDraft.contact_id == found.contact_id,
            ReviewDraft.purpose == CALIBRATION,
        )
    )
    answered = answers_of(session, found.id).keys()
    told = sorted({found.organiser, *answered})
    outbox.enqueue(session, [_parcel(found, RESULTS, who) for who in told], at)


def _about(found: Calibration) -> str:
    return f"calibration:{found.id}"


def _parcel(found: Calibration, kind: str, who: str) -> Parcel:
    return Parcel(
        key=f"{kind}:{found.id}:{who}",
        kind=kind,
        priority=Priority.NOTE,
        recipient=who,
        about=_about(found),
        content={"calibration": found.id},
    )
