"""What stands in a digest, a section each: computed under the rights of who gets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.engine import Connection

from storage.access import OnlyThem, Refused, Shown, decide
from storage.digests.told import Contacted, Figures, LowAnswers, Part, Recipient, Timing
from storage.errors import UnreachableError, UserError
from storage.insights.reasons import find_reasons
from storage.insights.review import point_of, rank, with_why
from storage.insights.scope import Scope
from storage.metrics.answer import Answer, Filter, Query, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.explanation import Explanation
from storage.metrics.query import answer
from storage.metrics.target import TargetInForce
from storage.metrics.why import explain
from storage.narrowing import folded
from storage.operations.follow_ups import Open
from storage.periods import PeriodChoice, Which
from storage.settings import Settings

Key = tuple[str, tuple[Filter, ...], bool]


@dataclass(frozen=True, slots=True)
class Ground:
    """What all recipients' digests are computed from; what was computed once is kept by what it is.

    ``targets`` are those in force, by the metric's key; ``follow_ups`` all that wait.
    """

    connection: Connection
    timing: Timing
    settings: Settings
    targets: Mapping[str, Sequence[TargetInForce]]
    follow_ups: Sequence[Open] = ()
    answers: dict[Key, Answer] = field(default_factory=dict)
    explained: dict[tuple[Query, bool], Explanation] = field(default_factory=dict)
    reasons: dict[tuple[tuple[Filter, ...], bool], Contacted] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is told to one recipient of what the digest says.

    ``refused`` gathers why a metric is not told there.
    """

    ground: Ground
    metrics: tuple[Metric, ...]
    filters: tuple[Filter, ...]
    recipient: Recipient
    refused: dict[str, Refused] = field(default_factory=dict)


Section = Callable[[Asking], Part | None]


def figures(asking: Asking) -> Figures | None:
    """The digest's metrics: those that moved or miss a target first, with why."""
    found = [each for each in (_answered(asking, metric) for metric in asking.metrics) if each]
    if not found:
        return None
    noted = [(point_of(known), known, shown) for known, shown in found]
    points = [(point, shown) for point, _, shown in noted if point]
    explained = [
        with_why(point, _explaining(asking.ground, shown))
        for point, shown in sorted(points, key=lambda each: rank(each[0]))
    ]
    return Figures(tuple(explained), tuple(known for point, known, _ in noted if not point))


def figures_and_year(asking: Asking) -> Figures | None:
    """The same with the trend of the periods before."""
    found = figures(asking)
    return replace(found, has_year=True) if found else None


def contacted(asking: Asking) -> Contacted | None:
    """What people contacted about; nothing where nobody did, or where it may not be seen."""
    shown = _shown(asking, VOLUME)
    if shown is None:
        return None
    ground = asking.ground
    filters, withhold = shown.question.filters, shown.withhold_small_groups
    if (filters, withhold) not in ground.reasons:
        scope = Scope(ground.timing.period, filters, ground.timing.now, ground.settings, withhold)
        found = Contacted(find_reasons(ground.connection, scope))
        ground.reasons[filters, withhold] = found
    known = ground.reasons[filters, withhold]
    return known if known.reasons.total else None


def low_answers(asking: Asking) -> LowAnswers | None:
    """What waits in the teams that the recipient leads; it goes to leads alone, in private."""
    member, destination = asking.recipient.member, asking.recipient.destination
    if not isinstance(destination, OnlyThem):
        return None
    teams = set(member.led_teams)
    for each in asking.filters:
        if each.segment is Segment.TEAM:
            teams = {team for team in teams if team.casefold() in folded(each.values)}
    found = tuple(each for each in asking.ground.follow_ups if each.team in teams)
    return LowAnswers(found) if found else None


def _answered(asking: Asking, metric: Metric) -> tuple[Answer, Shown] | None:
    shown = _shown(asking, metric)
    if shown is None:
        return None
    try:
        return _answer(asking.ground, shown), shown
    except UnreachableError:
        raise
    except UserError as error:
        asking.refused[metric.key] = Refused(error.sentence, error.next_step)
        return None


def _shown(asking: Asking, metric: Metric) -> Shown | None:
    """The question that this recipient gets an answer to; none where it is refused."""
    if unfit := [each for each in asking.filters if each.segment not in metric.segments]:
        kinds = " and ".join(each.segment.value.replace("_", " ") for each in unfit)
        asking.refused[metric.key] = Refused(f"{metric.name} is not kept by {kinds}.")
        return None
    period = asking.ground.timing.period
    choice = PeriodChoice(period.grain, Which.EXACT, period.first_day)
    question = Question(_light(metric), choice, asking.filters)
    decision = decide(asking.recipient.member, question, asking.recipient.destination)
    if isinstance(decision, Refused):
        asking.refused[metric.key] = decision
        return None
    return decision


def _light(metric: Metric) -> Metric:
    """Without what a digest does not tell: that takes longer than all the rest."""
    is_told = metric.aggregation is Aggregation.STOCK or bool(metric.parts)
    return metric if is_told else replace(metric, asides=())


def _answer(ground: Ground, shown: Shown) -> Answer:
    question, withhold = shown.question, shown.withhold_small_groups
    key = (question.metric.key, question.filters, withhold)
    if key not in ground.answers:
        ground.answers[key] = answer(
            ground.connection,
            Query(question.metric, ground.timing.period, question.filters),
            ground.timing.now,
            ground.settings,
            withhold_small_groups=withhold,
            targets=ground.targets.get(question.metric.key, ()),
        )
    return ground.answers[key]


def _explaining(ground: Ground, shown: Shown) -> Callable[[Query], Explanation | None]:
    """Why it moved, never by agents: a digest is read by many."""
    withhold = shown.withhold_small_groups

    def why(query: Query) -> Explanation | None:
        if any(each.segment is Segment.AGENT for each in query.filters):
            return None
        if (query, withhold) not in ground.explained:
            ground.explained[query, withhold] = explain(
                ground.connection,
                query,
                ground.timing.now,
                ground.settings,
                withhold_small_groups=withhold,
            )
        return ground.explained[query, withhold]

    return why
