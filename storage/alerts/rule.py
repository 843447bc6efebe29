"""What an alert rule is: frozen, and without any reading of data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.engine import Connection

from storage.metrics.answer import Answer, Filter, Question, Row, SegmentValues
from storage.metrics.definition import Metric, Segment
from storage.metrics.target import TargetInForce
from storage.periods import Grain, PeriodChoice
from storage.settings import Settings


class Standing(Enum):
    """How a segment stands to a rule; ``UNSURE`` leaves it as it was."""

    CROSSED = "crossed"
    CLEAR = "clear"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a rule: what it counts (``days``), and what it may be."""

    noun: str
    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A source's rows of a fact: up to when they reach, and the longest they were awaited."""

    source: str
    fact: str
    until: datetime
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One segment as a rule finds it.

    ``row`` is its figure as an answer gives it. ``since`` is what the value grew from, ``hour``
    the local hour that the value is of, and ``is_today`` whether that is of the running day.
    """

    segment: SegmentValues
    standing: Standing
    value: float | None = None
    row: Row | None = None
    since: float | None = None
    hour: str = ""
    is_today: bool = False
    silence: Silence | None = None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What a rule finds; ``absent`` is how segments stand that have no finding.

    ``answer`` is what ``/kpi`` answers to the same question; None for a rule about no metric.
    """

    findings: tuple[Finding, ...]
    absent: Standing = Standing.UNSURE
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a rule is judged by: the facts, now, and what the organisation decided.

    ``question`` is what may be looked at. ``longest_loads`` are the longest waits in seconds from
    the newest row of a load to the next load, by source and fact; None where there were too few.
    """

    connection: Connection
    now: datetime
    settings: Settings
    watch: Watch
    question: Question | None
    targets: Sequence[TargetInForce] = ()
    longest_loads: Mapping[tuple[str, str], float | None] = field(default_factory=dict)


Judge = Callable[[Sight], Evaluated]


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rule, declared once; the words, the form, the docs and tests derive from it.

    ``label`` names it by itself, ``title`` completes the name of what is watched. ``needs`` says
    what has to be there before anything is found. ``measures`` is the only metric that it watches;
    without one it is chosen among all, unless the kind is about ``sources``. ``every`` is how often
    it is looked at; ``by_hour`` it looks at each hour of a day.
    """

    key: str
    label: str
    title: str
    description: str
    needs: str
    words: tuple[str, ...]
    every: timedelta
    judge: Judge
    grains: tuple[Grain, ...] = (Grain.DAY,)
    measures: Metric | None = None
    sources: bool = False
    by_hour: bool = False
    number: Number | None = None

    @property
    def chooses_metric(self) -> bool:
        return self.measures is None and not self.sources

    @property
    def grain(self) -> Grain:
        """How long a period it looks at unless told otherwise."""
        return self.grains[0]


@dataclass(frozen=True, slots=True)
class Watch:
    """What one rule looks at; ``metric`` is None where it is about sources."""

    kind: RuleKind
    metric: Metric | None
    grain: Grain
    filters: tuple[Filter, ...] = ()
    by: tuple[Segment, ...] = ()
    number: int | None = None

    @property
    def question(self) -> Question | None:
        """What is asked of the newest complete period."""
        if self.metric is None:
            return None
        return Question(self.metric, PeriodChoice(self.grain), self.filters, self.by)
