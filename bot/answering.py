"""A member's question, answered under that member's own rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from bot.request import unknown_value
from storage.access import (
    Decision,
    Destination,
    OnlyThem,
    Reduced,
    Refused,
    Shown,
    decide,
    decide_rows,
)
from storage.errors import NotAllowedError, UnknownWordError
from storage.metrics.answer import Answer, Filter, Query, Question
from storage.metrics.behind import Page, Place, read_page
from storage.metrics.definition import Segment
from storage.metrics.known_values import agents_of_teams, canonical_filters
from storage.metrics.provenance import Provenance, explain
from storage.metrics.query import answer
from storage.narrowing import asked_values
from storage.periods import Clock, local_day, resolve
from storage.roles import Member
from storage.settings import Settings

LARGE_PAGE = 1000
Decide = Callable[[Question], Decision]
"""What is decided for a question, by who asks and where."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the question it is one to, and why that is narrower than what was asked."""

    question: Question
    answer: Answer
    narrowed: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of rows, the question that they are behind, and where the page begins.

    ``question`` and ``query`` are narrower than what was asked where ``narrowed`` says why.
    """

    question: Question
    query: Query
    page: Page
    after: Place | None = None
    narrowed: str = ""


class Answering:
    """Answers questions from the facts; what may be seen is decided by ``storage.access``."""

    def __init__(self, facts: Engine, settings: Settings, clock: Clock) -> None:
        self._facts = facts
        self.settings = settings
        self._clock = clock

    @property
    def today(self) -> date:
        return local_day(self._clock(), self.settings.timezone)

    def answer(self, member: Member, question: Question, destination: Destination) -> Answered:
        """The answer for this member there.

        Raises:
            NotAllowedError: this member gets nothing for this question there.
        """
        with self._facts.connect() as connection:
            shown = _shown(connection, member, question, _deciding(member, destination))
            found = self._answered(connection, shown)
        return Answered(shown.question, found, _narrowed(shown))

    def explain(self, member: Member, question: Question) -> Provenance | None:
        """Where this member's own answer comes from; None for who gets no answer."""
        if isinstance(decide(member, question, OnlyThem()), Refused):
            return None
        with self._facts.connect() as connection:
            shown = _shown(connection, member, question, _deciding(member, OnlyThem()))
            return explain(connection, self._answered(connection, shown))

    def rows(self, member: Member, question: Question, after: Place | None) -> Behind:
        """A page of the rows behind a figure, those that this member may see one by one.

        Raises:
            NotAllowedError: this member sees none of them.
        """
        now = self._clock()
        with self._facts.connect() as connection:
            shown = _shown(connection, member, question, lambda asked: decide_rows(member, asked))
            query = _query(shown.question, now, self.settings)
            page = read_page(connection, query, now, self.settings, after=after)
        return Behind(shown.question, query, page, after, _narrowed(shown))

    @staticmethod
    def shows_rows(member: Member, question: Question) -> bool:
        """Whether this member sees any of the rows behind a figure."""
        return not isinstance(decide_rows(member, question), Refused)

    def _answered(self, connection: Connection, shown: Shown) -> Answer:
        return _computed(
            connection,
            shown.question,
            self._clock(),
            self.settings,
            withhold_small_groups=shown.withhold_small_groups,
        )

    def known_teams(self, teams: frozenset[str]) -> frozenset[str]:
        """The teams as the data spells them; one that it does not have raises ``UserError``."""
        if not teams:
            return teams
        asked = (Filter(Segment.TEAM, tuple(sorted(teams))),)
        with self._facts.connect() as connection:
            (found,) = canonical_filters(connection, asked)
        return frozenset(found.values)


def answer_all(facts: Engine, question: Question, now: datetime, settings: Settings) -> Answer:
    """The answer for somebody who may see everything: who has the data folder itself."""
    with facts.connect() as connection:
        named = _named(connection, question)
        return _computed(connection, named, now, settings, withhold_small_groups=False)


def explain_all(facts: Engine, question: Question, now: datetime, settings: Settings) -> Provenance:
    """Where the answer of ``answer_all`` comes from."""
    with facts.connect() as connection:
        named = _named(connection, question)
        found = _computed(connection, named, now, settings, withhold_small_groups=False)
        return explain(connection, found)


def all_rows(
    facts: Engine, question: Question, now: datetime, settings: Settings
) -> Iterator[Behind]:
    """Every page of rows behind a figure, for somebody who may see everything."""
    with facts.connect() as connection:
        named = _named(connection, question)
        query = _query(named, now, settings)
        after: Place | None = None
        while True:
            page = read_page(connection, query, now, settings, after=after, size=LARGE_PAGE)
            yield Behind(named, query, page, after)
            if page.following is None:
                return
            after = page.following


def _named(
    connection: Connection, question: Question, seen_agents: frozenset[str] | None = None
) -> Question:
    """The question with its values as the data spells them; an agent not seen is unknown."""
    try:
        filters = canonical_filters(connection, question.filters, seen_agents)
    except UnknownWordError as error:
        raise unknown_value(error, question) from error
    return replace(question, filters=filters)


def _seen_agents(
    connection: Connection, member: Member, question: Question
) -> frozenset[str] | None:
    """Those whom the member may see by name, where the question names any."""
    if not asked_values(question, Segment.AGENT):
        return None
    return agents_of_teams(connection, member.named_teams) | member.agent_ids


def _computed(
    connection: Connection,
    question: Question,
    now: datetime,
    settings: Settings,
    *,
    withhold_small_groups: bool,
) -> Answer:
    query = _query(question, now, settings)
    return answer(connection, query, now, settings, withhold_small_groups=withhold_small_groups)


def _query(question: Question, now: datetime, settings: Settings) -> Query:
    period = resolve(question.period, now, settings.timezone)
    return Query(question.metric, period, question.filters, question.by)


def _deciding(member: Member, destination: Destination) -> Decide:
    return lambda question: decide(member, question, destination)


def _shown(connection: Connection, member: Member, question: Question, deciding: Decide) -> Shown:
    """What is shown of a question, its values spelled as the data does.

    Only who may ask at all hears which values there are, hence the two decisions.
    """
    _allowed(deciding(question))
    seen = _seen_agents(connection, member, question)
    return _allowed(deciding(_named(connection, question, seen)))


def _narrowed(shown: Shown) -> str:
    return shown.sentence if isinstance(shown, Reduced) else ""


def _allowed(decision: Decision) -> Shown:
    if isinstance(decision, Refused):
        raise NotAllowedError(decision.sentence, decision.next_step)
    return decision
