"""A member's question, answered under that member's own rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from sqlalchemy import Connection, Engine

from bot.looks import Looks
from bot.request import unknown_value
from bot.request.insights import VERBS, Insight, suggesting
from bot.request.requests import Reasons, SelfService, Staffing
from bot.request.why import asking_why
from storage.access import Allowed, Destination, OnlyThem, Reduced, Refused, Shown, decide
from storage.errors import NotAllowedError, UnknownWordError
from storage.insights.erlang import Target
from storage.insights.plan import Plan
from storage.insights.reasons import FoundReasons, find_reasons
from storage.insights.scope import Scope
from storage.insights.self_service import FoundSelfService, find_self_service
from storage.insights.staffing import FoundStaffing, find_staffing
from storage.metrics.answer import Answer, Filter, Query, Question
from storage.metrics.definition import Segment
from storage.metrics.explanation import Explanation
from storage.metrics.known_values import agents_of_teams, canonical_filters
from storage.metrics.query import answer
from storage.metrics.why import explain
from storage.monitoring.measures import Measures
from storage.narrowing import asked_values
from storage.operations.engine import reading
from storage.operations.targets import in_force
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


@dataclass(frozen=True, slots=True)
class Granted:
    """What may be looked at for a question, and why that is narrower than what was asked."""

    connection: Connection
    question: Question
    scope: Scope
    narrowed: str = ""


Found = FoundReasons | FoundSelfService | FoundStaffing


class Answering:
    """Answers questions from the facts; what may be seen is decided by ``storage.access``."""

    def __init__(
        self,
        facts: Engine,
        operations: Engine,
        settings: Settings,
        clock: Clock,
        measures: Measures | None = None,
    ) -> None:
        self._measures = measures or Measures()
        self.looks = Looks(operations, clock)
        self._facts = facts
        self._operations = operations
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
        measured = self._measures.answering(question.metric.key, "figure")
        with measured, self.granted(member, question, destination) as granted:
            found = computed(granted, self._operations)
        return Answered(granted.question, found, granted.narrowed)

    def explain(self, member: Member, question: Question, destination: Destination) -> Explained:
        """Why the figure moved, by agents too where this member sees all of them by name.

        Raises:
            NotAllowedError: this member gets nothing for this question there.
        """
        measured = self._measures.answering(question.metric.key, "why")
        with measured, asking_why(), self.granted(member, question, destination) as granted:
            by_agent = replace(granted.question, by=(Segment.AGENT,))
            sees_agents = isinstance(decide(member, by_agent, destination), Allowed)
            if sees_agents and Segment.AGENT not in granted.question.by:
                self.looks.note(member, by_agent)
            return _explained(granted, by_agents=sees_agents)

    def insight(
        self, member: Member, request: Insight, destination: Destination
    ) -> tuple[Found, str]:
        """What is found for this member there, and why it is narrower than what was asked.

        Raises:
            NotAllowedError: this member gets nothing of it there.
        """
        verb = VERBS[type(request)]
        with (
            self._measures.answering(request.question.metric.key, verb),
            suggesting(verb),
            self.granted(member, request.question, destination) as granted,
        ):
            return _found(granted, request), granted.narrowed

    @contextmanager
    def granted(
        self, member: Member, question: Question, destination: Destination
    ) -> Iterator[Granted]:
        """What this member may look at there, once it is written down if it names others.

        Raises:
            NotAllowedError: this member gets nothing for this question there.
        """
        _allowed(member, question, destination)
        with self._facts.connect() as connection:
            # Only who may ask at all hears which values there are, hence the two decisions.
            seen = _seen_agents(connection, member, question)
            named = _named(connection, question, seen)
            shown = _allowed(member, named, destination)
            scope = _scope(shown.question, self._clock(), self.settings)
            scope = replace(scope, withhold_small_groups=shown.withhold_small_groups)
            narrowed = shown.sentence if isinstance(shown, Reduced) else ""
            if isinstance(destination, OnlyThem):
                self.looks.note(member, shown.question)
            yield Granted(connection, shown.question, scope, narrowed)

    def named(self, question: Question) -> Question:
        """The question with its values as the data spells them; an unknown one is an error."""
        with self._facts.connect() as connection:
            return _named(connection, question)

    def computed(self, granted: Granted) -> Answer:
        return computed(granted, self._operations)

    def known_teams(self, teams: frozenset[str]) -> frozenset[str]:
        """The teams as the data spells them; one that it does not have raises ``UserError``."""
        if not teams:
            return teams
        asked = (Filter(Segment.TEAM, tuple(sorted(teams))),)
        with self._facts.connect() as connection:
            (found,) = canonical_filters(connection, asked)
        return frozenset(found.values)


def answer_all(
    facts: Engine, operations: Engine, question: Question, now: datetime, settings: Settings
) -> Answer:
    """The answer for somebody who may see everything: who has the data folder itself."""
    with facts.connect() as connection:
        return computed(everything(connection, question, now, settings), operations)


def explain_all(facts: Engine, question: Question, now: datetime, settings: Settings) -> Explained:
    """Why the figure moved, for the same."""
    with asking_why(), facts.connect() as connection:
        return _explained(everything(connection, question, now, settings), by_agents=True)


def insight_all(facts: Engine, request: Insight, now: datetime, settings: Settings) -> Found:
    """What is found, for the same."""
    with suggesting(VERBS[type(request)]), facts.connect() as connection:
        return _found(everything(connection, request.question, now, settings), request)


def everything(
    connection: Connection, question: Question, now: datetime, settings: Settings
) -> Granted:
    """What somebody who may see everything may look at."""
    named = _named(connection, question)
    return Granted(connection, named, _scope(named, now, settings))


def query_of(granted: Granted) -> Query:
    question, scope = granted.question, granted.scope
    return Query(question.metric, scope.period, scope.filters, question.by)


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


def _scope(question: Question, now: datetime, settings: Settings) -> Scope:
    period = resolve(question.period, now, settings.timezone)
    return Scope(period, question.filters, now, settings)


def _explained(granted: Granted, *, by_agents: bool) -> Explained:
    scope = granted.scope
    found = explain(
        granted.connection,
        query_of(granted),
        scope.now,
        scope.settings,
        by_agents=by_agents,
        withhold_small_groups=scope.withhold_small_groups,
    )
    return Explained(granted.question, found, granted.narrowed)


def computed(granted: Granted, operations: Engine) -> Answer:
    """The answer to what was granted, with the targets in force."""
    question, scope = granted.question, granted.scope
    today = local_day(scope.now, scope.settings.timezone)
    with reading(operations) as session:
        targets = in_force(session, question.metric.key, min(scope.period.last_day, today))
    return answer(
        granted.connection,
        query_of(granted),
        scope.now,
        scope.settings,
        withhold_small_groups=scope.withhold_small_groups,
        targets=targets,
    )


def _found(granted: Granted, request: Insight) -> Found:
    connection, scope = granted.connection, granted.scope
    match request:
        case Reasons():
            return find_reasons(connection, scope)
        case SelfService():
            return find_self_service(connection, scope)
        case Staffing():
            return find_staffing(connection, scope, _plan(request, scope))
        case _:
            assert_never(request)


def _plan(request: Staffing, scope: Scope) -> Plan:
    """What was asked for; the rest is as the settings say."""
    if scope.values(Segment.AGENT):
        raise NotAllowedError(
            "Staffing is worked out for teams, and you see your own figures only.",
            "Ask the lead of your team.",
        )
    settings = scope.settings
    share = settings.service_level_share if request.share is None else request.share
    seconds = settings.service_level_seconds if request.seconds is None else request.seconds
    shrinkage = settings.shrinkage if request.shrinkage is None else request.shrinkage
    (channel,) = scope.values(Segment.CHANNEL)
    return Plan(channel, Target(share, seconds), shrinkage)


def _query(granted: Granted) -> Query:
    question, scope = granted.question, granted.scope
    return Query(question.metric, scope.period, scope.filters, question.by)


def _allowed(member: Member, question: Question, destination: Destination) -> Shown:
    decision = decide(member, question, destination)
    if isinstance(decision, Refused):
        raise NotAllowedError(decision.sentence, decision.next_step)
    return decision
