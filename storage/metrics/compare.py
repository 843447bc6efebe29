"""When a difference is called a change."""

from __future__ import annotations

from storage.metrics.answer import Change
from storage.metrics.baseline import Baseline
from storage.metrics.definition import Aggregation
from storage.metrics.differences import difference_interval
from storage.metrics.sample import Sample, has_interval, value_of


def change_of(
    aggregation: Aggregation,
    now: Sample,
    before: Sample,
    usual: Baseline | None,
    smallest_sample: int,
) -> Change | None:
    """Up, down or flat by the value's direction; unclear on small samples; None with no before.

    With a baseline the value has to leave its natural limits, or be the eighth in a row on one
    side; without one, the interval of the difference has to leave zero.
    """
    value, previous = value_of(aggregation, now), value_of(aggregation, before)
    if value is None or previous is None:
        return None
    if has_interval(aggregation) and min(now.n, before.n) < smallest_sample:
        return Change.UNCLEAR
    if usual is not None:
        return _by_limits(value, usual)
    return _by_difference(aggregation, now, before)


def _by_limits(value: float, usual: Baseline) -> Change:
    if usual.is_outside(value) or usual.is_shift(value):
        return Change.UP if value > usual.mean else Change.DOWN
    return Change.FLAT


def _by_difference(aggregation: Aggregation, now: Sample, before: Sample) -> Change:
    interval = difference_interval(aggregation, now, before)
    if interval is None:
        return Change.UNCLEAR
    low, high = interval
    if low > 0:
        return Change.UP
    return Change.DOWN if high < 0 else Change.FLAT
