"""What agents, authors and second reviewers do with coaching notes, each under their own rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.blocks.coaching import appeal, author, note, talk
from bot.blocks.message import Json, Message
from bot.blocks.targets import Reader
from bot.stores import Stores
from storage.errors import NotAllowedError, UserError
from storage.narrowing import folded
from storage.operations import appeals, notes, outbox
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.note_parcels import ANSWER, PROPOSAL, WRITING, place_of, to_agent, to_author
from storage.operations.quality_models import Appeal, CoachingNote
from storage.operations.scorecards import card
from storage.periods import Clock
from storage.quality.copying import copy_at_once
from storage.quality.meeting import half_hours
from storage.quality.noted import contest, noted, scored
from storage.roles import Member

Done = TypeVar("Done")


class Notes:
    """Every method asks whether this member is the note's agent, its author, or who decides."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    def read(self, member: Member, note_id: str) -> None:
        self._write(member, lambda session, by: notes.mark_read(session, note_id, by))

    def shown(self, member: Member, note_id: str) -> Message:
        """The note as its agent sees it now."""
        with self._open() as (session, facts):
            notes.agents_note(session, note_id, member.slack_user_id)
            found = noted(session, facts, note_id, self._stores.sealer)
        return note.note_message(found, self._reader)

    def place(self, note_id: str) -> tuple[str, str] | None:
        """The conversation and the timestamp of a note in Slack."""
        with reading(self._stores.operations) as session:
            return place_of(session, note_id)

    def score(self, member: Member, note_id: str) -> Json:
        """The dialog with the score; who opens it has read the note."""
        self.read(member, note_id)
        with self._open() as (session, facts):
            kept = notes.agents_note(session, note_id, member.slack_user_id)
            return note.score_view(scored(session, facts, kept))

    def offer_talk(self, member: Member, note_id: str) -> Message:
        """Times that suit the team's calendar."""
        kept = self._write(member, lambda session, by: notes.ask_to_talk(session, note_id, by))
        settings = self._stores.settings
        named = settings.calendar_name(kept.team)
        calendar = settings.calendars[named] if named else None
        starts = half_hours(self._clock(), settings.timezone, calendar)
        return talk.offer_message(note_id, kept.reviewer, starts, self._reader)

    def propose(self, member: Member, note_id: str, start: datetime | None) -> Message:
        """Asks the author for that time; None asks for a talk in writing."""

        def ask(session: Session, by: By) -> CoachingNote:
            kept = notes.ask_to_talk(session, note_id, by)
            parcel = (
                to_author(kept, PROPOSAL, start.isoformat(), start=start.isoformat())
                if start
                else to_author(kept, WRITING)
            )
            outbox.enqueue(session, [parcel], by.at)
            return kept

        kept = self._write(member, ask)
        when = talk.time_name(start, self._reader) if start else ""
        return talk.asked_message(kept.reviewer, when)

    def answer(self, member: Member, note_id: str, start: datetime, *, fits: bool) -> Message:
        """The author's answer to a time, told to the agent in the note's thread; the first holds.

        Raises:
            UserError: it was answered before.
        """

        def tell(session: Session, by: By) -> CoachingNote:
            kept = notes.authors_note(session, note_id, by.who)
            if not kept.agent_user_id:
                raise UserError(notes.FORGOTTEN)
            instant = start.isoformat()
            parcel = to_agent(session, kept, ANSWER, instant, start=instant, fits=fits)
            if not outbox.enqueue(session, [parcel], by.at):
                raise UserError("You have answered this already.", "Write to the agent directly.")
            return kept

        kept = self._write(member, tell)
        when = talk.time_name(start, self._reader)
        return talk.answered_message(kept.agent_user_id, when, fits=fits)

    def withdraw(self, member: Member, note_id: str) -> Message:
        kept = self._write(member, lambda session, by: notes.withdraw(session, note_id, by))
        return author.withdrawn_answer(kept.agent_user_id)

    def appeal_form(self, member: Member, note_id: str) -> Json:
        """The first form of an appeal."""

        def begin(session: Session, by: By) -> Json:
            kept = appeals.check_appealable(session, note_id, by)
            notes.mark_read(session, note_id, by)
            return appeal.items_form(kept, card(session, kept.scorecard_id), self._reader)

        return self._write(member, begin)

    def appeal_items(self, member: Member, note_id: str, keys: list[str]) -> Json:
        """The second form, for the criteria that were chosen."""
        with reading(self._stores.operations) as session:
            kept = appeals.check_appealable(session, note_id, self._by(member))
            criteria = card(session, kept.scorecard_id).criteria
        return appeal.appeal_form(kept, tuple(each for each in criteria if each.key in keys))

    def make_appeal(self, member: Member, submitted: Json) -> Json:
        """Keeps it; what takes the form's place."""
        note_id, proposed, reason = appeal.proposed_in(submitted)
        sealer = self._stores.sealer
        self._write(
            member,
            lambda session, by: appeals.make_appeal(session, note_id, proposed, reason, by, sealer),
        )
        return appeal.made_view()

    def decision_form(self, member: Member, appeal_id: str) -> Json:
        """The second reviewer's form."""
        with self._open() as (session, facts):
            found = appeals.appeal_to_decide(session, appeal_id, member.slack_user_id)
            self._check_reviewer(session, member, found)
            return appeal.decision_form(
                contest(session, facts, appeal_id, self._stores.sealer), self._reader
            )

    def decide(self, member: Member, submitted: Json) -> Json:
        """Keeps the decision; what takes the form's place."""
        appeal_id, decided, comment = appeal.decided_in(submitted)

        def keep(session: Session, by: By) -> Appeal:
            self._check_reviewer(session, member, appeals.appeal(session, appeal_id))
            sealer = self._stores.sealer
            return appeals.decide(session, appeal_id, decided, comment, by, sealer)

        self._write(member, keep)
        return appeal.decided_view()

    @staticmethod
    def _check_reviewer(session: Session, member: Member, found: Appeal) -> None:
        """Whoever reviews for that team no more decides nothing there."""
        team = notes.note(session, found.note_id).team
        if team.casefold() not in folded(member.named_teams):
            raise NotAllowedError("Appeals are decided by the reviewers and leads of the team.")

    def _write(self, member: Member, change: Callable[[Session, By], Done]) -> Done:
        """Changes it in one transaction, and copies what the figures need at once."""
        with writing(self._stores.operations) as session:
            done = change(session, self._by(member))
            session.flush()
            session.expunge_all()
        copy_at_once(self._stores.facts, self._stores.operations, self._clock())
        return done

    @contextmanager
    def _open(self) -> Iterator[tuple[Session, Connection]]:
        stores = self._stores
        with reading(stores.operations) as session, stores.facts.connect() as facts:
            yield session, facts

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())

    @property
    def _reader(self) -> Reader:
        return Reader(self._clock(), self._stores.settings.timezone)
