"""A question about a metric, and its answer: plain values, without any look or wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from storage.metrics.definition import Metric, Segment
from storage.metrics.target import Target, Verdict
from storage.periods import Period, PeriodChoice
from storage.settings import Settings

ALL_CHANNELS = "all"
"""The value of ``channel:all``, one figure over several channels."""
MYSELF = "me"
"""The value of ``agent:me``, the agent who asks."""


class Change(Enum):
    """Whether a value moved; ``UNCLEAR`` is a sample too small to say."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows whose segment has one of these values; ``channel:all`` mixes the channels."""

    segment: Segment
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks, before the clock and the access rules have been asked."""

    metric: Metric
    period: PeriodChoice
    filters: tuple[Filter, ...] = ()
    by: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its period fixed."""

    metric: Metric
    period: Period
    filters: tuple[Filter, ...] = ()
    by: tuple[Segment, ...] = ()


class Previous(NamedTuple):
    """The period before, or the same stretch of it."""

    value: float | None
    n: int


SegmentValues = tuple[tuple[Segment, str | None], ...]


@dataclass(slots=True)
class Row:
    """One segment's figure. ``value`` is None where there is no data, or where it is withheld.

    Not to be changed, yet not frozen: to make one would take several times as long.

    ``usual_range`` are the natural process limits around the mean, ``usual_level``; both are None
    with fewer than 8 complete periods before. ``run`` is how many periods in a row, this one
    included, lie on one side of that mean. ``verdict`` is None on a small sample.
    ``asides`` is keyed by ``Aside.key``, and so is ``aside_samples``: the ``n`` of those that are
    made of rows of their own; ``aside_intervals`` are those of medians and percentiles of the rows
    counted. ``n`` is 0 where nothing was counted.
    """

    segment: SegmentValues
    value: float | None
    n: int
    interval: tuple[float, float] | None = None
    previous: Previous | None = None
    change: Change | None = None
    usual_range: tuple[float, float] | None = None
    asides: dict[str, float | None] = field(default_factory=dict)
    small_sample: bool = False
    withheld: bool = False
    aside_samples: dict[str, int] = field(default_factory=dict)
    usual_level: float | None = None
    run: int = 0
    target: Target | None = None
    verdict: Verdict | None = None
    aside_intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """The part of a row's contacts that has one value of a split."""

    name: str
    value: float
    n: int
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HiddenDifference:
    """Two groups within one row whose intervals lie apart, so that the row's figure hides them."""

    segment: SegmentValues
    split: Segment
    groups: tuple[Group, Group]


class TrendPoint(NamedTuple):
    """One segment's figure in one complete period; there may be thousands."""

    period: Period
    segment: SegmentValues
    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Running:
    """The period that runs, up to ``until``, compared with the same stretch of the one before."""

    period: Period
    until: datetime
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """Up to when a source's data reaches, and the longest it was silent in 8 weeks before."""

    source: str
    until: datetime
    longest_gap_seconds: float


class Note(Enum):
    """What a reader should know of an answer beyond its figures."""

    MIXED_CHANNELS = "mixed_channels"
    PROVISIONAL = "provisional"
    RESTATED = "restated"
    INCOMPLETE = "incomplete"
    DERIVED = "derived"
    SOME_WITHHELD = "some_withheld"
    MIXED_PURPOSES = "mixed_purposes"


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer. ``rows`` are of ``query.period`` alone; a trend is oldest first.

    ``complete`` is False while the period runs or where a source ends before the period does.
    ``agent_names`` are those of the agents that a segment names, by id; ``settings`` those that
    the figures were worked out by; ``currency`` is that of money. ``never_loaded`` are the facts
    that the metric needs and nobody has loaded. ``hidden`` is what the rows do not show.
    """

    query: Query
    asked_at: datetime
    complete: bool
    rows: tuple[Row, ...]
    running: Running | None
    trend: tuple[TrendPoint, ...]
    freshness: tuple[SourceFreshness, ...]
    notes: tuple[Note, ...] = ()
    agent_names: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    currency: str = ""
    never_loaded: tuple[str, ...] = ()
    hidden: tuple[HiddenDifference, ...] = ()

    @property
    def fresh_until(self) -> datetime | None:
        """The time up to which every source's data reaches."""
        return min((source.until for source in self.freshness), default=None)
