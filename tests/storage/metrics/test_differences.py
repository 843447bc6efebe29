from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from storage.metrics.definition import Aggregation
from storage.metrics.differences import (
    bootstrap_medians,
    difference_interval,
    newcombe,
    poisson_difference,
    ratio_difference,
    welch,
)
from storage.metrics.intervals import poisson, wilson
from storage.metrics.sample import MEDIAN_GRID, PartOfIndex, Sample
from tests.storage.metrics.test_intervals import promoters, ratio_sample, sample_of


def grid_of(values: list[float]) -> tuple[float, ...]:
    n = len(values)
    ranks = [round((n + 1) / 2 + errors * n**0.5 / 2) for errors in MEDIAN_GRID]
    return tuple(sorted(values)[max(1, min(n, rank)) - 1] for rank in ranks)


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


def test_difference_of_ratios_of_equal_weights_equals_that_of_means() -> None:
    first, second = [3.0, 5.5, 8.0, 4.0], [10.0, 2.0, 6.5, 7.0, 9.0, 12.0]
    expected = stats.ttest_ind(first, second, equal_var=False).confidence_interval()
    found = ratio_difference(
        ratio_sample(first, [1.0] * len(first)), ratio_sample(second, [1.0] * len(second))
    )
    assert found == pytest.approx((expected.low, expected.high))


def test_difference_of_net_promoter_scores_adds_the_squared_errors() -> None:
    now, before = promoters(75, 15, 10), promoters(60, 20, 20)
    errors = []
    for up, none, down in ((75, 15, 10), (60, 20, 20)):
        n = up + none + down + 3
        share, against = (up + 0.75) / n, (down + 0.75) / n
        errors.append(10_000 * (share + against - (share - against) ** 2) / n)
    margin = 1.959964 * sum(errors) ** 0.5
    found = difference_interval(Aggregation.NET_PROMOTER, now, before)
    assert found == pytest.approx((25 - margin, 25 + margin))


def test_difference_of_rates_touches_each_interval_where_the_other_is_sure() -> None:
    """With an exact second rate the difference has the first one's interval alone."""
    now, before = Sample(40, 40, weight=1000.0), Sample(4_000_000, 4e6, weight=1e8)
    found, alone = poisson_difference(now, before), poisson(now)
    assert found is not None
    assert alone is not None
    assert found == pytest.approx((alone[0] - 4, alone[1] - 4), abs=0.01)


def test_difference_of_indexes_is_that_of_their_parts() -> None:
    now = Sample(5, parts=(PartOfIndex(5, 80.0, 3.0), PartOfIndex(9, 90.0, 4.0)))
    before = Sample(5, parts=(PartOfIndex(5, 70.0, 0.0), PartOfIndex(9, 90.0, 0.0)))
    found = difference_interval(Aggregation.INDEX, now, before)
    assert found == pytest.approx((5 - 1.959964 * 2.5, 5 + 1.959964 * 2.5))


def test_a_missing_part_leaves_no_difference() -> None:
    whole = Sample(5, parts=(PartOfIndex(5, 80.0, 3.0), PartOfIndex(9, 90.0, 4.0)))
    lacking = Sample(5, parts=(PartOfIndex(5, 80.0, 3.0), PartOfIndex(0)))
    assert difference_interval(Aggregation.INDEX, whole, lacking) is None


def test_newcombe_holds_zero_for_equal_shares() -> None:
    low, high = newcombe(Sample(50, 20), Sample(50, 20))
    assert low == -high
    assert high < 2 * (wilson(20, 50)[1] - 0.4)
