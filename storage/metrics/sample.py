"""What was counted in one window of one segment, and the figure that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from storage.metrics.definition import Aggregation

SMALLEST_GROUP = 3
"""Fewer agents behind a value would name them to who may not see agents."""
WITHOUT_INTERVAL = {
    Aggregation.COUNT,
    Aggregation.STOCK,
    Aggregation.SUM,
    Aggregation.COST,
    Aggregation.PER_ONE,
}
MEDIAN_GRID = tuple(step / 2 for step in range(-6, 7))
"""Standard errors of the rank at which a sample's middle is read, for its bootstrap."""


@dataclass(frozen=True, slots=True)
class PartOfIndex:
    """A part's mean in points, and the standard error of it; None where nothing was counted."""

    n: int
    value: float | None = None
    error: float = 0.0


class Sample(NamedTuple):
    """What was counted in one window of one segment; there may be thousands.

    ``total`` and ``squares`` are sums over the rows; ``middle`` is their median, ``low`` and
    ``high`` its interval, and ``grid`` the values around it at the ranks of ``MEDIAN_GRID``;
    ``low_90`` and ``high_90`` are the interval of ``percentile_90``.
    ``weight`` and ``weight_squares`` are sums of what a ratio is divided by, ``cross`` of value
    times weight; each is None where no row had one. ``is_zero`` tells a count of none from no
    data. ``parts`` are those of an index, in points.
    """

    n: int
    total: float = 0.0
    squares: float = 0.0
    weight: float | None = None
    weight_squares: float = 0.0
    cross: float = 0.0
    derived: int = 0
    agents: int | None = None
    middle: float | None = None
    percentile_90: float | None = None
    low: float | None = None
    high: float | None = None
    low_90: float | None = None
    high_90: float | None = None
    grid: tuple[float, ...] = ()
    is_zero: bool = False
    parts: tuple[PartOfIndex, ...] = ()

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None

    @property
    def ratio(self) -> float | None:
        return self.total / self.weight if self.weight else None

    @property
    def promoters(self) -> float:
        """How many rows are worth 1, where each is worth 1, 0 or -1."""
        return (self.squares + self.total) / 2

    @property
    def detractors(self) -> float:
        """How many of those are worth -1."""
        return (self.squares - self.total) / 2

    @property
    def mean_of_parts(self) -> float | None:
        """The mean of the parts; None where one of them is missing."""
        values = [part.value for part in self.parts if part.value is not None]
        return sum(values) / len(values) if values and len(values) == len(self.parts) else None


NOTHING = Sample(0)


def is_small_group(agents: int | None) -> bool:
    """Whether so few agents stand behind a value; None where they are not counted."""
    return agents is not None and 0 < agents < SMALLEST_GROUP


def value_of(aggregation: Aggregation, sample: Sample) -> float | None:
    """The figure of a sample; None where nothing was counted."""
    if not sample.n:
        return 0.0 if sample.is_zero else None
    return _VALUES[aggregation](sample)


def has_interval(aggregation: Aggregation) -> bool:
    return aggregation not in WITHOUT_INTERVAL


def _times_hundred(number: float | None) -> float | None:
    return None if number is None else 100 * number


_VALUES: dict[Aggregation, Callable[[Sample], float | None]] = {
    Aggregation.SHARE: lambda sample: sample.mean,
    Aggregation.MEAN: lambda sample: sample.mean,
    Aggregation.MEDIAN: lambda sample: sample.middle,
    Aggregation.RATIO: lambda sample: sample.ratio,
    Aggregation.NET_PROMOTER: lambda sample: _times_hundred(sample.mean),
    Aggregation.PER_HUNDRED: lambda sample: _times_hundred(sample.ratio),
    Aggregation.INDEX: lambda sample: sample.mean_of_parts,
    Aggregation.COUNT: lambda sample: float(sample.n),
    Aggregation.SUM: lambda sample: sample.total,
    Aggregation.STOCK: lambda sample: float(sample.n),
    Aggregation.COST: lambda sample: sample.ratio,
    Aggregation.PER_ONE: lambda sample: sample.ratio,
}
