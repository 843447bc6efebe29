"""Copies closed calibrations into the facts, by their ids: doing it twice changes nothing."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage.facts.tables import contacts, qa_answers, qa_reviews
from storage.facts.turns import changing
from storage.operations import calibrations
from storage.operations.engine import reading, writing
from storage.operations.quality_models import Calibration, CalibrationAnswer
from storage.operations.scorecards import card
from storage.quality.copying import SOURCE, Row, answer_rows, naive, put_in
from storage.quality.scorecards import Scorecard, score_of

logger = logging.getLogger(__name__)


def copy_calibrations_at_once(facts: Engine, operations: Engine, now: datetime) -> None:
    """Copies right after one was closed; what can't be copied now is copied by the clock."""
    try:
        copy_calibrations(facts, operations, now)
    except SQLAlchemyError as error:
        logger.warning("Calibrations are copied into the facts later: %s", type(error).__name__)


def copy_calibrations(facts: Engine, operations: Engine, now: datetime) -> int:
    """Copies those that were closed since, and returns how many that were."""
    with reading(operations) as session:
        found = calibrations.to_copy(session)
        asked = {kept.id: calibrations.asked(session, kept.id) for kept in found}
        cards = {kept.scorecard_id: card(session, kept.scorecard_id) for kept in found}
    for kept in found:
        given = [each for each in asked[kept.id] if each.answers is not None]
        _copy(facts, kept, given, cards[kept.scorecard_id], now)
        with writing(operations) as session:
            _mark(session, kept.id, now)
    return len(found)


def _copy(
    facts: Engine,
    kept: Calibration,
    given: list[CalibrationAnswer],
    of: Scorecard,
    now: datetime,
) -> None:
    """A contact that the loaded data no longer has can be of no figure."""
    with changing(facts, qa_reviews.name, qa_answers.name) as connection:
        contact = _contact(connection, kept)
        if contact is None:
            return
        reviews = [contact | _review(kept, each, of) for each in given]
        answers = [row for each in given for row in answer_rows(_id(each), of, each.answers or {})]
        put_in(connection, [_id(each) for each in given], reviews, answers, now)


def _contact(connection: Connection, kept: Calibration) -> Row | None:
    row = connection.execute(
        select(contacts.c.agent_id, contacts.c.team, contacts.c.channel).where(
            contacts.c.source == kept.source, contacts.c.contact_id == kept.contact_id
        )
    ).first()
    if row is None or row.agent_id is None:
        return None
    return {"agent_id": row.agent_id, "team": row.team, "channel": row.channel}


def _review(kept: Calibration, answer: CalibrationAnswer, of: Scorecard) -> Row:
    score = score_of(of, answer.answers or {})
    return {
        "source": SOURCE,
        "review_id": _id(answer),
        "contact_id": kept.contact_id,
        "reviewer": answer.reviewer,
        "reviewed_at": naive(answer.answered_at or kept.made_at),
        "score": score.value,
        "auto_failed": score.auto_failed,
        "purpose": "calibration",
        "scorecard": of.key,
        "scorecard_version": str(of.version),
    }


def _id(answer: CalibrationAnswer) -> str:
    return f"{answer.calibration_id}:{answer.reviewer}"


def _mark(session: Session, calibration_id: str, now: datetime) -> None:
    calibrations.calibration(session, calibration_id).copied_at = now
