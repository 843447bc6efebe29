"""A review pack: every metric that a person may see there, looked at together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from bot.answering import Answering, Granted, computed, everything, query_of
from bot.blocks.answer import exactly
from bot.request.insights import suggesting
from bot.request.requests import Review
from bot.request.review import VERB, of_team, review_words
from storage.access import Destination, OnlyThem
from storage.errors import NotAllowedError, UnknownWordError, UnreachableError, UserError
from storage.insights.reasons import find_reasons
from storage.insights.review import REVIEWED, FoundReview, review
from storage.metrics.answer import Answer, Query, Question
from storage.metrics.definition import Metric, Segment
from storage.metrics.explanation import Explanation
from storage.metrics.known_values import known_values
from storage.metrics.why import explain
from storage.roles import Member
from storage.settings import Settings

Grant = Callable[[Question], AbstractContextManager[Granted]]
MOST_TEAMS_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review, what it is one of, and why that is narrower than what was asked."""

    request: Review
    review: FoundReview
    narrowed: str = ""


def review_for(
    answering: Answering, member: Member, request: Review, destination: Destination
) -> Reviewed:
    """The review for this member there.

    Raises:
        NotAllowedError: this member gets nothing of it there.
    """

    def grant(question: Question) -> AbstractContextManager[Granted]:
        return answering.granted(member, question, destination)

    named = _named(answering, member, request)
    with suggesting(VERB):
        return _reviewed(named, grant, answering.computed)


def review_all(
    facts: Engine, operations: Engine, request: Review, now: datetime, settings: Settings
) -> Reviewed:
    """The review for somebody who may see everything: who has the data folder itself."""
    if request.own_team:
        with facts.connect() as connection:
            raise _which_team(request, known_values(connection, Segment.TEAM))
    with suggesting(VERB), facts.connect() as connection:

        def grant(question: Question) -> AbstractContextManager[Granted]:
            return nullcontext(everything(connection, question, now, settings))

        return _reviewed(request, grant, lambda granted: computed(granted, operations))


def _named(answering: Answering, member: Member, request: Review) -> Review:
    """The review with the own team named, where it is about that."""
    if not request.own_team:
        return request
    teams = member.led_teams or member.named_teams or member.agent_teams
    if len(teams) == 1:
        return of_team(request, *teams)
    if teams:
        raise _which_team(request, sorted(teams))
    with answering.granted(member, request.question, OnlyThem()) as granted:
        raise _which_team(request, known_values(granted.connection, Segment.TEAM))


def _which_team(request: Review, teams: list[str]) -> UnknownWordError:
    """One of these may be meant; each is offered."""
    return UnknownWordError(
        "Say which team.",
        "For example: /kpi review team:billing monthly.",
        tuple(review_words(of_team(request, team)) for team in teams[:MOST_TEAMS_OFFERED]),
    )


def _reviewed(request: Review, grant: Grant, compute: Callable[[Granted], Answer]) -> Reviewed:
    """Contacts themselves go first: who may not see those gets no review."""
    with grant(request.question) as granted:
        _refuse_one_agent(granted)
        reasons = find_reasons(granted.connection, granted.scope)
        period = exactly(granted.scope.period)
        exact = replace(request, question=replace(granted.question, period=period))
        narrowed = granted.narrowed
    answers, left_out = _answers(exact.question, grant, compute)

    def why(query: Query) -> Explanation | None:
        question = replace(exact.question, metric=query.metric, filters=query.filters)
        with grant(question) as granted:
            return _explained(granted)

    return Reviewed(exact, review(answers, reasons, left_out, why), narrowed)


def _answers(
    about: Question, grant: Grant, compute: Callable[[Granted], Answer]
) -> tuple[list[Answer], list[Metric]]:
    """The answers of the metrics that can be asked for it, and the metrics that can not."""
    answers: list[Answer] = []
    left_out: list[Metric] = []
    for metric in REVIEWED:
        if not all(chosen.segment in metric.segments for chosen in about.filters):
            left_out.append(metric)
            continue
        try:
            with grant(replace(about, metric=metric)) as granted:
                answers.append(compute(granted))
        except UnreachableError:
            raise
        except UserError:
            # Not kept by team, or in several currencies: asked for by itself it says why.
            left_out.append(metric)
    return answers, left_out


def _refuse_one_agent(granted: Granted) -> None:
    if granted.scope.values(Segment.AGENT):
        raise NotAllowedError(
            "A review is about a team, and you see your own figures only.",
            "Ask the lead of your team.",
        )


def _explained(granted: Granted) -> Explanation:
    """Never by agents: what stands in a review is for everybody in the room."""
    scope = granted.scope
    return explain(
        granted.connection,
        query_of(granted),
        scope.now,
        scope.settings,
        withhold_small_groups=scope.withhold_small_groups,
    )
