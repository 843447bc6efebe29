"""Why a figure moved: plain values, without any look or wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.metrics.answer import Answer, Change, SegmentValues
from storage.metrics.definition import Aggregation, Metric, Segment

ADDS_UP = frozenset({Aggregation.COUNT, Aggregation.SUM, Aggregation.STOCK})
"""Aggregations whose value is the sum of the parts'."""
AVERAGES = frozenset({
    Aggregation.SHARE, Aggregation.MEAN, Aggregation.MEDIAN, Aggregation.RATIO,
    Aggregation.NET_PROMOTER,
})  # fmt: skip
NEVER = frozenset({Segment.CUSTOMER})
"""Segments with too many values to explain anything."""


def can_explain(metric: Metric) -> bool:
    """Whether its value is a sum or a mean over rows, so that a change falls into parts.

    Rows over those who are there, such as reviews per agent, are two figures: a segment may have
    rows and nobody there, and then no figure of its own.
    """
    counting = metric.counting
    is_of_two = bool(counting.branches) and counting.present is not None
    return metric.aggregation in ADDS_UP | AVERAGES and not is_of_two


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and what it was made of; None where there is none."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one segment added to a change, in the metric's unit.

    ``rate_part`` comes of its own figure's move, ``mix_part`` of its share of all that is counted:
    ``shares`` are those before and after. ``is_folded`` where it stands for several segments that
    are too small to be shown by themselves.
    """

    segment: SegmentValues
    before: Figure
    after: Figure
    rate_part: float
    mix_part: float
    shares: tuple[float, float]
    is_folded: bool = False

    @property
    def amount(self) -> float:
        return self.rate_part + self.mix_part

    @property
    def figures(self) -> tuple[Figure, Figure]:
        return self.before, self.after


@dataclass(frozen=True, slots=True)
class Dimension:
    """All parts by one segment; they add up to the change."""

    segment: Segment
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A change of the total, taken apart by each of several segments, channel first.

    ``total`` answers for the total of what was asked for, with what is usual; ``is_of_mean`` where
    it is the mean of what the metric has the median of. ``told`` are the parts that explain most,
    ``paradox`` is the segment whose every value moved against the total.
    """

    total: Answer
    before: Figure
    after: Figure
    dimensions: tuple[Dimension, ...] = ()
    told: tuple[Part, ...] = ()
    paradox: Segment | None = None
    is_of_mean: bool = False
    agent_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def change(self) -> float | None:
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def is_change(self) -> bool:
        """Whether the total moved by more than it usually does."""
        return self.total.rows[0].change in {Change.UP, Change.DOWN}
