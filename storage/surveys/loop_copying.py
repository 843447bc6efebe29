"""Copies follow-ups into the facts, by their ids: doing it twice changes nothing.

The operations database is the truth. One that ended as the answer was changed, or as the customer
was forgotten, counts no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.facts.covering import tell_coverage
from storage.facts.tables import contacts, follow_ups, surveys
from storage.facts.turns import changing
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import UNCOUNTED
from storage.operations.survey_models import FollowUp, Invitation, SurveyAnswer

SOURCE = "carekpi"
AT_ONCE = 500
WAITS_FOR_ANSWER = timedelta(days=400)
"""How long after the end of a follow-up the customer's next answer is looked for."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Changed:
    """One that the facts do not have yet; ``row`` is None where it counts no longer."""

    id: str
    state: tuple[object, ...]
    row: Row | None


def copy_follow_ups(facts: Engine, operations: Engine, now: datetime) -> int:
    """Copies what has changed since it was last copied, and returns how many these were."""
    copied = 0
    while batch := _changed(facts, operations):
        with changing(facts, follow_ups.name) as connection:
            _write(connection, batch, now)
        with writing(operations) as session:
            _mark(session, batch, now)
        copied += len(batch)
    return copied


def find_next_answers(facts: Engine, operations: Engine, now: datetime) -> int:
    """Notes what customers answered next, once a follow-up was closed; returns how many."""
    with reading(operations) as session:
        waiting = session.execute(
            select(FollowUp.invitation_id, FollowUp.closed_at, Invitation)
            .join(Invitation, Invitation.id == FollowUp.invitation_id)
            .where(
                FollowUp.closed_at >= now - WAITS_FOR_ANSWER,
                FollowUp.score_after.is_(None),
                FollowUp.outcome.not_in(UNCOUNTED),
                Invitation.customer_id != "",
            )
        ).all()
    with facts.connect() as connection:
        found = {
            each.invitation_id: score
            for each in waiting
            if (score := _next(connection, each.Invitation, each.closed_at)) is not None
        }
    if found:
        with writing(operations) as session:
            for each, score in found.items():
                session.execute(
                    update(FollowUp)
                    .where(FollowUp.invitation_id == each)
                    .values(score_after=score, copied_at=None)
                )
    return len(found)


def _next(connection: Connection, invitation: Invitation, after: datetime) -> float | None:
    survey = surveys.c
    later = select(survey.score).where(
        survey.customer_id == invitation.customer_id,
        survey.kind == invitation.kind,
        survey.answered_at > _naive(after),
        survey.score.is_not(None),
        or_(survey.source != SOURCE, survey.survey_id != invitation.id),
    )
    return connection.scalar(later.order_by(survey.answered_at, survey.survey_id).limit(1))


def _changed(facts: Engine, operations: Engine) -> list[_Changed]:
    with reading(operations) as session, facts.connect() as connection:
        rows = session.execute(
            select(FollowUp, Invitation, SurveyAnswer)
            .join(Invitation, Invitation.id == FollowUp.invitation_id)
            .join(SurveyAnswer, SurveyAnswer.invitation_id == FollowUp.invitation_id)
            .where(FollowUp.copied_at.is_(None))
            .order_by(FollowUp.opened_at)
            .limit(AT_ONCE)
        ).all()
        return [
            _Changed(
                each.invitation_id,
                _fingerprint(each),
                None
                if each.outcome in UNCOUNTED
                else _row(each, invitation, answer, _contact(connection, invitation)),
            )
            for each, invitation, answer in rows
        ]


def _mark(session: Session, batch: Sequence[_Changed], now: datetime) -> None:
    """Unless it has changed again meanwhile: then it is copied once more."""
    states = {copied.id: copied.state for copied in batch}
    for kept in session.scalars(select(FollowUp).where(FollowUp.invitation_id.in_(states))):
        if _fingerprint(kept) == states[kept.invitation_id]:
            kept.copied_at = now


def _fingerprint(kept: FollowUp) -> tuple[object, ...]:
    return kept.opened_at, kept.closed_at, kept.outcome, kept.team, kept.score_after


def _write(connection: Connection, batch: Sequence[_Changed], now: datetime) -> None:
    ids = [each.id for each in batch]
    known = (follow_ups.c.source == SOURCE) & follow_ups.c.follow_up_id.in_(ids)
    connection.execute(delete(follow_ups).where(known))
    rows = [each.row for each in batch if each.row]
    if rows:
        connection.execute(insert(follow_ups), rows)
    # What is made here is there at once, so it reaches up to now.
    tell_coverage(connection, SOURCE, follow_ups.name, _naive(now))


def _contact(connection: Connection, invitation: Invitation) -> Row:
    """By what the answer is counted, of the contact that it is about."""
    contact = contacts.c
    if not invitation.contact_id:
        return {}
    known = select(contact.channel, contact.issue_type, contact.team, contact.agent_id).where(
        contact.source == invitation.source, contact.contact_id == invitation.contact_id
    )
    row = connection.execute(known).mappings().first()
    return dict(row) if row else {}


def _row(kept: FollowUp, invitation: Invitation, answer: SurveyAnswer, contact: Row) -> Row:
    given = {name: invitation.about.get(name) or contact.get(name) for name in _COUNTED_BY}
    return {
        "source": SOURCE,
        "follow_up_id": kept.invitation_id,
        "kind": invitation.kind,
        "purpose": invitation.purpose,
        "customer_id": invitation.customer_id or None,
        **given,
        "team": kept.team or given["team"],
        "opened_at": _naive(kept.opened_at),
        "closed_at": _naive(kept.closed_at) if kept.closed_at else None,
        "outcome": kept.outcome or None,
        "score": float(answer.score),
        "score_after": kept.score_after,
    }


_COUNTED_BY = ("channel", "issue_type", "team", "agent_id")


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
