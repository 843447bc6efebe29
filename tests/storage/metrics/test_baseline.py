from __future__ import annotations

import pytest

from storage.metrics.baseline import Baseline, baselines

WAVES = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0]


def baseline(
    values: list[float | None] | list[float], highest: float | None = None
) -> Baseline | None:
    return baselines([values], highest=highest)[0]


def test_limits_are_the_mean_and_2_66_moving_ranges() -> None:
    found = baseline(WAVES)
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((11.0, 5.68, 16.32))


def test_baseline_needs_eight_periods_with_data() -> None:
    assert baseline([*WAVES[:7], None, None]) is None
    assert baseline([*WAVES, None]) == baseline(WAVES)


def test_limits_stay_where_a_rate_can_be() -> None:
    found = baseline([0.9, 0.5] * 4, highest=1.0)
    assert found is not None
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("value", "outside"), [(16.3, False), (16.4, True), (5.7, False), (5.6, True)]
)
def test_value_beyond_a_limit_is_outside(value: float, *, outside: bool) -> None:
    found = baseline(WAVES)
    assert found is not None
    assert found.is_outside(value) is outside


@pytest.mark.parametrize(
    ("run", "value", "shift"),
    [(7, 11.5, True), (6, 11.5, False), (7, 10.5, False), (-7, 10.5, True), (7, 11.0, False)],
)
def test_eighth_in_a_row_on_one_side_is_a_shift(run: int, value: float, *, shift: bool) -> None:
    assert Baseline(11.0, 0.0, 99.0, run).is_shift(value) is shift


def test_newest_run_is_counted_from_the_end() -> None:
    found = baseline([1.0, 9.0, 9.0, 1.0, 1.0, 9.0, 9.0, 9.0])
    assert found is not None
    assert found.side_run == 3


def test_level_that_never_moved_is_not_left_by_a_rounding_error() -> None:
    found = baseline([0.3] * 12)
    assert found is not None
    assert not found.is_outside(0.1 + 0.2)
    assert not found.is_shift(0.1 + 0.2)
    assert found.is_outside(0.31)
