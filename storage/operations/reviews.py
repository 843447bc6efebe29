"""Reviews that are being filled in: sealed drafts, of which one window loses nothing of another."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.operations.audit import By
from storage.operations.quality_models import CoachingNote, NoteState, ReviewDraft
from storage.quality.drafts import LIVE, Draft, NoteText, ReviewedContact
from storage.quality.scorecards import Answers, Scorecard
from storage.sealing import Sealer


class DraftGoneError(UserError):
    """The draft was sent or thrown away, or is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            "This review was sent or thrown away already.", "Type /coach drafts for what is open."
        )


def open_draft(
    session: Session,
    sealer: Sealer,
    contact: ReviewedContact,
    card: Scorecard,
    by: By,
    purpose: str = LIVE,
) -> Draft:
    """The reviewer's draft for a contact: the one there is, as far as it came, or a new one.

    Raises:
        NoKeyError: there is no key to seal it with.
    """
    mine = _of(by.who).where(
        ReviewDraft.source == contact.source,
        ReviewDraft.contact_id == contact.contact_id,
        ReviewDraft.purpose == purpose,
    )
    if row := session.scalar(mine):
        return _opened(row, sealer)
    draft = Draft(str(uuid4()), by.who, contact, card.id, by.at, purpose=purpose)
    session.add(
        ReviewDraft(
            id=draft.id,
            reviewer=by.who,
            source=contact.source,
            contact_id=contact.contact_id,
            purpose=purpose,
            scorecard_id=card.id,
            sealed=sealer.seal(_written(draft)),
            changed_at=by.at,
        )
    )
    return draft


def read_draft(session: Session, sealer: Sealer, draft_id: str, reviewer: str) -> Draft:
    """A draft, for its own reviewer alone.

    Raises:
        DraftGoneError: it is of somebody else, or was sent or thrown away.
    """
    return _opened(_row(session, draft_id, reviewer), sealer)


def change_draft(
    session: Session, sealer: Sealer, draft_id: str, by: By, change: Callable[[Draft], Draft]
) -> Draft:
    """Changes what stands in it now, which another window may have changed meanwhile."""
    row = _row(session, draft_id, by.who)
    before = _opened(row, sealer)
    changed = change(before)
    if changed == before:
        return before
    changed = replace(changed, changed_at=by.at)
    row.sealed, row.changed_at = sealer.seal(_written(changed)), by.at
    row.scorecard_id = changed.scorecard_id
    return changed


def drop_draft(session: Session, draft_id: str, reviewer: str) -> None:
    """Throws it away; nothing where it is gone already."""
    if row := session.scalar(_of(reviewer).where(ReviewDraft.id == draft_id)):
        session.delete(row)


def drafts_of(session: Session, sealer: Sealer, reviewer: str) -> list[Draft]:
    """A reviewer's own drafts, the one that was changed last first."""
    rows = _of(reviewer).where(ReviewDraft.purpose == LIVE)
    newest_first = rows.order_by(ReviewDraft.changed_at.desc(), ReviewDraft.id)
    return [_opened(row, sealer) for row in session.scalars(newest_first)]


def begun_contacts(session: Session) -> set[tuple[str, str]]:
    """Source and id of the contacts that somebody is reviewing now."""
    rows = select(ReviewDraft.source, ReviewDraft.contact_id).where(ReviewDraft.purpose == LIVE)
    return {(source, contact_id) for source, contact_id in session.execute(rows)}


def reviewed_since(session: Session, since: datetime) -> dict[str, tuple[str, str, str]]:
    """By the id of a note: its agent, and source and id of its contact. Withdrawn ones are none."""
    rows = select(
        CoachingNote.id, CoachingNote.agent_id, CoachingNote.source, CoachingNote.contact_id
    ).where(
        CoachingNote.reviewed_at >= since,
        CoachingNote.state != NoteState.WITHDRAWN,
        CoachingNote.corrects.is_(None),
    )
    return {
        note: (agent, source, contact) for note, agent, source, contact in session.execute(rows)
    }


def last_review_of(
    session: Session, contact: ReviewedContact, reviewer: str
) -> tuple[str, datetime] | None:
    """Id and time of the reviewer's newest note about a contact that was not withdrawn."""
    found = session.execute(
        select(CoachingNote.id, CoachingNote.reviewed_at)
        .where(
            CoachingNote.source == contact.source,
            CoachingNote.contact_id == contact.contact_id,
            CoachingNote.reviewer == reviewer,
            CoachingNote.state != NoteState.WITHDRAWN,
        )
        .order_by(CoachingNote.reviewed_at.desc())
    ).first()
    return (found.id, found.reviewed_at) if found else None


def _of(reviewer: str) -> Select[Any]:
    return select(ReviewDraft).where(ReviewDraft.reviewer == reviewer)


def _row(session: Session, draft_id: str, reviewer: str) -> ReviewDraft:
    row: ReviewDraft | None = session.scalar(_of(reviewer).where(ReviewDraft.id == draft_id))
    if row is None:
        raise DraftGoneError
    return row


def _written(draft: Draft) -> str:
    contact = asdict(draft.contact) | {"opened_at": draft.contact.opened_at.isoformat()}
    return json.dumps(
        {
            "contact": contact,
            "answers": dict(draft.answers),
            "texts": asdict(draft.texts),
            "focus_on": draft.focus_on,
            "touched": dict(draft.touched),
            "filled_in": dict(draft.filled_in),
            "last_click": draft.last_click,
            "page": draft.page,
        }
    )


def _opened(row: ReviewDraft, sealer: Sealer) -> Draft:
    kept: dict[str, Any] = json.loads(sealer.open(row.sealed))
    contact = kept["contact"]
    opened_at = datetime.fromisoformat(contact["opened_at"])
    texts = kept["texts"]
    answers: Answers = kept["answers"]
    return Draft(
        id=row.id,
        reviewer=row.reviewer,
        contact=ReviewedContact(**contact | {"opened_at": opened_at}),
        scorecard_id=row.scorecard_id,
        changed_at=row.changed_at,
        answers=answers,
        texts=NoteText(**texts | {"links": tuple(texts["links"])}),
        focus_on=kept["focus_on"],
        purpose=row.purpose,
        touched=kept["touched"],
        filled_in=kept.get("filled_in", {}),
        last_click=kept.get("last_click", ""),
        page=kept.get("page", 0),
    )
