"""Answers to surveys: written in groups, and the thanks for them sent aside."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.blocks.surveys import Asked, Clicked, Given, asked_in
from storage.operations import opt_outs, survey_answers
from storage.operations.engine import reading
from storage.operations.group_commit import GroupCommit
from storage.operations.invitations import find, person_of
from storage.operations.survey_answers import Refusal, RefusedAnswerError
from storage.periods import Clock
from storage.surveys.texts import ByLanguage, Texts, texts_of

THANKING_THREADS = 20
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
        self._writes = GroupCommit(operations)
        self._changed_texts = changed_texts
        self._clock = clock
        self._aside = ThreadPoolExecutor(THANKING_THREADS, thread_name_prefix="thanks")

    def texts(self, language: str) -> Texts:
        return texts_of(language, self._changed_texts)

    def aside(self, work: Callable[[], None]) -> None:
        """Does it in a thread of its own, so that no click waits for what is shown to others."""
        self._aside.submit(work)

    def answer(self, clicked: Clicked, person: Respondent, clicked_at: str) -> Given:
        """Counts a click."""

        def work(session: Session) -> Given:
            self._check_kind(session, clicked)
            score = -1 if clicked.score is None else clicked.score
            answer = survey_answers.record_answer(
                session, clicked.invitation_id, score, person.key, clicked_at, self._clock()
            )
            return Given(answer, _is_stopped(session, person))

        return self._written(work)

    def comment(self, invitation_id: str, person: Respondent, comment: str) -> Given:
        def work(session: Session) -> Given:
            answer = survey_answers.add_comment(
                session, invitation_id, person.key, comment, self._clock()
            )
            return Given(answer, _is_stopped(session, person))

        return self._written(work)

    def call(self, clicked: Clicked, person: Respondent) -> Given:
        """Somebody may call about the answer."""

        def work(session: Session) -> Given:
            answer = survey_answers.may_call(
                session, clicked.invitation_id, person.key, self._clock()
            )
            return Given(answer, _is_stopped(session, person))

        return self._written(work)

    def stop(self, person: Respondent) -> None:
        self._written(lambda session: opt_outs.opt_out(session, person.key, self._clock()))

    def resume(self, person: Respondent) -> None:
        self._written(lambda session: opt_outs.opt_in(session, person.key))

    def given(self, clicked: Clicked, person: Respondent) -> Given:
        """The answer as it stands."""
        with reading(self._operations) as session:
            answer = survey_answers.standing(
                session, clicked.invitation_id, person.key, self._clock()
            )
            return Given(answer, _is_stopped(session, person))

    def asked(self, clicked: Clicked) -> tuple[Asked, str]:
        """What was asked, for the person alone, and the language; nothing of what was answered."""
        with reading(self._operations) as session:
            invitation = find(session, clicked.invitation_id)
            if invitation is None:
                raise RefusedAnswerError(Refusal.UNKNOWN)
            return asked_in(invitation, is_private=True), invitation.language

    def _written(self, work: Callable[[Session], Result]) -> Result:
        """A refusal is a result here, as those who are written for together go on."""

        def carry_out(session: Session) -> Result | RefusedAnswerError:
            try:
                return work(session)
            except RefusedAnswerError as refused:
                return refused

        done = self._writes.write(carry_out)
        if isinstance(done, RefusedAnswerError):
            raise done
        return done

    def _check_kind(self, session: Session, clicked: Clicked) -> None:
        invitation = find(session, clicked.invitation_id)
        if invitation is not None and invitation.kind != clicked.kind.key:
            raise RefusedAnswerError(Refusal.UNFIT, invitation.language)


def _is_stopped(session: Session, person: Respondent) -> bool:
    return bool(opt_outs.opted_out(session, [person.key]))
