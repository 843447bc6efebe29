"""What owners and leads do with low answers, each under their own rights."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.blocks.follow_ups import follow_up_message, take_form
from bot.blocks.message import Json, Message
from bot.blocks.targets import Reader
from bot.stores import Stores
from storage.errors import UserError
from storage.operations import follow_ups
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.follow_ups import Outcome
from storage.periods import Clock, local_day
from storage.roles import Member
from storage.surveys.followed import followed
from storage.surveys.loop_copying import copy_follow_ups


class FollowUps:
    """Every method asks whether this member may read the follow-up."""

    def __init__(self, stores: Stores, clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    def form(self, member: Member, invitation_id: str) -> Json:
        """The form that asks until when."""
        with reading(self._stores.operations) as session:
            follow_ups.follow_up(session, invitation_id, member)
        return take_form(invitation_id, self._today)

    def take(self, member: Member, invitation_id: str, due_on: date) -> None:
        """Notes who looks after it.

        Raises:
            UserError: the day is over, it is closed, or a colleague has taken it.
        """
        if due_on < self._today:
            raise UserError("That day is over.", "Choose today or a later one.")
        with writing(self._stores.operations) as session:
            follow_ups.take(session, invitation_id, member, due_on, self._by(member))

    def close(self, member: Member, invitation_id: str, outcome: Outcome) -> None:
        with writing(self._stores.operations) as session:
            follow_ups.close(session, invitation_id, member, outcome, self._by(member))
        copy_follow_ups(self._stores.facts, self._stores.operations, self._clock())

    def shown(self, member: Member, invitation_id: str) -> Message:
        """The note as it stands now."""
        with reading(self._stores.operations) as session:
            self._check(session, invitation_id, member)
            with self._stores.facts.connect() as facts:
                found = followed(session, facts, invitation_id)
        reader = Reader(self._clock(), self._stores.settings.timezone)
        return follow_up_message(found, member.slack_user_id, reader)

    def places(self, invitation_id: str) -> list[tuple[str, str, str]]:
        """Where the notes about it stand: who reads it there, the conversation, the timestamp."""
        with reading(self._stores.operations) as session:
            return follow_ups.places_of(session, invitation_id)

    @staticmethod
    def _check(session: Session, invitation_id: str, member: Member) -> None:
        follow_ups.follow_up(session, invitation_id, member)

    def _by(self, member: Member) -> By:
        return By(member.slack_user_id, self._clock())

    @property
    def _today(self) -> date:
        return local_day(self._clock(), self._stores.settings.timezone)
