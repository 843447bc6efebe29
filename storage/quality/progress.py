"""When to come back to a coaching note, and how what it was about has moved since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.orm import Session

from storage.calendars import BusinessCalendar, working_days
from storage.facts.tables import contacts, qa_answers, qa_reviews
from storage.metrics.answer import Change
from storage.metrics.catalog import QUALITY_SCORE
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation
from storage.metrics.sample import Sample
from storage.operations.notes import themes_of
from storage.operations.quality_models import CoachingNote
from storage.operations.scorecards import card
from storage.periods import zone
from storage.quality.scorecards import Criterion
from storage.settings import Settings

REMINDED_AFTER_WORKING_DAYS = 3
LOOK_BACK = timedelta(days=182)
"""How far the reviews reach with which those since are compared."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The share of a criterion's points that an agent reached, before the note and since.

    ``change`` is None where there is nothing to compare; up, down or flat only by the rules that
    hold for every figure, and unclear where the reviews are too few.
    """

    criterion: Criterion
    before: Sample
    since: Sample
    change: Change | None


def reminder_due(sent_at: datetime, timezone: str, calendar: BusinessCalendar | None) -> datetime:
    """The same time of day, three of the team's working days later."""
    place = zone(calendar.timezone if calendar else timezone)
    local = sent_at.astimezone(place)
    day, left = local.date(), REMINDED_AFTER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= _is_worked(day, calendar)
    return datetime.combine(day, local.time(), place).astimezone(UTC)


def moved(
    session: Session, facts: Connection, kept: CoachingNote, now: datetime, settings: Settings
) -> Moved | None:
    """How the note's focus has moved since it was read; None where it had none."""
    of = card(session, kept.scorecard_id)
    found = next((of.criterion(key) for key in themes_of(kept)), None)
    if found is None or kept.read_at is None:
        return None
    reached = _reached(facts, kept, found.key, of.key)
    before = [share for at, share in reached if kept.read_at - LOOK_BACK <= at < kept.read_at]
    since = [share for at, share in reached if kept.read_at <= at <= now]
    samples = _sample(since), _sample(before)
    smallest = settings.smallest_sample(QUALITY_SCORE.key)
    change = change_of(Aggregation.MEAN, *samples, None, smallest)
    return Moved(found, before=samples[1], since=samples[0], change=change)


def _is_worked(day: date, calendar: BusinessCalendar | None) -> bool:
    return bool(calendar.spans_on(day)) if calendar else day in working_days("", day.year)


def _reached(
    facts: Connection, kept: CoachingNote, criterion: str, scorecard: str
) -> list[tuple[datetime, float]]:
    """Shares of the criterion's points in the agent's reviews, by when the contact was opened.

    A review that is made later of an older contact says nothing about what has changed since.
    """
    review, answer = qa_reviews.c, qa_answers.c
    opened_at = (
        select(func.max(contacts.c.opened_at))
        .where(contacts.c.contact_id == review.contact_id)
        .scalar_subquery()
    )
    of_the_review = and_(answer.source == review.source, answer.review_id == review.review_id)
    rows = facts.execute(
        select(
            func.coalesce(opened_at, review.reviewed_at).label("at"), answer.points, answer.out_of
        )
        .select_from(qa_reviews.join(qa_answers, of_the_review))
        .where(
            review.agent_id == kept.agent_id,
            review.scorecard == scorecard,
            func.coalesce(review.purpose, "live") == "live",
            answer.criterion == criterion,
            func.coalesce(answer.not_applicable, False).is_(False),
            answer.points.is_not(None),
            answer.out_of > 0,
        )
    )
    return [(row.at.replace(tzinfo=UTC), row.points / row.out_of) for row in rows]


def _sample(shares: list[float]) -> Sample:
    return Sample(len(shares), total=sum(shares), squares=sum(each * each for each in shares))
