"""Copies reviews made here into the facts, by their ids: doing it twice changes nothing.

The operations database is the truth. A note that was withdrawn, or corrected by a later one, counts
no longer; after an appeal the final points count.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from storage.facts.covering import tell_coverage
from storage.facts.tables import qa_answers, qa_reviews
from storage.facts.turns import changing
from storage.operations import appeals
from storage.operations.engine import reading, writing
from storage.operations.notes import note
from storage.operations.quality_models import Appeal, AppealState, CoachingNote, NoteState
from storage.operations.scorecards import card
from storage.quality.scorecards import Answers, Scorecard, score_of

logger = logging.getLogger(__name__)

SOURCE = "carekpi"
AT_ONCE = 500

Row = dict[str, Any]
Copied = tuple[CoachingNote, Row | None, list[Row]]
"""A note with its rows: the review, None where it counts no longer, and its answers."""

_one_at_a_time = Lock()
"""The embedded engine keeps no two from putting the same row in at once; a server does."""


def copy_at_once(facts: Engine, operations: Engine, now: datetime) -> None:
    """Copies right after a change was kept; what can't be copied now is copied by the clock."""
    try:
        copy_reviews(facts, operations, now)
    except SQLAlchemyError as error:
        logger.warning("Reviews are copied into the facts later: %s", type(error).__name__)


def copy_reviews(facts: Engine, operations: Engine, now: datetime) -> int:
    """Copies what has changed since it was last copied, and returns how many reviews that were."""
    with _one_at_a_time:
        return _copy(facts, operations, now)


def _copy(facts: Engine, operations: Engine, now: datetime) -> int:
    copied = 0
    while batch := _changed(operations):
        _write(facts, batch, now)
        with writing(operations) as session:
            for each in batch:
                _mark(session, each, now)
        copied += len(batch)
    return copied


def _changed(operations: Engine) -> list[Copied]:
    with reading(operations) as session:
        rows = session.scalars(
            select(CoachingNote)
            .where(CoachingNote.copied_at.is_(None))
            .order_by(CoachingNote.reviewed_at)
            .limit(AT_ONCE)
        ).all()
        return [(row, *_rows(session, row)) for row in rows]


def _mark(session: Session, copied: Copied, now: datetime) -> None:
    """Unless it has changed again meanwhile: then it is copied once more."""
    kept = note(session, copied[0].id)
    if _rows(session, kept) == copied[1:]:
        kept.copied_at = now


def _write(facts: Engine, batch: list[Copied], now: datetime) -> None:
    ids = [kept.id for kept, _, _ in batch]
    reviews = [review for _, review, _ in batch if review]
    answers = [answer for _, _, given in batch for answer in given]
    with changing(facts, qa_reviews.name, qa_answers.name) as connection:
        put_in(connection, ids, reviews, answers, now)


def put_in(
    connection: Connection, ids: list[str], reviews: list[Row], answers: list[Row], now: datetime
) -> None:
    """In place of what stood there under these ids of reviews."""
    for table, rows in ((qa_reviews, reviews), (qa_answers, answers)):
        connection.execute(
            delete(table).where(table.c.source == SOURCE, table.c.review_id.in_(ids))
        )
        if rows:
            connection.execute(insert(table), rows)
        # What is made here is there at once, so it reaches up to now.
        tell_coverage(connection, SOURCE, table.name, now.astimezone(UTC).replace(tzinfo=None))


def _rows(session: Session, kept: CoachingNote) -> tuple[Row | None, list[Row]]:
    if kept.state is NoteState.WITHDRAWN or _is_corrected(session, kept):
        return None, []
    of = card(session, kept.scorecard_id)
    appeal = appeals.of_note(session, kept.id)
    final = appeals.final_answers(kept, appeal)
    return _review(kept, of, appeal), list(answer_rows(kept.id, of, final))


def _is_corrected(session: Session, kept: CoachingNote) -> bool:
    later = aliased(CoachingNote)
    return bool(
        session.scalar(
            select(func.count())
            .select_from(later)
            .where(later.corrects == kept.id, later.state != NoteState.WITHDRAWN)
        )
    )


def _review(kept: CoachingNote, of: Scorecard, appeal: Appeal | None) -> Row:
    final = score_of(of, appeals.final_answers(kept, appeal))
    upheld = {AppealState.UPHELD, AppealState.PARTLY}
    is_decided = appeal is not None and appeal.state is not AppealState.OPEN
    return {
        "source": SOURCE,
        "review_id": kept.id,
        "contact_id": kept.contact_id,
        "agent_id": kept.agent_id,
        "team": kept.team or None,
        "channel": kept.channel,
        "reviewer": kept.reviewer,
        "reviewed_at": naive(kept.reviewed_at),
        "score": kept.score if kept.final_score is None else kept.final_score,
        "auto_failed": final.auto_failed,
        "purpose": "live",
        "scorecard": of.key,
        "scorecard_version": str(of.version),
        "first_score": kept.score,
        "sent_at": naive(kept.sent_at),
        "read_at": naive(kept.read_at),
        "appealed": appeal is not None,
        "upheld": appeal.state in upheld if appeal and is_decided else None,
    }


def answer_rows(review_id: str, of: Scorecard, given: Answers) -> Iterator[Row]:
    for each in of.criteria:
        if each.key in given:
            yield {
                "source": SOURCE,
                "review_id": review_id,
                "criterion": each.key,
                "points": given[each.key],
                "out_of": each.out_of,
                "weight": each.weight,
                "critical": each.critical,
                "not_applicable": given[each.key] is None,
            }


def naive(instant: datetime | None) -> datetime | None:
    return instant.astimezone(UTC).replace(tzinfo=None) if instant else None
