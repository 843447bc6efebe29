"""Coaching notes: sent once through the outbox, and what their agent and their author do then.

Whoever calls passes who does it: a note is its agent's and its author's, and nobody else's.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.errors import NotAllowedError, UserError
from storage.operations import outbox
from storage.operations.audit import By, record
from storage.operations.note_parcels import (
    ABOUT,
    ARRIVED,
    NOTE,
    OUTCOME,
    READ,
    UNREACHABLE,
    about,
    note_parcel,
    to_author,
)
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.quality_models import (
    Appeal,
    AppealState,
    CoachingNote,
    NoteState,
    ReviewDraft,
)
from storage.operations.scorecards import card
from storage.quality.drafts import Draft, NoteText
from storage.quality.reaching import Addressee
from storage.quality.scorecards import Answers, Score, score_of
from storage.sealing import Sealer

HOW_TO_CORRECT = "To correct it, review the same contact again with /coach."
FORGOTTEN = "What was written here was deleted, as the agent's data was."
WITHDRAWABLE = frozenset({NoteState.SENDING, NoteState.SENT, NoteState.UNREACHABLE})


def send_note(session: Session, draft: Draft, to: Addressee, by: By, sealer: Sealer) -> str:
    """Keeps the review, takes the draft away and puts the note into the outbox; returns its id.

    The id is the draft's, so that a draft is sent once however often this is called. Where nobody
    is reached, the review is kept, nothing is sent, and the note's state says so.

    Raises:
        NoKeyError: there is no key to seal it with; nothing is kept.
        UserError: nothing that applies was answered, or what it corrects can't be corrected.
    """
    if session.get(CoachingNote, draft.id):
        return draft.id
    score = score_of(card(session, draft.scorecard_id), draft.answers)
    if draft.corrects:
        _check_corrigible(session, draft, by)
    sent = _row(draft, to, score, by.at)
    sent.sealed = seal_text(draft.texts, sealer)
    session.add(sent)
    session.execute(delete(ReviewDraft).where(ReviewDraft.id == draft.id))
    session.flush()
    parcel = note_parcel(sent) if to.user_id else to_author(sent, UNREACHABLE, reason=to.reason)
    outbox.enqueue(session, [parcel], by.at)
    record(session, by, "coaching note sent", about(sent.id), "")
    return sent.id


def note(session: Session, note_id: str) -> CoachingNote:
    """A note by its id; an old button may carry one that is gone."""
    found = session.get(CoachingNote, note_id)
    if found is None:
        raise UserError("This note is not there any more.")
    return found


def text_of(kept: CoachingNote, sealer: Sealer) -> NoteText:
    """What was written, for its agent and its author alone.

    Raises:
        NoKeyError: no key opens it.
        UserError: it was forgotten.
    """
    if kept.sealed is None:
        raise UserError(FORGOTTEN)
    given = json.loads(sealer.open(kept.sealed))
    return NoteText(**given | {"links": tuple(given["links"])})


def seal_text(texts: NoteText, sealer: Sealer) -> bytes:
    return sealer.seal(json.dumps(asdict(texts)))


def answers_of(kept: CoachingNote) -> Answers:
    """Points by criterion, as the author gave them."""
    return dict(kept.answers)


def themes_of(kept: CoachingNote) -> tuple[str, ...]:
    """The keys of the criteria that the note is about."""
    return tuple(kept.themes["criteria"])


def agents_note(session: Session, note_id: str, who: str) -> CoachingNote:
    """The note, for its agent alone."""
    found = note(session, note_id)
    if not who or found.agent_user_id != who:
        raise NotAllowedError("A coaching note is for its agent alone.")
    if found.state is NoteState.WITHDRAWN:
        raise withdrawn()
    return found


def withdrawn() -> UserError:
    return UserError("This note was withdrawn by its author. There is nothing left to do.")


def authors_note(session: Session, note_id: str, who: str) -> CoachingNote:
    """The note, for its author alone."""
    found = note(session, note_id)
    if found.reviewer != who:
        raise NotAllowedError("Only who wrote this note may do that.")
    return found


def mark_sent(session: Session, note_id: str, at: datetime, appeal_for: timedelta) -> None:
    """Slack has it; from now on the agent has so long to see it differently."""
    found = note(session, note_id)
    if found.state in {NoteState.SENDING, NoteState.UNREACHABLE}:
        found.state = NoteState.SENT
    if found.sent_at is None:
        found.sent_at, found.appeal_until, found.copied_at = at, at + appeal_for, None
        if found.state is NoteState.SENT:
            outbox.enqueue(session, [to_author(found, ARRIVED)], at)


def mark_unreachable(session: Session, note_id: str, reason: str, at: datetime) -> None:
    """Nobody got it, and its author is told; nothing where it was withdrawn meanwhile."""
    found = note(session, note_id)
    if found.state is NoteState.SENDING:
        found.state = NoteState.UNREACHABLE
        outbox.enqueue(session, [to_author(found, UNREACHABLE, reason=reason)], at)


def mark_read(session: Session, note_id: str, by: By) -> CoachingNote:
    """What its agent did with the note shows that it was read; once is enough."""
    found = agents_note(session, note_id, by.who)
    if found.read_at is None:
        found.read_at, found.copied_at = by.at, None
        found.state = NoteState.READ
        outbox.enqueue(session, [to_author(found, READ)], by.at)
    return found


def withdraw(session: Session, note_id: str, by: By) -> CoachingNote:
    """Takes a note back that was not read yet, and its text; the review counts no longer.

    Raises:
        NotAllowedError: somebody else wrote it.
        UserError: it was read.
    """
    found = authors_note(session, note_id, by.who)
    if found.state is NoteState.WITHDRAWN:
        return found
    if found.state not in WITHDRAWABLE:
        raise UserError(
            "The agent has read this note, so it can't be withdrawn any more.",
            HOW_TO_CORRECT,
        )
    found.state, found.withdrawn_at, found.copied_at = NoteState.WITHDRAWN, by.at, None
    found.sealed = None
    if found.corrects:
        note(session, found.corrects).copied_at = None
    # What took its place takes the place of the one before it now.
    session.execute(
        update(CoachingNote)
        .where(CoachingNote.corrects == note_id)
        .values(corrects=found.corrects, copied_at=None)
    )
    outbox.stop(session, about(note_id), by.at)
    record(session, by, "coaching note withdrawn", about(note_id), "")
    return found


@dataclass(frozen=True, slots=True)
class InSlack:
    """A message whose text still stands in Slack, though it was withdrawn or forgotten."""

    delivery_id: str
    reviewer: str
    is_withdrawn: bool
    channel_id: str
    ts: str


def still_in_slack(session: Session) -> list[InSlack]:
    """What is to be taken out of Slack: notes, and outcomes of appeals against them."""
    rows = session.execute(
        select(
            Delivery.id, CoachingNote.reviewer, CoachingNote.state, Delivery.channel_id, Delivery.ts
        )
        .join(CoachingNote, Delivery.about == ABOUT + CoachingNote.id)
        .where(
            CoachingNote.sealed.is_(None),
            Delivery.kind.in_((NOTE, OUTCOME)),
            Delivery.state == DeliveryState.SENT,
        )
    )
    return [
        InSlack(found, reviewer, state is NoteState.WITHDRAWN, channel_id, ts)
        for found, reviewer, state, channel_id, ts in rows
        if channel_id and ts
    ]


def mark_taken_back(session: Session, found: InSlack) -> None:
    """The message says no longer what it said, so it counts as one that was stopped."""
    row = session.get_one(Delivery, found.delivery_id)
    outbox.settle(row, DeliveryState.STOPPED, outbox.STOPPED)
    row.sent_at = None


def ask_to_talk(session: Session, note_id: str, by: By) -> CoachingNote:
    """Its agent would like to talk; that shows that it was read."""
    found = mark_read(session, note_id, by)
    if found.talk_asked_at is None:
        found.talk_asked_at = by.at
    return found


def _check_corrigible(session: Session, draft: Draft, by: By) -> None:
    before = authors_note(session, draft.corrects, by.who)
    contact = draft.contact
    same = (before.source, before.contact_id) == (contact.source, contact.contact_id)
    if not same or before.state is NoteState.WITHDRAWN:
        raise UserError("A note is corrected by one about the same contact.", "Review it anew.")
    contested = select(Appeal.id).where(
        Appeal.note_id == before.id, Appeal.state == AppealState.OPEN
    )
    if session.scalar(contested):
        raise UserError(
            "Another reviewer is deciding what the agent sees differently in your first note.",
            "Send this one when that is decided; it is kept until then.",
        )
    before.copied_at = None


def _row(draft: Draft, to: Addressee, score: Score, at: datetime) -> CoachingNote:
    if score.value is None:
        raise UserError(
            "Nothing on the scorecard applies, so there is no score.",
            "Answer at least one criterion.",
        )
    contact = draft.contact
    return CoachingNote(
        id=draft.id,
        reviewer=draft.reviewer,
        agent_source=contact.source,
        agent_id=contact.agent_id,
        agent_user_id=to.user_id,
        team=contact.team,
        source=contact.source,
        contact_id=contact.contact_id,
        channel=contact.channel,
        scorecard_id=draft.scorecard_id,
        answers=dict(draft.answers),
        score=score.value,
        auto_failed=score.auto_failed,
        themes={"criteria": list(draft.themes)},
        state=NoteState.SENDING if to.user_id else NoteState.UNREACHABLE,
        corrects=draft.corrects or None,
        reviewed_at=at,
    )
