"""95 % intervals of how far a figure moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import hypot, sqrt
from typing import TYPE_CHECKING, Any

from storage.metrics.definition import Aggregation
from storage.metrics.intervals import (
    Interval,
    Z,
    index_error,
    net_promoter_error,
    poisson,
    ratio_error,
    student,
    variance,
    wilson,
)
from storage.metrics.sample import MEDIAN_GRID, Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

BOOTSTRAP_DRAWS = 4000


def difference_interval(aggregation: Aggregation, now: Sample, before: Sample) -> Interval | None:
    """The 95 % interval of ``now - before``; None where the samples can't carry one."""
    find = _DIFFERENCES.get(aggregation)
    return find(now, before) if find and now.n and before.n else None


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
    first, second = variance(now) / now.n, variance(before) / before.n
    difference = now.total / now.n - before.total / before.n
    if first + second == 0:
        return difference, difference
    freedom = (first + second) ** 2 / (first**2 / (now.n - 1) + second**2 / (before.n - 1))
    margin = student(freedom) * sqrt(first + second)
    return difference - margin, difference + margin


def ratio_difference(now: Sample, before: Sample) -> Interval | None:
    """Welch's interval, of ratios of sums."""
    errors = ratio_error(now), ratio_error(before)
    if now.ratio is None or before.ratio is None or errors[0] is None or errors[1] is None:
        return None
    difference = now.ratio - before.ratio
    first, second = errors[0] ** 2, errors[1] ** 2
    if first + second == 0:
        return difference, difference
    freedom = (first + second) ** 2 / (first**2 / (now.n - 1) + second**2 / (before.n - 1))
    margin = student(freedom) * sqrt(first + second)
    return difference - margin, difference + margin


def net_promoter_difference(now: Sample, before: Sample) -> Interval:
    error = hypot(net_promoter_error(now)[1], net_promoter_error(before)[1])
    return _around(100 * (now.total / now.n - before.total / before.n), error)


def poisson_difference(now: Sample, before: Sample) -> Interval | None:
    """From both intervals, as Newcombe's for shares (Zou and Donner, Stat Med 2008;27:1693)."""
    intervals = poisson(now), poisson(before)
    if now.ratio is None or before.ratio is None or intervals[0] is None or intervals[1] is None:
        return None
    first, second = 100 * now.ratio, 100 * before.ratio
    (first_low, first_high), (second_low, second_high) = intervals[0], intervals[1]
    low = hypot(first - first_low, second_high - second)
    high = hypot(first_high - first, second - second_low)
    return first - second - low, first - second + high


def index_difference(now: Sample, before: Sample) -> Interval | None:
    first, second = now.mean_of_parts, before.mean_of_parts
    if first is None or second is None:
        return None
    return _around(first - second, hypot(index_error(now), index_error(before)))


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
    first, second = map(_resampled, (np.array(now), np.array(before)), _draws())
    ranks = [share * (BOOTSTRAP_DRAWS - 1) for share in (0.025, 0.975)]
    below = [int(rank) for rank in ranks]
    drawn = np.partition(first - second, [*below, *(each + 1 for each in below)])
    low, high = (
        float(drawn[each] + (drawn[each + 1] - drawn[each]) * (rank - each))
        for each, rank in zip(below, ranks, strict=True)
    )
    return low, high


def _resampled(grid: NDArray[Any], draws: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    """The values at drawn ranks, on the lines between those of a grid."""
    places, shares = draws
    below, above = grid.take(places), grid.take(places + 1)
    found: NDArray[Any] = below + (above - below) * shares
    return found


@cache
def _draws() -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """For both samples the steps of the grid that drawn ranks lie in, and how far in.

    They are the same for every difference, and take longer to make than all else.
    """
    import numpy as np  # noqa: PLC0415 - slow to import, and rarely needed

    ranks = np.random.default_rng(20).standard_normal((2, BOOTSTRAP_DRAWS))
    first, last = MEDIAN_GRID[0], MEDIAN_GRID[-1]
    steps = (ranks.clip(first, last) - first) / (last - first) * (len(MEDIAN_GRID) - 1)
    places = np.minimum(steps.astype(int), len(MEDIAN_GRID) - 2)
    return list(zip(places, steps - places, strict=True))


def _around(difference: float, error: float) -> Interval:
    return difference - Z * error, difference + Z * error


_DIFFERENCES: dict[Aggregation, Callable[[Sample, Sample], Interval | None]] = {
    Aggregation.SHARE: newcombe,
    Aggregation.MEAN: welch,
    Aggregation.MEDIAN: lambda now, before: bootstrap_medians(now.grid, before.grid),
    Aggregation.RATIO: ratio_difference,
    Aggregation.NET_PROMOTER: net_promoter_difference,
    Aggregation.PER_HUNDRED: poisson_difference,
    Aggregation.INDEX: index_difference,
}
