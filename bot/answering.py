"""A member's question, answered under that member's own rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from bot.request import unknown_value
from bot.request.why import about_why
from storage.access import Allowed, Destination, Reduced, Refused, Shown, decide
from storage.errors import NotAllowedError, UnknownWordError
from storage.metrics.answer import Answer, Filter, Query, Question
from storage.metrics.definition import Segment
from storage.metrics.explanation import Explanation
from storage.metrics.known_values import agents_of_teams, canonical_filters
from storage.metrics.query import answer
from storage.metrics.why import explain
from storage.narrowing import asked_values
from storage.periods import Clock, local_day, resolve
from storage.roles import Member
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the question it is one to, and why that is narrower than what was asked."""

    question: Question
    answer: Answer
    narrowed: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a figure moved, the question that it is about, and why that is narrower than asked."""

    question: Question
    explanation: Explanation
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
        _allowed(member, question, destination)
        with self._facts.connect() as connection:
            # Only who may ask at all hears which values there are, hence the two decisions.
            seen = _seen_agents(connection, member, question)
            named = _named(connection, question, seen)
            shown = _allowed(member, named, destination)
            found = _computed(
                connection,
                shown.question,
                self._clock(),
                self.settings,
                withhold_small_groups=shown.withhold_small_groups,
            )
        narrowed = shown.sentence if isinstance(shown, Reduced) else ""
        return Answered(shown.question, found, narrowed)

    def explain(self, member: Member, question: Question, destination: Destination) -> Explained:
        """Why the figure moved, by agents too where this member sees all of them by name.

        Raises:
            NotAllowedError: this member gets nothing for this question there.
        """
        _allowed(member, question, destination)
        with self._facts.connect() as connection:
            seen = _seen_agents(connection, member, question)
            named = about_why(lambda: _named(connection, question, seen))
            shown = _allowed(member, named, destination)
            found = explain(
                connection,
                _query(shown.question, self._clock(), self.settings),
                self._clock(),
                self.settings,
                by_agents=_sees_agents(member, shown.question, destination),
                withhold_small_groups=shown.withhold_small_groups,
            )
        narrowed = shown.sentence if isinstance(shown, Reduced) else ""
        return Explained(shown.question, found, narrowed)

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


def explain_all(facts: Engine, question: Question, now: datetime, settings: Settings) -> Explained:
    """Why the figure moved, for somebody who may see everything."""
    with facts.connect() as connection:
        named = about_why(lambda: _named(connection, question))
        query = _query(named, now, settings)
        return Explained(named, explain(connection, query, now, settings, by_agents=True))


def _sees_agents(member: Member, question: Question, destination: Destination) -> bool:
    by_agent = replace(question, by=(Segment.AGENT,))
    return isinstance(decide(member, by_agent, destination), Allowed)


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


def _allowed(member: Member, question: Question, destination: Destination) -> Shown:
    decision = decide(member, question, destination)
    if isinstance(decision, Refused):
        raise NotAllowedError(decision.sentence, decision.next_step)
    return decision
