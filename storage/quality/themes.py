"""Which criteria are weak over a team: where training would help, as counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, select
from sqlalchemy.orm import Session

from storage.facts.tables import qa_answers, qa_reviews
from storage.metrics.sample import SMALLEST_GROUP
from storage.metrics.segments import naive
from storage.operations.notes import themes_of as focus_of
from storage.operations.quality_models import CoachingNote, NoteState
from storage.operations.scorecards import card, cards_in_force
from storage.periods import Period

FEWEST_REVIEWS = 5
WEAK_BELOW = 0.5
"""A criterion is weak in a review that gave it no more than this share of its points."""

review, answer = qa_reviews.c, qa_answers.c
OF_THE_REVIEW = and_(answer.source == review.source, answer.review_id == review.review_id)
APPLIES = and_(
    func.coalesce(answer.not_applicable, False).is_(False),
    answer.points.is_not(None),
    answer.out_of > 0,
)


@dataclass(frozen=True, slots=True)
class Theme:
    """A criterion: in how many of its reviews it was weak, and the focus of how many notes."""

    title: str
    weak: int
    reviews: int
    focus: int


@dataclass(frozen=True, slots=True)
class Themes:
    """``found`` are those weak at least once, the weakest first; None where nothing is told.

    That is so where there were too few reviews, or too few agents for this reader.
    """

    reviews: int
    found: tuple[Theme, ...] | None
    is_withheld: bool = False


def themes_over(
    session: Session, facts: Connection, team: str, period: Period, *, withhold_small_groups: bool
) -> Themes:
    """Of the live reviews of a team in a period."""
    live = and_(
        func.lower(review.team) == team.casefold(),
        review.reviewed_at >= naive(period.start),
        review.reviewed_at < naive(period.end),
        func.coalesce(review.purpose, "live") == "live",
    )
    counted = select(func.count(), func.count(func.distinct(review.agent_id))).where(live)
    reviews, agents = facts.execute(counted).one()
    if reviews < FEWEST_REVIEWS:
        return Themes(reviews, None)
    if withhold_small_groups and agents < SMALLEST_GROUP:
        return Themes(reviews, None, is_withheld=True)
    titles, focus = _titles(session), _focus(session, team, period)
    is_weak = answer.points <= WEAK_BELOW * answer.out_of
    rows = facts.execute(
        select(
            review.scorecard,
            answer.criterion,
            func.sum(case((is_weak, 1), else_=0)).label("weak"),
            func.count().label("reviews"),
        )
        .select_from(qa_reviews.join(qa_answers, OF_THE_REVIEW))
        .where(live, APPLIES)
        .group_by(review.scorecard, answer.criterion)
        .having(func.count() >= FEWEST_REVIEWS)
    )
    found = [
        Theme(titles.get(key, key[1]), int(row.weak), row.reviews, focus[key])
        for row in rows
        if row.weak and (key := (row.scorecard or "", row.criterion))
    ]
    weakest_first = sorted(found, key=lambda each: (-each.weak / each.reviews, each.title))
    return Themes(reviews, tuple(weakest_first))


def _titles(session: Session) -> dict[tuple[str, str], str]:
    """By scorecard and criterion; several cards may name a criterion alike."""
    cards = cards_in_force(session)
    return {(of.key, each.key): each.title for of in cards for each in of.criteria}


def _focus(session: Session, team: str, period: Period) -> Counter[tuple[str, str]]:
    """How many notes were about each criterion."""
    notes = session.scalars(
        select(CoachingNote).where(
            func.lower(CoachingNote.team) == team.casefold(),
            CoachingNote.reviewed_at >= period.start,
            CoachingNote.reviewed_at < period.end,
            CoachingNote.state != NoteState.WITHDRAWN,
        )
    ).all()
    keys = {each: card(session, each).key for each in {note.scorecard_id for note in notes}}
    return Counter((keys[each.scorecard_id], key) for each in notes for key in focus_of(each))
