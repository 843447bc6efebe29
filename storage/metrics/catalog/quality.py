"""How well the work is done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.tables import agent_days, qa_answers, qa_reviews
from storage.metrics.catalog.satisfaction import satisfied
from storage.metrics.counting import (
    NO_NUMBER,
    RESOLVED,
    always,
    contact,
    first_contact_resolution,
    one_if,
    share,
)
from storage.metrics.definition import (
    Aggregation,
    Aside,
    Audience,
    Branch,
    Counting,
    Direction,
    Kind,
    Metric,
    Part,
    Unit,
)
from storage.metrics.segments import PRODUCTIVITY_SEGMENTS, REVIEW_SEGMENTS

review, answer = qa_reviews.c, qa_answers.c

LIVE = or_(review.purpose.is_(None), review.purpose == "live")
OF_THE_REVIEW = and_(answer.source == review.source, answer.review_id == review.review_id)
APPLIES = and_(
    func.coalesce(answer.not_applicable, False).is_(False),
    answer.points.is_not(None),
    answer.out_of > 0,
)
FAILED = and_(func.coalesce(answer.critical, False), answer.points <= 0)
ANSWERED = exists().where(OF_THE_REVIEW, APPLIES)


def _computed_score() -> ColumnElement[Any]:
    """Weighted mean of points out of those that apply; a failed critical criterion makes it 0."""
    weight = func.coalesce(answer.weight, 1.0)
    points = func.sum(weight * answer.points / answer.out_of)
    mean = 100.0 * points / func.nullif(func.sum(weight), 0)
    score = case((func.max(one_if(FAILED)) == 1, 0.0), else_=func.least(mean, 100.0))
    return select(score).where(OF_THE_REVIEW, APPLIES).correlate(qa_reviews).scalar_subquery()


SCORES = Counting(
    (
        Branch(
            review.reviewed_at,
            always(and_(LIVE, review.score.is_not(None))),
            lambda _settings: review.score,
        ),
        Branch(
            review.reviewed_at,
            always(and_(LIVE, review.score.is_(None), ANSWERED)),
            lambda _settings: _computed_score(),
            missing=always(and_(LIVE, review.score.is_(None))),
        ),
    )
)
AUTO_FAILED = share(
    review.reviewed_at,
    and_(LIVE, or_(review.auto_failed.is_not(None), ANSWERED)),
    case(
        (review.auto_failed.is_not(None), review.auto_failed),
        else_=exists().where(OF_THE_REVIEW, APPLIES, FAILED),
    ),
)
REOPENED = share(
    contact.resolved_at,
    and_(RESOLVED, contact.reopen_count.is_not(None)),
    contact.reopen_count > 0,
)
RESOLVED_PER_STAFFED_HOUR = Counting(
    (
        Branch(contact.resolved_at, always(RESOLVED), lambda _settings: literal(1)),
        Branch(
            agent_days.c.day,
            always(agent_days.c.staffed_seconds > 0),
            lambda _settings: NO_NUMBER,
            lambda _settings: agent_days.c.staffed_seconds / 3600.0,
        ),
    )
)

QUALITY: tuple[Metric, ...] = (
    Metric(
        key="quality_score",
        abbreviation="QA",
        name="Quality score",
        description="How well reviewed contacts were handled, by the points of their scorecards.",
        formula="Mean of the scores of the reviews, from 0 to 100.",
        counted="live reviews, by when they were made; those for calibration do not count",
        unit=Unit.POINTS,
        bounds=(0.0, 100.0),
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEAN,
        segments=REVIEW_SEGMENTS,
        counting=SCORES,
        noun="reviews",
        asides=(Aside("auto_failed", "failed at once", Unit.RATE, counting=AUTO_FAILED),),
        synonyms=("quality", "qa score", "quality assurance"),
        small_print=(
            "Where a review has no score of its own: the weighted mean of its criteria's points;"
            " one that does not apply is left out, a failed critical one makes it 0."
        ),
        audiences=(Audience.TEAM,),
    ),
    Metric(
        key="agent_productivity",
        abbreviation="Productivity",
        name="Agent productivity",
        description=(
            "An index of quality, satisfaction and first contact resolution: good work, not fast"
            " work."
        ),
        formula="Mean of quality score, satisfaction in percent and first contact resolution in"
        " percent.",
        counted="live reviews, answered satisfaction surveys and resolved contacts; all are needed",
        unit=Unit.POINTS,
        bounds=(0.0, 100.0),
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.INDEX,
        segments=PRODUCTIVITY_SEGMENTS,
        counting=SCORES,
        parts=(
            Part("quality", Aggregation.MEAN, SCORES, scale=1.0),
            Part("satisfaction", Aggregation.SHARE, satisfied, scale=100.0),
            Part(
                "first_contact",
                Aggregation.SHARE,
                first_contact_resolution(contact.resolved_at, RESOLVED),
                scale=100.0,
            ),
        ),
        noun="cases",
        asides=(
            Aside("quality", "quality", Unit.POINTS),
            Aside("satisfaction", "satisfied", Unit.POINTS),
            Aside("first_contact", "first contact", Unit.POINTS),
            Aside(
                "resolved_per_hour",
                "resolved per staffed hour",
                Unit.PER_HOUR,
                counting=RESOLVED_PER_STAFFED_HOUR,
            ),
            Aside("reopened", "reopened", Unit.RATE, counting=REOPENED),
        ),
        synonyms=("productivity", "productivity index"),
        small_print=(
            "Each part is pooled over all rows asked for, and n is the fewest that a part has."
            " Nobody is ranked by it."
        ),
        kept_honest_by=("quality_score", "reopen_rate"),
    ),
)
