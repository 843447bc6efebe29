"""95 % intervals of single figures and of differences, and what a sample needs for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import assert_never

from storage.metrics.definition import Aggregation
from storage.metrics.flow import MEDIAN_GRID

Interval = tuple[float, float]

Z = 1.959963984540054
BOOTSTRAP_DRAWS = 4000
SMALLEST_MEDIAN_SAMPLE = 6
"""Below it no two order statistics hold the median with 95 %."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was counted in one window of one segment.

    ``total`` and ``squares`` are sums over the rows; ``middle`` is their median, ``low`` and
    ``high`` its interval, and ``grid`` the values around it at the ranks of ``MEDIAN_GRID``.
    ``is_zero`` tells a count of none from no data.
    """

    n: int
    total: float = 0.0
    squares: float = 0.0
    derived: int = 0
    agents: int | None = None
    middle: float | None = None
    percentile_90: float | None = None
    low: float | None = None
    high: float | None = None
    grid: tuple[float, ...] = ()
    is_zero: bool = False

    @property
    def mean(self) -> float | None:
        return self.total / self.n if self.n else None


def value_of(aggregation: Aggregation, sample: Sample) -> float | None:
    """The figure of a sample; None where nothing was counted."""
    if not sample.n:
        return 0.0 if sample.is_zero else None
    match aggregation:
        case Aggregation.SHARE | Aggregation.MEAN:
            return sample.mean
        case Aggregation.MEDIAN:
            return sample.middle
        case Aggregation.COUNT | Aggregation.STOCK:
            return float(sample.n)
        case _:
            assert_never(aggregation)


def has_interval(aggregation: Aggregation) -> bool:
    return aggregation not in {Aggregation.COUNT, Aggregation.STOCK}


def interval_of(aggregation: Aggregation, sample: Sample) -> Interval | None:
    """The 95 % interval of a figure; None where there is none, or the sample can't carry one."""
    match aggregation:
        case Aggregation.SHARE:
            return wilson(sample.total, sample.n) if sample.n else None
        case Aggregation.MEAN:
            return t_interval(sample)
        case Aggregation.MEDIAN:
            return _median_interval(sample)
        case Aggregation.COUNT | Aggregation.STOCK:
            return None
        case _:
            assert_never(aggregation)


def difference_interval(aggregation: Aggregation, now: Sample, before: Sample) -> Interval | None:
    """The 95 % interval of ``now - before``; None where the samples can't carry one."""
    if not now.n or not before.n:
        return None
    match aggregation:
        case Aggregation.SHARE:
            return newcombe(now, before)
        case Aggregation.MEAN:
            return welch(now, before)
        case Aggregation.MEDIAN:
            return bootstrap_medians(now.grid, before.grid)
        case Aggregation.COUNT | Aggregation.STOCK:
            return None
        case _:
            assert_never(aggregation)


def wilson(hits: float, n: int) -> Interval:
    """Wilson's score interval of a share (JASA 1927;22:209)."""
    share = hits / n
    centre = share + Z * Z / (2 * n)
    margin = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)


def t_interval(sample: Sample) -> Interval | None:
    """Student's interval of a mean, from the spread over the rows."""
    if sample.n < 2:
        return None
    mean = sample.total / sample.n
    margin = _t(sample.n - 1) * sqrt(_variance(sample) / sample.n)
    return mean - margin, mean + margin


def newcombe(now: Sample, before: Sample) -> Interval:
    """Newcombe's hybrid score interval of a difference of shares (Stat Med 1998;17:873)."""
    first, second = now.total / now.n, before.total / before.n
    first_low, first_high = wilson(now.total, now.n)
    second_low, second_high = wilson(before.total, before.n)
    low = sqrt((first - first_low) ** 2 + (second_high - second) ** 2)
    high = sqrt((first_high - first) ** 2 + (second - second_low) ** 2)
    return first - second - low, first - second + high


def welch(now: Sample, before: Sample) -> Interval | None:
    """Welch's interval of a difference of means (Biometrika 1947;34:28)."""
    if min(now.n, before.n) < 2:
        return None
    first, second = _variance(now) / now.n, _variance(before) / before.n
    difference = now.total / now.n - before.total / before.n
    if first + second == 0:
        return difference, difference
    freedom = (first + second) ** 2 / (first**2 / (now.n - 1) + second**2 / (before.n - 1))
    margin = _t(freedom) * sqrt(first + second)
    return difference - margin, difference + margin


def bootstrap_medians(now: Sequence[float], before: Sequence[float]) -> Interval | None:
    """The bootstrap interval of a difference of medians, from the values around each median.

    The median of a resample is an order statistic whose rank is normal about the middle with a
    standard error of sqrt(n) / 2 (Maritz and Jarrett, JASA 1978;73:194), so resampling the ranks
    is enough and the rows stay in the database. The draws are seeded: the same data always gives
    the same answer.
    """
    import numpy as np  # noqa: PLC0415 - slow to import, and rarely needed

    if not now or not before:
        return None
    random = np.random.default_rng(20)
    ranks = random.standard_normal((2, BOOTSTRAP_DRAWS))
    first = np.interp(ranks[0], MEDIAN_GRID, now)
    second = np.interp(ranks[1], MEDIAN_GRID, before)
    low, high = np.quantile(first - second, (0.025, 0.975))
    return float(low), float(high)


def _median_interval(sample: Sample) -> Interval | None:
    if sample.n < SMALLEST_MEDIAN_SAMPLE or sample.low is None or sample.high is None:
        return None
    return sample.low, sample.high


def _variance(sample: Sample) -> float:
    mean = sample.total / sample.n
    return max(0.0, (sample.squares - sample.n * mean * mean) / (sample.n - 1))


def _t(freedom: float) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and not always needed

    return float(stdtrit(freedom, 0.975))
