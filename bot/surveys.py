"""Answers to surveys: written in groups, and the thanks for them sent aside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.blocks.surveys import Asked, Clicked, asked_in
from storage.errors import UnreachableError
from storage.operations import opt_outs
from storage.operations.engine import reading, writing
from storage.operations.group_commit import GroupCommit, NotKeptError
from storage.operations.invitations import find, person_of
from storage.operations.survey_answers import (
    Answer,
    Click,
    Refusal,
    RefusedAnswerError,
    add_comment,
    may_call,
    record_answers,
    standing,
)
from storage.operations.survey_endings import end_messages
from storage.periods import Clock
from storage.surveys.texts import ByLanguage, Texts, texts_of

logger = logging.getLogger(__name__)

THANKING_THREADS = 8
"""Few, as each of them takes time from the clicks that wait to be counted."""
MOST_LANGUAGES = 100
"""Whose texts are kept at hand; a language is whatever word an import gave."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Respondent:
    """Who clicked: a user id means somebody only together with the organisation."""

    user_id: str
    team_id: str

    @property
    def key(self) -> str:
        return person_of(self.user_id, self.team_id)


class Surveys:
    """Takes what people answer; each call returns once it is kept.

    Every method raises ``RefusedAnswerError`` where it does not count, and ``NotKeptError`` where
    the database is out of order.
    """

    def __init__(self, operations: Engine, changed_texts: ByLanguage, clock: Clock) -> None:
        self._operations = operations
        self._answers = GroupCommit[Click, Answer | RefusedAnswerError](
            operations, lambda session, clicks: record_answers(session, clicks, clock())
        )
        self._texts = lru_cache(MOST_LANGUAGES)(lambda language: texts_of(language, changed_texts))
        self._clock = clock
        self._aside = ThreadPoolExecutor(THANKING_THREADS, thread_name_prefix="thanks")

    def texts(self, language: str) -> Texts:
        return self._texts(language)

    def aside(self, work: Callable[[], None]) -> None:
        """Does it in a thread of its own, so that no click waits for what is shown to others."""
        self._aside.submit(work)

    def answer(self, clicked: Clicked, person: Respondent, clicked_at: str) -> Answer:
        """Counts a click."""
        if clicked.score is None:
            raise RefusedAnswerError(Refusal.UNFIT)
        kind = clicked.kind.key
        done = self._answers.write(
            Click(clicked.invitation_id, clicked.score, person.key, clicked_at, kind)
        )
        if isinstance(done, RefusedAnswerError):
            raise done
        return done

    def end_others(self, invitation_id: str, ts: str) -> None:
        """The question stands in several messages: the one that was not clicked says so."""

        def end(session: Session) -> None:
            if invitation := find(session, invitation_id):
                end_messages(session, [invitation], self._clock(), but=ts)

        self._written(end)

    def comment(self, invitation_id: str, person: Respondent, comment: str) -> Answer:
        now = self._clock()
        return self._written(
            lambda session: add_comment(session, invitation_id, person.key, comment, now)
        )

    def call(self, clicked: Clicked, person: Respondent) -> Answer:
        """Somebody may call about the answer."""
        now = self._clock()
        return self._written(
            lambda session: may_call(session, clicked.invitation_id, person.key, now)
        )

    def stop(self, person: Respondent) -> None:
        self._written(lambda session: opt_outs.opt_out(session, person.key, self._clock()))

    def resume(self, person: Respondent) -> None:
        self._written(lambda session: opt_outs.opt_in(session, person.key))

    def given(self, clicked: Clicked, person: Respondent) -> Answer:
        """The answer as it stands."""
        with _kept(), reading(self._operations) as session:
            return standing(session, clicked.invitation_id, person.key, self._clock())

    def asked(self, clicked: Clicked) -> tuple[Asked, str]:
        """What was asked, for the person alone, and the language; nothing of what was answered."""
        with _kept(), reading(self._operations) as session:
            invitation = find(session, clicked.invitation_id)
            if invitation is None:
                raise RefusedAnswerError(Refusal.UNKNOWN)
            return asked_in(invitation, is_private=True), invitation.language

    def _written(self, work: Callable[[Session], Result]) -> Result:
        with _kept(), writing(self._operations) as session:
            return work(session)


@contextmanager
def _kept() -> Iterator[None]:
    """The database's errors without what somebody wrote, which they may hold."""
    try:
        yield
    except (SQLAlchemyError, UnreachableError) as error:
        logger.warning("A survey's answer was not kept: %s", type(error).__name__)
        raise NotKeptError from None
