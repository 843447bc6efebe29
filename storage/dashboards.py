"""What the figures of a Home are: whose, decided by the rights of who looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.engine import Connection

from storage.access import OnlyThem, Refused, decide
from storage.digests.audiences import entry_of
from storage.insights.briefs import brief_answers
from storage.insights.scope import Scope
from storage.metrics.answer import MYSELF, Answer, Filter, Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Audience, Metric, Segment
from storage.metrics.target import TargetInForce
from storage.operations.homes import Choice
from storage.operations.targets import Entry
from storage.periods import Grain, Period, PeriodChoice, resolve
from storage.roles import Member, Role
from storage.settings import Settings

_AUDIENCES = {
    Role.EXECUTIVE: Audience.EXECUTIVE,
    Role.LEAD: Audience.TEAM,
    Role.REVIEWER: Audience.TEAM,
}


class Whose(Enum):
    """Whose figures a section shows."""

    OWN = "own"
    TEAMS = "teams"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of the same people; ``teams`` are those they are of, none for the whole.

    ``left_out`` are metrics that are chosen and not kept by team or agent, or not loaded yet.
    """

    whose: Whose
    teams: tuple[str, ...]
    answers: tuple[Answer, ...]
    left_out: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that the figures of a Home say. Without ``sections`` there is ``refused``."""

    member: Member
    choice: Choice
    period: Period
    now: datetime
    settings: Settings
    sections: tuple[Section, ...]
    refused: Refused | None = None

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return chosen_metrics(self.member, self.choice)


def dashboard(
    connection: Connection,
    member: Member,
    choice: Choice,
    targets: Sequence[Entry],
    now: datetime,
    settings: Settings,
) -> Dashboard:
    """The figures of a Home as this member may see them; ``targets`` are all that are in force."""
    period = resolve(PeriodChoice(chosen_grain(member, choice)), now, settings.timezone)
    plain = Scope(period, (), now, settings)
    metrics, in_force = chosen_metrics(member, choice), _by_metric(targets)
    sections = tuple(
        _section(connection, member, wanted, metrics, plain, in_force)
        for wanted in _wanted(member, choice)
    )
    refused = None if sections else _refusal(member)
    return Dashboard(member, choice, period, now, settings, sections, refused)


def chosen_metrics(member: Member, choice: Choice) -> tuple[Metric, ...]:
    """Those that somebody pinned and that there still are; else those declared for their roles."""
    pinned = tuple(metric for metric in METRICS if metric.key in choice.metrics)
    if pinned:
        return pinned
    audiences = _audiences(member)
    if member.agent_ids or not audiences:
        audiences.add(Audience.AGENTS)
    return tuple(metric for metric in METRICS if audiences & set(metric.audiences))


def chosen_grain(member: Member, choice: Choice) -> Grain:
    """The length of the period chosen; else the one that is usual for the role.

    An agent gets weeks: a day off would show nothing.
    """
    if choice.grain:
        return choice.grain
    grains = {entry_of(audience).grain for audience in _audiences(member)}
    return Grain.MONTH if Grain.MONTH in grains else Grain.WEEK


def _audiences(member: Member) -> set[Audience]:
    return {_AUDIENCES[each.role] for each in member.roles if each.role in _AUDIENCES}


def whole_is_shown(member: Member) -> bool:
    """Whether the figures of the whole organisation are what this person looks at first."""
    return any(grant.role is Role.EXECUTIVE for grant in member.roles)


_Wanted = tuple[Whose, tuple[Filter, ...]]


def _wanted(member: Member, choice: Choice) -> Iterator[_Wanted]:
    """The sections of a member, the own figures first; none where no figure is shown at all."""
    if member.is_outsider:
        return
    if member.agent_ids:
        yield Whose.OWN, (Filter(Segment.AGENT, (MYSELF,)),)
    if chosen := _team(member, choice):
        yield Whose.TEAMS, _of_teams(frozenset({chosen}))
    elif whole_is_shown(member):
        yield Whose.WHOLE, ()
    elif teams := member.named_teams or member.agent_teams:
        yield Whose.TEAMS, _of_teams(teams)


def filters_of(member: Member, choice: Choice, whose: Whose) -> tuple[Filter, ...]:
    """What the figures of a section are filtered by, before the rights are asked."""
    return next((filters for each, filters in _wanted(member, choice) if each is whose), ())


def _team(member: Member, choice: Choice) -> str:
    """The team chosen, where it can be chosen still."""
    may = whole_is_shown(member) or choice.team in member.named_teams
    return choice.team if may else ""


def _of_teams(teams: frozenset[str]) -> tuple[Filter, ...]:
    return (Filter(Segment.TEAM, tuple(sorted(teams))),)


def _section(
    connection: Connection,
    member: Member,
    wanted: _Wanted,
    metrics: Sequence[Metric],
    plain: Scope,
    targets: Mapping[str, Sequence[TargetInForce]],
) -> Section:
    whose, filters = wanted
    answers: dict[str, Answer] = {}
    for (decided, withhold), alike in _alike(member, metrics, filters, plain).items():
        scope = Scope(plain.period, decided, plain.now, plain.settings, withhold)
        found = brief_answers(connection, alike, scope, targets)
        answers |= {each.query.metric.key: each for each in found}
    teams = filters[0].values if whose is Whose.TEAMS else ()
    return Section(
        whose,
        teams,
        tuple(answers[metric.key] for metric in metrics if metric.key in answers),
        tuple(metric for metric in metrics if metric.key not in answers),
    )


_Decided = tuple[tuple[Filter, ...], bool]


def _alike(
    member: Member, metrics: Sequence[Metric], filters: tuple[Filter, ...], scope: Scope
) -> dict[_Decided, list[Metric]]:
    """The metrics that this member may see so, by what of each; ``storage.access`` decides."""
    found: dict[_Decided, list[Metric]] = {}
    choice = PeriodChoice(scope.period.grain)
    for metric in metrics:
        if not {each.segment for each in filters} <= set(metric.segments):
            continue
        decision = decide(member, Question(metric, choice, filters), OnlyThem())
        if not isinstance(decision, Refused):
            decided = decision.question.filters, decision.withhold_small_groups
            found.setdefault(decided, []).append(metric)
    return found


def _refusal(member: Member) -> Refused | None:
    """Why this member sees no figure at all."""
    decision = decide(member, Question(METRICS[0], PeriodChoice(Grain.WEEK)), OnlyThem())
    return decision if isinstance(decision, Refused) else None


def _by_metric(entries: Sequence[Entry]) -> dict[str, list[TargetInForce]]:
    found: dict[str, list[TargetInForce]] = {}
    for entry in entries:
        if entry.target:
            subject = entry.subject
            in_force = TargetInForce(subject.scope, entry.target, subject.grain)
            found.setdefault(subject.metric_key, []).append(in_force)
    return found
