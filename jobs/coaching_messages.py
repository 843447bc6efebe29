"""Renders what the outbox holds about coaching notes: sealed text is opened here, as it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.blocks.coaching import appeal, author, note, progress, talk
from bot.blocks.message import Json, Message
from bot.blocks.targets import Reader
from jobs.coaching import CoachingDesk
from jobs.courier import Renderers
from storage.errors import UserError
from storage.operations import appeals, notes
from storage.operations.engine import reading
from storage.operations.note_parcels import (
    ANSWER,
    ARRIVED,
    ASKING,
    AUTHORS_FOLLOW_UP,
    AUTHORS_OUTCOME,
    FOLLOW_UP,
    NOTE,
    OUTCOME,
    PROPOSAL,
    READ,
    UNDECIDED,
    UNREACHABLE,
    UNREAD,
    WRITING,
)
from storage.operations.quality_models import CoachingNote
from storage.quality.noted import contest, noted, outcome, subject_of
from storage.quality.progress import REMINDED_AFTER_WORKING_DAYS, Moved, moved


class Told:
    """What a renderer works with: the note, open stores, and when it is read."""

    def __init__(
        self, session: Session, facts: Connection, desk: CoachingDesk, content: Json
    ) -> None:
        self.stores, self.settings = (session, facts), desk.settings
        self.sealer, self.content = desk.sealer, content
        self.reader = Reader(desk.clock(), desk.settings.timezone)
        self.note: CoachingNote = notes.note(session, content["note"])

    @property
    def subject_name(self) -> str:
        return note.subject_name(subject_of(self.stores[1], self.note), self.reader)

    @property
    def moved(self) -> Moved:
        found = moved(*self.stores, self.note, self.reader.now, self.settings)
        if found is None:
            raise UserError("The note is about no criterion that the scorecard still has.")
        return found

    @property
    def when(self) -> str:
        return talk.time_name(datetime.fromisoformat(self.content["start"]), self.reader)


def renderers_of(desk: CoachingDesk) -> Renderers:
    """By the kind of delivery."""
    return {kind: _rendering(desk, render) for kind, render in _RENDERERS.items()}


def _rendering(desk: CoachingDesk, render: Callable[[Told], Message]) -> Callable[[Json], Message]:
    def rendered(content: Json) -> Message:
        with reading(desk.operations) as session, desk.facts.connect() as facts:
            return render(Told(session, facts, desk, content))

    return rendered


def _note(told: Told) -> Message:
    """It says until when it may be seen differently, though that is settled once it is there."""
    found = noted(*told.stores, told.note.id, told.sealer)
    days = timedelta(days=told.settings.appeal_days)
    until = found.appeal_until or told.reader.now + days
    return note.note_message(replace(found, appeal_until=until), told.reader)


def _arrived(told: Told) -> Message:
    if told.note.read_at:
        raise UserError("The note is read already.")
    return author.arrived_message(told.note.id, told.note.agent_user_id, told.subject_name)


def _read(told: Told) -> Message:
    return author.read_message(told.note.agent_user_id, told.subject_name)


def _unreachable(told: Told) -> Message:
    reason = str(told.content.get("reason") or "")
    return author.unreachable_message(told.note.agent_user_id, told.subject_name, reason)


def _proposal(told: Told) -> Message:
    kept, start = told.note, str(told.content["start"])
    when = f"{told.when} ({told.reader.timezone})"
    return talk.proposal_message(kept.id, kept.agent_user_id, told.subject_name, start, when)


def _writing(told: Told) -> Message:
    return talk.writing_message(told.note.agent_user_id, told.subject_name)


def _answer(told: Told) -> Message:
    fits = bool(told.content["fits"])
    return talk.answer_message(told.note.reviewer, told.when, fits=fits)


def _asking(told: Told) -> Message:
    found = contest(*told.stores, told.content["appeal"], told.sealer)
    return appeal.asking_message(found, told.reader)


def _undecided(told: Told) -> Message:
    """Whoever reads it decides it: it may be another's by now."""
    appeal_id = str(told.content["appeal"])
    appeals.appeal_to_decide(told.stores[0], appeal_id, str(told.content["who"]))
    return appeal.undecided_message(appeal_id, told.subject_name, REMINDED_AFTER_WORKING_DAYS)


def _outcome(told: Told) -> Message:
    return appeal.outcome_message(outcome(*told.stores, told.content["appeal"], told.sealer))


def _authors_outcome(told: Told) -> Message:
    found = outcome(*told.stores, told.content["appeal"], told.sealer)
    return appeal.authors_outcome_message(found, told.reader)


def _unread(told: Told) -> Message:
    if told.note.read_at:
        raise UserError("The note is read already.")
    agent, days = told.note.agent_user_id, REMINDED_AFTER_WORKING_DAYS
    return progress.unread_message(agent, told.subject_name, days)


def _follow_up(told: Told) -> Message:
    read_at = told.note.read_at or told.reader.now
    return progress.follow_up_message(told.moved, note.day_in(read_at, told.reader))


def _authors_follow_up(told: Told) -> Message:
    agent, subject = told.note.agent_user_id, told.subject_name
    return progress.authors_follow_up_message(told.moved, agent, subject)


_RENDERERS: dict[str, Callable[[Told], Message]] = {
    NOTE: _note,
    ARRIVED: _arrived,
    READ: _read,
    UNREACHABLE: _unreachable,
    PROPOSAL: _proposal,
    WRITING: _writing,
    ANSWER: _answer,
    ASKING: _asking,
    OUTCOME: _outcome,
    UNDECIDED: _undecided,
    AUTHORS_OUTCOME: _authors_outcome,
    UNREAD: _unread,
    FOLLOW_UP: _follow_up,
    AUTHORS_FOLLOW_UP: _authors_follow_up,
}
