from __future__ import annotations

from dataclasses import replace
from random import Random
from statistics import median

import numpy as np
import pytest
from scipy import stats

from storage.metrics.definition import Aggregation
from storage.metrics.flow import MEDIAN_GRID
from storage.metrics.intervals import (
    Interval,
    Sample,
    bootstrap_medians,
    difference_interval,
    interval_of,
    newcombe,
    t_interval,
    value_of,
    welch,
    wilson,
)


def sample_of(values: list[float]) -> Sample:
    return Sample(len(values), sum(values), sum(value * value for value in values))


def grid_of(values: list[float]) -> tuple[float, ...]:
    n = len(values)
    ranks = [round((n + 1) / 2 + errors * n**0.5 / 2) for errors in MEDIAN_GRID]
    return tuple(sorted(values)[max(1, min(n, rank)) - 1] for rank in ranks)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (7, 10), (81, 263), (999, 1000)])
def test_wilson_equals_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits, n) == pytest.approx((expected.low, expected.high))


def test_mean_interval_equals_scipy() -> None:
    values = [1.5, 4.0, 4.5, 9.0, 30.25]
    expected = stats.ttest_1samp(values, 0).confidence_interval()
    assert t_interval(sample_of(values)) == pytest.approx((expected.low, expected.high))


def test_difference_of_means_equals_scipy() -> None:
    first, second = [3.0, 5.5, 8.0, 4.0], [10.0, 2.0, 6.5, 7.0, 9.0, 12.0]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    found = welch(sample_of(first), sample_of(second))
    assert found == pytest.approx((expected.low, expected.high))


def test_difference_of_shares_equals_the_published_example() -> None:
    """Newcombe 1998, table II, method 10: 56 / 70 against 48 / 80 is 0.0524 to 0.3339."""
    found = newcombe(Sample(70, 56), Sample(80, 48))
    assert found == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_bootstrap_of_medians_is_close_to_resampling_the_rows() -> None:
    random = np.random.default_rng(3)
    first, second = random.lognormal(4, 1, 400), random.lognormal(4.3, 1, 500)
    drawn = stats.bootstrap(
        (first, second),
        lambda a, b, axis=-1: np.median(a, axis=axis) - np.median(b, axis=axis),
        n_resamples=3000,
        method="percentile",
        rng=random,
    ).confidence_interval
    found = bootstrap_medians(grid_of(first.tolist()), grid_of(second.tolist()))
    assert found is not None
    assert found == pytest.approx((drawn.low, drawn.high), abs=0.15 * (drawn.high - drawn.low))


def test_bootstrap_is_the_same_each_time() -> None:
    first, second = grid_of([float(n) for n in range(50)]), grid_of([float(n) for n in range(90)])
    assert bootstrap_medians(first, second) == bootstrap_medians(first, second)


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
    sample = replace(sample_of(values), middle=median(values))
    found = {aggregation: value_of(aggregation, sample) for aggregation in Aggregation}
    assert found == {
        Aggregation.SHARE: 3.0,
        Aggregation.MEAN: 3.0,
        Aggregation.MEDIAN: 2.0,
        Aggregation.COUNT: 3.0,
        Aggregation.STOCK: 3.0,
    }
