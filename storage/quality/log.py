"""The log of an agent's coaching: dates, themes and states of notes. No text is opened for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.coaching_access import may_see_in_log
from storage.operations.appeals import of_note
from storage.operations.notes import themes_of
from storage.operations.quality_models import AppealState, CoachingNote, NoteState
from storage.operations.scorecards import card
from storage.roles import Member


@dataclass(frozen=True, slots=True)
class Logged:
    """A note in the log; ``themes`` are titles of criteria."""

    at: datetime
    themes: tuple[str, ...]
    state: NoteState
    is_corrected: bool
    is_correction: bool
    appeal: AppealState | None
    asked_to_talk: bool
    followed_up_at: datetime | None


def log_of(
    session: Session, member: Member, user_id: str, agent_ids: Collection[str]
) -> list[Logged]:
    """The notes to an agent that this member may know of, the newest first."""
    of_agent = or_(
        CoachingNote.agent_id.in_(sorted(agent_ids)),
        (CoachingNote.agent_user_id == user_id) & (CoachingNote.agent_user_id != ""),
    )
    rows = session.scalars(
        select(CoachingNote).where(of_agent).order_by(CoachingNote.reviewed_at.desc())
    ).all()
    corrected = {
        row.corrects for row in rows if row.corrects and row.state is not NoteState.WITHDRAWN
    }
    return [
        _logged(session, row, is_corrected=row.id in corrected)
        for row in rows
        if may_see_in_log(member, row.team, row.reviewer)
    ]


def _logged(session: Session, kept: CoachingNote, *, is_corrected: bool) -> Logged:
    appeal = of_note(session, kept.id)
    return Logged(
        at=kept.sent_at or kept.reviewed_at,
        themes=tuple(_titles(session, kept)),
        state=kept.state,
        is_corrected=is_corrected,
        is_correction=kept.corrects is not None,
        appeal=appeal.state if appeal else None,
        asked_to_talk=kept.talk_asked_at is not None,
        followed_up_at=kept.followed_up_at,
    )


def _titles(session: Session, kept: CoachingNote) -> Iterator[str]:
    of = card(session, kept.scorecard_id)
    for key in themes_of(kept):
        found = of.criterion(key)
        yield found.title if found else key
