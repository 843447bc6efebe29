"""95 % intervals of single figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import sqrt

from storage.metrics.definition import Aggregation, Statistic
from storage.metrics.sample import Sample

Interval = tuple[float, float]

Z = 1.959963984540054
SMALLEST_MEDIAN_SAMPLE = 6
"""Below it no two order statistics hold the median with 95 %."""
SMALLEST_PERCENTILE_SAMPLE = 45
"""The same of the 90th percentile: below it the upper rank lies beyond the largest value."""


def interval_of(aggregation: Aggregation, sample: Sample) -> Interval | None:
    """The 95 % interval of a figure; None where there is none, or the sample can't carry one."""
    find = _INTERVALS.get(aggregation)
    return find(sample) if find and (sample.n or sample.is_zero) else None


def interval_beside(statistic: Statistic, sample: Sample) -> Interval | None:
    """The interval of a percentile that stands beside a value."""
    find = INTERVALS_BESIDE.get(statistic)
    return find(sample) if find else None


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
    margin = student(sample.n - 1) * sqrt(variance(sample) / sample.n)
    return mean - margin, mean + margin


def ratio_interval(sample: Sample) -> Interval | None:
    """The interval of a ratio of sums, linearised (Cochran, Sampling Techniques, 1977, 6.4)."""
    error, ratio = ratio_error(sample), sample.ratio
    if error is None or ratio is None:
        return None
    margin = student(sample.n - 1) * error
    return ratio - margin, ratio + margin


def ratio_error(sample: Sample) -> float | None:
    """The standard error of a ratio of sums, from how far each row lies off it."""
    ratio = sample.ratio
    if ratio is None or sample.weight is None or sample.n < 2:
        return None
    off = sample.squares - 2 * ratio * sample.cross + ratio * ratio * sample.weight_squares
    return sqrt(max(0.0, off) * sample.n / (sample.n - 1)) / sample.weight


def adjusted_wald(sample: Sample) -> Interval:
    """The interval of a net promoter score: three quarters of an answer more on either side."""
    centre, error = net_promoter_error(sample)
    return max(-100.0, centre - Z * error), min(100.0, centre + Z * error)


def net_promoter_error(sample: Sample) -> tuple[float, float]:
    """The centre and the standard error of the adjusted score, in points."""
    n = sample.n + 3
    promoters = (sample.promoters + 0.75) / n
    detractors = (sample.detractors + 0.75) / n
    net = promoters - detractors
    return 100 * net, 100 * sqrt((promoters + detractors - net * net) / n)


def poisson(sample: Sample) -> Interval | None:
    """Garwood's exact interval of a count (Biometrika 1936;28:437), per hundred of the weight."""
    from scipy.special import gammaincinv  # noqa: PLC0415 - slow to import, and rarely needed

    if not sample.weight:
        return None
    low = float(gammaincinv(sample.n, 0.025)) if sample.n else 0.0
    high = float(gammaincinv(sample.n + 1, 0.975))
    return 100 * low / sample.weight, 100 * high / sample.weight


def index_interval(sample: Sample) -> Interval | None:
    """The interval of a mean of parts that were sampled apart."""
    index = sample.mean_of_parts
    if index is None:
        return None
    margin = Z * index_error(sample)
    return index - margin, index + margin


def index_error(sample: Sample) -> float:
    return sqrt(sum(part.error**2 for part in sample.parts)) / len(sample.parts)


def _median_interval(sample: Sample) -> Interval | None:
    return _between(sample.low, sample.high) if sample.n >= SMALLEST_MEDIAN_SAMPLE else None


def _percentile_interval(sample: Sample) -> Interval | None:
    if sample.n < SMALLEST_PERCENTILE_SAMPLE:
        return None
    return _between(sample.low_90, sample.high_90)


def _between(low: float | None, high: float | None) -> Interval | None:
    return None if low is None or high is None else (low, high)


def variance(sample: Sample) -> float:
    mean = sample.total / sample.n
    return max(0.0, (sample.squares - sample.n * mean * mean) / (sample.n - 1))


@lru_cache(maxsize=10_000)
def student(freedom: float) -> float:
    """The quantile of Student's t that leaves 2.5 % above it."""
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and not always needed

    return float(stdtrit(freedom, 0.975))


_INTERVALS: dict[Aggregation, Callable[[Sample], Interval | None]] = {
    Aggregation.SHARE: lambda sample: wilson(sample.total, sample.n) if sample.n else None,
    Aggregation.MEAN: t_interval,
    Aggregation.MEDIAN: _median_interval,
    Aggregation.RATIO: ratio_interval,
    Aggregation.NET_PROMOTER: adjusted_wald,
    Aggregation.PER_HUNDRED: poisson,
    Aggregation.INDEX: index_interval,
}
INTERVALS_BESIDE: dict[Statistic, Callable[[Sample], Interval | None]] = {
    Statistic.MEDIAN: _median_interval,
    Statistic.PERCENTILE_90: _percentile_interval,
}
