"""What is shown of a coaching note and of an appeal; opens sealed text, so only who shows it asks.

Its agent and its author may be shown a note, the second reviewer an appeal's ``Contest``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from storage.facts.tables import contacts, qa_reviews
from storage.operations import appeals, notes
from storage.operations.quality_models import AppealState, CoachingNote, NoteState
from storage.operations.scorecards import card
from storage.quality.drafts import NoteText
from storage.quality.scorecards import Answers, Criterion, Scorecard
from storage.sealing import Sealer

PAST_REVIEWS = 10
FEWEST_PAST = 3
"""With fewer reviews before, a mean of them would say nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The contact that it is about; what the loaded data no longer has is None or empty."""

    source: str
    contact_id: str
    channel: str
    opened_at: datetime | None
    issue_type: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as its agent sees it, and what became of it so far."""

    id: str
    reviewer: str
    subject: Subject
    texts: NoteText
    is_correction: bool
    read_at: datetime | None
    appeal_until: datetime | None
    appeal_state: AppealState | None


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a note, beside the mean of the same agent's reviews before it.

    ``first`` is the one before an appeal, where there was one that changed it.
    """

    card: Scorecard
    answers: Answers
    value: float
    auto_failed: bool
    first: float | None
    past_mean: float | None
    past_reviews: int


@dataclass(frozen=True, slots=True)
class Contest:
    """What a second reviewer decides from."""

    id: str
    subject: Subject
    criteria: tuple[Criterion, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion that was seen differently: the points given first, proposed and decided."""

    criterion: Criterion
    first: float | None
    proposed: float | None
    decided: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an appeal was decided; both scores are told."""

    agent_user_id: str
    subject: Subject
    state: AppealState
    items: tuple[Item, ...]
    comment: str
    before: float
    after: float


def noted(session: Session, facts: Connection, note_id: str, sealer: Sealer) -> Noted:
    """A note, opened.

    Raises:
        UserError: it was withdrawn, or its text was forgotten.
    """
    kept = notes.note(session, note_id)
    if kept.state is NoteState.WITHDRAWN:
        raise notes.withdrawn()
    appeal, themes = appeals.of_note(session, note_id), notes.themes_of(kept)
    return Noted(
        id=kept.id,
        reviewer=kept.reviewer,
        subject=subject_of(facts, kept),
        texts=with_focus(notes.text_of(kept, sealer), card(session, kept.scorecard_id), themes),
        is_correction=_is_correction(session, kept),
        read_at=kept.read_at,
        appeal_until=kept.appeal_until,
        appeal_state=appeal.state if appeal else None,
    )


def with_focus(texts: NoteText, of: Scorecard, themes: Sequence[str]) -> NoteText:
    """Where a criterion was chosen to work on and nothing said of it, its title stands for that."""
    found = next((each for key in themes if (each := of.criterion(key))), None)
    if texts.focus.strip() or found is None:
        return texts
    return replace(texts, focus=f"{found.title}.")


def _is_correction(session: Session, kept: CoachingNote) -> bool:
    """Whether its agent got the note before; one that reached nobody is new to them."""
    return bool(kept.corrects and notes.note(session, kept.corrects).sent_at)


def scored(session: Session, facts: Connection, kept: CoachingNote) -> Scored:
    """The score that holds now."""
    appeal = appeals.of_note(session, kept.id)
    final = appeals.final_score(session, kept, appeal)
    value = kept.score if kept.final_score is None else kept.final_score
    mean, reviews = _past(facts, kept)
    return Scored(
        card=card(session, kept.scorecard_id),
        answers=appeals.final_answers(kept, appeal),
        value=value,
        auto_failed=final.auto_failed,
        first=kept.score if value != kept.score else None,
        past_mean=mean if reviews >= FEWEST_PAST else None,
        past_reviews=reviews,
    )


def contest(session: Session, facts: Connection, appeal_id: str, sealer: Sealer) -> Contest:
    """Neither the note, nor the points that were given or proposed."""
    appeal = appeals.appeal(session, appeal_id)
    kept = notes.note(session, appeal.note_id)
    chosen = _criteria(card(session, kept.scorecard_id), appeal.proposed)
    return Contest(
        appeal.id, subject_of(facts, kept), chosen, _opened(appeal.sealed_reason, sealer)
    )


def outcome(session: Session, facts: Connection, appeal_id: str, sealer: Sealer) -> Outcome:
    """For the agent, and without the comment for the author."""
    appeal = appeals.appeal(session, appeal_id)
    kept = notes.note(session, appeal.note_id)
    first, decided = notes.answers_of(kept), appeal.decided or {}
    items = tuple(
        Item(each, first.get(each.key), appeal.proposed[each.key], decided.get(each.key))
        for each in _criteria(card(session, kept.scorecard_id), appeal.proposed)
    )
    return Outcome(
        agent_user_id=kept.agent_user_id,
        subject=subject_of(facts, kept),
        state=appeal.state,
        items=items,
        comment=_opened(appeal.sealed_outcome, sealer),
        before=kept.score,
        after=kept.score if kept.final_score is None else kept.final_score,
    )


def subject_of(facts: Connection, kept: CoachingNote) -> Subject:
    row = facts.execute(
        select(contacts.c.opened_at, contacts.c.issue_type).where(
            contacts.c.source == kept.source, contacts.c.contact_id == kept.contact_id
        )
    ).first()
    return Subject(
        source=kept.source,
        contact_id=kept.contact_id,
        channel=kept.channel,
        opened_at=row.opened_at.replace(tzinfo=UTC) if row else None,
        issue_type=(row.issue_type or "") if row else "",
    )


def _past(facts: Connection, kept: CoachingNote) -> tuple[float | None, int]:
    """The mean of the agent's newest reviews before, from every tool; and how many there are."""
    review = qa_reviews.c
    newest = (
        select(review.score)
        .where(
            review.agent_id == kept.agent_id,
            review.score.is_not(None),
            func.coalesce(review.purpose, "live") == "live",
            review.reviewed_at < kept.reviewed_at.astimezone(UTC).replace(tzinfo=None),
            review.review_id != (kept.corrects or kept.id),
        )
        .order_by(review.reviewed_at.desc())
        .limit(PAST_REVIEWS)
        .subquery()
    )
    row = facts.execute(select(func.avg(newest.c.score), func.count(newest.c.score))).one()
    return row[0], int(row[1])


def _criteria(of: Scorecard, proposed: Answers) -> tuple[Criterion, ...]:
    return tuple(each for each in of.criteria if each.key in proposed)


def _opened(sealed: bytes | None, sealer: Sealer) -> str:
    return sealer.open(sealed) if sealed else ""
