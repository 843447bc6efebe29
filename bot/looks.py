"""Writes down who looks at figures of agents by name, before they are shown."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from bot.request import words
from storage.metrics.answer import Question
from storage.operations.audit import By
from storage.operations.engine import appending
from storage.operations.looks import ANSWERS, FIGURES, about_others, record_look
from storage.periods import Clock
from storage.roles import Member


class Looks:
    """Committed in a transaction of its own, which keeps no other writer waiting."""

    def __init__(self, operations: Engine, clock: Clock) -> None:
        self._operations = operations
        self._clock = clock

    def note(self, member: Member, question: Question) -> None:
        """Notes that this member is shown the answer, if it names anybody else."""
        if about := about_others(question, member.agent_ids):
            self.add(member.slack_user_id, FIGURES, about, question)

    def note_answers(self, member: Member, question: Question) -> None:
        """The same of answers to surveys one by one, which name their agents."""
        if about := about_others(question, member.agent_ids, row_by_row=True):
            self.add(member.slack_user_id, ANSWERS, about, question)

    def add(self, who: str, what: str, about: str, question: Question) -> None:
        """Without what it is filtered by otherwise: a customer, say, has no place there."""
        shown = words(replace(question, filters=()))
        with appending(self._operations) as session:
            record_look(session, By(who, self._clock()), what, about, shown)
