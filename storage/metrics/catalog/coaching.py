"""Reviews: who gets them, what agents make of them, and whether reviewers agree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, and_, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.facts.tables import agents, qa_answers, qa_reviews
from storage.metrics.catalog.quality import AUTO_FAILED, LIVE
from storage.metrics.counting import always, measured, one_if, share
from storage.metrics.definition import (
    SHARE,
    Aggregation,
    Aside,
    Branch,
    Counting,
    Direction,
    Kind,
    Metric,
    Presence,
    Segment,
    Statistic,
    Unit,
    WindowDays,
)
from storage.metrics.segments import REVIEW_SEGMENTS

review = qa_reviews.c
SENT = and_(LIVE, review.sent_at.is_not(None))
CALIBRATED = review.purpose == "calibration"

own, other = qa_reviews.alias("own_review"), qa_reviews.alias("other_review")
mine, theirs = qa_answers.alias("own_answer"), qa_answers.alias("other_answer")
ALIKE = or_(
    mine.c.points == theirs.c.points,
    and_(mine.c.not_applicable.is_(True), theirs.c.not_applicable.is_(True)),
)


def _compared() -> CTE:
    """For each calibrated review, the share of the others' answers that are its own too.

    Worked out once for all: looked up review by review, it took PostgreSQL seconds.
    """
    same_contact = and_(
        other.c.source == own.c.source,
        other.c.contact_id == own.c.contact_id,
        other.c.review_id != own.c.review_id,
        other.c.purpose == "calibration",
    )
    its_own = and_(mine.c.source == own.c.source, mine.c.review_id == own.c.review_id)
    same_criterion = and_(
        theirs.c.source == other.c.source,
        theirs.c.review_id == other.c.review_id,
        theirs.c.criterion == mine.c.criterion,
    )
    found = (
        select(own.c.source, own.c.review_id, func.avg(one_if(ALIKE) * 1.0).label("share"))
        .select_from(own)
        .join(other, same_contact)
        .join(mine, its_own)
        .join(theirs, same_criterion)
        .where(own.c.purpose == "calibration")
        .group_by(own.c.source, own.c.review_id)
    )
    return found.cte("compared").prefix_with("MATERIALIZED")


COMPARED = _compared()
OF_THIS_REVIEW = and_(COMPARED.c.source == review.source, COMPARED.c.review_id == review.review_id)
IS_COMPARED = exists().select_from(COMPARED).where(OF_THIS_REVIEW).correlate(qa_reviews)


def _agreed() -> ColumnElement[Any]:
    found = select(COMPARED.c.share).where(OF_THIS_REVIEW)
    return found.correlate(qa_reviews).scalar_subquery()


def _there(stay: Any, days: WindowDays) -> ColumnElement[bool]:
    started = or_(stay.hired_on.is_(None), stay.hired_on < days.after)
    return and_(started, or_(stay.left_on.is_(None), stay.left_on > days.first))


REVIEWS_AND_AGENTS = Counting(
    (Branch(review.reviewed_at, always(LIVE), lambda _settings: literal(1)),),
    present=Presence(
        agents,
        _there,
        lambda _stay, _days: literal(1),
        who="agent_id",
        since="hired_on",
        until="left_on",
    ),
)

COACHING: tuple[Metric, ...] = (
    Metric(
        key="auto_fail_rate",
        abbreviation="Auto-fail",
        name="Auto-fail rate",
        description="The share of reviews that fail at once by a critical criterion.",
        formula="Reviews with a failed critical criterion / reviews.",
        counted="live reviews, by when they were made; those for calibration do not count",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=REVIEW_SEGMENTS,
        counting=AUTO_FAILED,
        noun="reviews",
        synonyms=("auto fail rate", "auto fails", "failed reviews", "critical failures"),
    ),
    Metric(
        key="reviews_per_agent",
        abbreviation="Reviews/agent",
        reviewed=False,
        name="Reviews per agent",
        description="How many reviews an agent gets in the period, on average.",
        formula="Reviews / agents.",
        counted="live reviews, by when they were made; agents of at least a day in the period",
        unit=Unit.PER_AGENT,
        better=Direction.NEITHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.PER_ONE,
        segments=(Segment.TEAM, Segment.AGENT),
        counting=REVIEWS_AND_AGENTS,
        noun="reviews",
        asides=(Aside("agents", "agents", Unit.COUNT, Statistic.WEIGHT),),
        synonyms=("number of reviews", "coverage of reviews"),
        small_print="An agent counts for the team of today; a review for that of its contact.",
    ),
    Metric(
        key="notes_read_rate",
        abbreviation="Notes read",
        reviewed=False,
        name="Coaching notes read",
        description="The share of coaching notes that their agent has read.",
        formula="Coaching notes read / coaching notes sent.",
        counted="coaching notes, by when they were sent; withdrawn ones do not count",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=REVIEW_SEGMENTS,
        counting=share(review.sent_at, SENT, review.read_at.is_not(None)),
        noun="notes",
        synonyms=("notes read", "share read", "coaching read", "read notes"),
        small_print="The newest notes may still be read.",
    ),
    Metric(
        key="appeal_rate",
        abbreviation="Appeals",
        reviewed=False,
        name="Appeal rate",
        description="The share of coaching notes that their agent sees differently.",
        formula="Coaching notes with an appeal / coaching notes sent.",
        counted="coaching notes, by when they were sent; withdrawn ones do not count",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.NEITHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=REVIEW_SEGMENTS,
        counting=share(
            review.sent_at, and_(SENT, review.appealed.is_not(None)), review.appealed.is_(True)
        ),
        noun="notes",
        synonyms=("appeals", "share appealed", "appealed reviews", "disputes"),
        small_print="None at all may mean that nobody dares: read it beside appeals upheld.",
        kept_honest_by=("appeals_upheld_rate",),
    ),
    Metric(
        key="appeals_upheld_rate",
        abbreviation="Upheld",
        reviewed=False,
        name="Appeals upheld",
        description="The share of appeals in which the second reviewer changed points.",
        formula="Appeals upheld wholly or in part / appeals decided.",
        counted="decided appeals, by when their note was sent",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.NEITHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=REVIEW_SEGMENTS,
        counting=share(
            review.sent_at, and_(SENT, review.upheld.is_not(None)), review.upheld.is_(True)
        ),
        noun="appeals",
        synonyms=("upheld", "share upheld", "appeals granted", "upheld appeals"),
    ),
    Metric(
        key="calibration_agreement",
        abbreviation="Calibration",
        reviewed=False,
        name="Calibration agreement",
        description="How often reviewers of the same contact give a criterion the same points.",
        formula="Mean of the share of the other reviewers' answers that a reviewer gives too.",
        counted="reviews for calibration that another one can be compared with, by when made",
        unit=Unit.RATE,
        bounds=SHARE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEAN,
        segments=(Segment.CHANNEL, Segment.TEAM, Segment.SOURCE),
        counting=measured(review.reviewed_at, and_(CALIBRATED, IS_COMPARED), _agreed()),
        noun="reviews",
        synonyms=("calibration", "reviewer agreement", "inter-rater agreement"),
        small_print=(
            "Some of it is chance: the reviewers themselves see Krippendorff's alpha by criterion."
        ),
    ),
)
