from __future__ import annotations

from math import floor, sqrt
from random import Random
from statistics import median

import pytest
from scipy import stats

from storage.metrics.definition import Aggregation, Statistic
from storage.metrics.differences import difference_interval
from storage.metrics.intervals import (
    SMALLEST_PERCENTILE_SAMPLE,
    Interval,
    adjusted_wald,
    interval_beside,
    interval_of,
    poisson,
    ratio_interval,
    t_interval,
    wilson,
)
from storage.metrics.sample import PartOfIndex, Sample, value_of


def sample_of(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


def ratio_sample(values: list[float], weights: list[float]) -> Sample:
    """Sums over rows of which each has a value and a weight."""
    return sample_of(values)._replace(
        weight=sum(weights),
        weight_squares=sum(weight * weight for weight in weights),
        cross=sum(value * weight for value, weight in zip(values, weights, strict=True)),
    )


def promoters(promoting: int, passive: int, detracting: int) -> Sample:
    return sample_of([1.0] * promoting + [0.0] * passive + [-1.0] * detracting)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (7, 10), (81, 263), (999, 1000)])
def test_wilson_equals_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits, n) == pytest.approx((expected.low, expected.high))


def test_mean_interval_equals_scipy() -> None:
    values = [1.5, 4.0, 4.5, 9.0, 30.25]
    expected = stats.ttest_1samp(values, 0).confidence_interval()
    assert t_interval(sample_of(values)) == pytest.approx((expected.low, expected.high))


def test_ratio_of_equal_weights_has_the_interval_of_a_mean() -> None:
    values = [1.5, 4.0, 4.5, 9.0, 30.25]
    expected = stats.ttest_1samp(values, 0).confidence_interval()
    found = ratio_interval(ratio_sample(values, [1.0] * len(values)))
    assert found == pytest.approx((expected.low, expected.high))


def test_ratio_interval_comes_from_how_far_rows_lie_off_the_ratio() -> None:
    """Worked with the residuals 20, -40 and 20 of the ratio 0.8: sqrt(3 / 2 * 2400) / 600."""
    sample = ratio_sample([100.0, 120.0, 260.0], [100.0, 200.0, 300.0])
    margin = float(stats.t.ppf(0.975, 2)) * (1.5 * 2400) ** 0.5 / 600
    assert ratio_interval(sample) == pytest.approx((0.8 - margin, 0.8 + margin))


def test_net_promoter_interval_equals_the_definitions() -> None:
    low, high = adjusted_wald(promoters(75, 15, 10))
    assert ((low + high) / 2, (high - low) / 2) == pytest.approx((63.1, 12.8), abs=0.05)
    assert adjusted_wald(promoters(9, 0, 0)) == pytest.approx((43, 100), abs=0.5)


@pytest.mark.parametrize("count", [0, 1, 10, 317])
def test_poisson_interval_equals_scipy(count: int) -> None:
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert poisson(Sample(count, count, weight=100.0)) == pytest.approx((low, high))


def test_index_interval_is_that_of_a_mean_of_parts() -> None:
    sample = Sample(5, parts=(PartOfIndex(5, 80.0, 3.0), PartOfIndex(9, 90.0, 4.0)))
    expected = pytest.approx((85 - 1.959964 * 2.5, 85 + 1.959964 * 2.5))
    assert interval_of(Aggregation.INDEX, sample) == expected


def test_ranks_of_the_percentile_interval_hold_it_in_95_of_100_samples() -> None:
    """The chance that the r-th and the s-th smallest hold the 90th percentile is a binomial's."""
    for n in (*range(SMALLEST_PERCENTILE_SAMPLE, 60), 100, 1000, 10_000):
        spread = 1.96 * sqrt(n * 0.9 * 0.1)
        low, high = floor(n * 0.9 - spread + 0.5), floor(1 + n * 0.9 + spread + 0.5)
        held = stats.binom.cdf(high - 1, n, 0.9) - stats.binom.cdf(low - 1, n, 0.9)
        assert 1 <= low < high <= n
        assert 0.945 < held < 0.985, n


def test_percentile_has_an_interval_from_45_values_on() -> None:
    sample = Sample(45, low_90=3.0, high_90=9.0)
    found = [interval_beside(Statistic.PERCENTILE_90, sample._replace(n=n)) for n in (44, 45)]
    assert found == [None, (3.0, 9.0)]
    assert interval_beside(Statistic.MEAN, sample) is None


def test_ranks_of_the_median_interval_hold_it_in_95_of_100_samples() -> None:
    random = Random(5)
    held = 0
    for _ in range(2000):
        values = sorted(random.expovariate(1) for _ in range(41))
        low = values[round(41 / 2 - 1.96 * 41**0.5 / 2) - 1]
        high = values[round(1 + 41 / 2 + 1.96 * 41**0.5 / 2) - 1]
        held += low <= 0.6931 <= high
    assert 0.94 <= held / 2000 <= 0.98


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_nothing_counted_has_no_value_and_no_interval(aggregation: Aggregation) -> None:
    nothing, something = Sample(0), sample_of([1.0, 0.0, 1.0])
    assert value_of(aggregation, nothing) is None
    assert interval_of(aggregation, nothing) is None
    assert difference_interval(aggregation, something, nothing) is None


@pytest.mark.parametrize(
    ("aggregation", "sample", "expected"),
    [
        (Aggregation.MEAN, sample_of([5.0]), None),
        (Aggregation.MEDIAN, Sample(5, middle=3.0, low=1.0, high=5.0), None),
        (Aggregation.MEDIAN, Sample(6, middle=3.0, low=1.0, high=5.0), (1.0, 5.0)),
        (Aggregation.COUNT, Sample(700), None),
        (Aggregation.STOCK, Sample(700), None),
    ],
)
def test_interval_needs_enough_rows(
    aggregation: Aggregation, sample: Sample, expected: Interval | None
) -> None:
    assert interval_of(aggregation, sample) == expected


def test_values_follow_the_aggregation() -> None:
    values = [1.0, 2.0, 6.0]
    parts = (PartOfIndex(3, 80.0), PartOfIndex(2, 90.0))
    sample = sample_of(values)._replace(middle=median(values), weight=4.0, parts=parts)
    found = {aggregation: value_of(aggregation, sample) for aggregation in Aggregation}
    assert found == {
        Aggregation.SHARE: 3.0,
        Aggregation.MEAN: 3.0,
        Aggregation.MEDIAN: 2.0,
        Aggregation.RATIO: 2.25,
        Aggregation.NET_PROMOTER: 300.0,
        Aggregation.PER_HUNDRED: 225.0,
        Aggregation.INDEX: 85.0,
        Aggregation.COUNT: 3.0,
        Aggregation.SUM: 9.0,
        Aggregation.STOCK: 3.0,
        Aggregation.COST: 2.25,
        Aggregation.PER_ONE: 2.25,
    }
