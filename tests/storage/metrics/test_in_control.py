"""A process that is in control, simulated: how often one of its weeks is called a change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from storage.metrics.answer import Change
from storage.metrics.baseline import baselines
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation
from storage.metrics.sample import Sample

PROCESSES = 8000
BASELINE_WEEKS = 12
FEWER_THAN = 0.03

Weeks = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Simulation = Callable[[np.random.Generator, int], Weeks]
"""The weekly figures of some processes, over some weeks."""


def shares(random: np.random.Generator, weeks: int) -> Weeks:
    """200 contacts a week, 9 in 10 of them resolved at once."""
    return random.binomial(200, 0.9, (PROCESSES, weeks)) / 200


def spread_shares(random: np.random.Generator, weeks: int) -> Weeks:
    """8,000 contacts a week, and a true spread of 1.5 points between weeks."""
    levels = random.normal(0.75, 0.015, (PROCESSES, weeks))
    return random.binomial(8000, levels) / 8000


def rare_shares(random: np.random.Generator, weeks: int) -> Weeks:
    """As lopsided as a share is asked for: 5 in 100 of 60."""
    return random.binomial(60, 0.05, (PROCESSES, weeks)) / 60


def means(random: np.random.Generator, weeks: int) -> Weeks:
    """Mean resolution times of 100 contacts, a few of which take very long."""
    return np.column_stack([_times(random, 100).mean(axis=1) for _ in range(weeks)])


def medians(random: np.random.Generator, weeks: int) -> Weeks:
    return np.column_stack([np.median(_times(random, 60), axis=1) for _ in range(weeks)])


def counts(random: np.random.Generator, weeks: int) -> Weeks:
    """200 contacts a week, more varied than chance alone would have it."""
    return random.poisson(random.gamma(50, 4, (PROCESSES, weeks))).astype(float)


def few(random: np.random.Generator, weeks: int) -> Weeks:
    """5 contacts a week."""
    return random.poisson(5, (PROCESSES, weeks)).astype(float)


def _times(random: np.random.Generator, contacts: int) -> Weeks:
    return np.asarray(3600 * random.lognormal(0, 1, (PROCESSES, contacts)))


def sample(aggregation: Aggregation, value: float) -> Sample:
    n = round(value) if aggregation is Aggregation.COUNT else 1000
    return Sample(n, total=1000 * value, middle=value, is_zero=True)


def called(aggregation: Aggregation, simulate: Simulation, *, baseline_weeks: int) -> float:
    """The share of processes whose newest week is called a rise or a fall."""
    values = simulate(np.random.default_rng(4), baseline_weeks + 1).tolist()
    highest = 1.0 if aggregation is Aggregation.SHARE else None
    usual = baselines([before for *before, _now in values], highest=highest)
    changes = [
        change_of(
            aggregation,
            sample(aggregation, now),
            sample(aggregation, before[-1]),
            known,
            smallest_sample=30,
        )
        for (*before, now), known in zip(values, usual, strict=True)
    ]
    return sum(change in {Change.UP, Change.DOWN} for change in changes) / len(changes)


@pytest.mark.parametrize(
    ("aggregation", "simulate"),
    [
        (Aggregation.SHARE, shares),
        (Aggregation.SHARE, spread_shares),
        (Aggregation.SHARE, rare_shares),
        (Aggregation.MEAN, means),
        (Aggregation.MEDIAN, medians),
        (Aggregation.COUNT, counts),
        (Aggregation.COUNT, few),
    ],
)
def test_process_in_control_is_called_a_change_in_fewer_than_3_of_100_weeks(
    aggregation: Aggregation, simulate: Simulation
) -> None:
    found = called(aggregation, simulate, baseline_weeks=BASELINE_WEEKS)
    assert 0 < found < FEWER_THAN


def test_hundred_weeks_from_the_first_baseline_on_are_called_in_fewer_than_3() -> None:
    """With 8 to 11 weeks of history the limits are less sure; over 100 weeks it evens out."""
    weeks = spread_shares(np.random.default_rng(8), 108)[:100].tolist()
    pairs = [
        (values[max(0, week - BASELINE_WEEKS) : week], values[week])
        for values in weeks
        for week in range(8, 108)
    ]
    padded = [[None] * (BASELINE_WEEKS - len(before)) + before for before, _now in pairs]
    changes = [
        change_of(
            Aggregation.SHARE,
            sample(Aggregation.SHARE, now),
            sample(Aggregation.SHARE, before[-1]),
            known,
            smallest_sample=30,
        )
        for (before, now), known in zip(pairs, baselines(padded, highest=1.0), strict=True)
    ]
    assert {Change.UP, Change.DOWN, Change.FLAT} == set(changes)
    assert sum(change is not Change.FLAT for change in changes) / len(changes) < FEWER_THAN


def test_process_that_left_control_is_called_a_change() -> None:
    """The same rule that keeps quiet is not deaf: a fall of five of its own spreads is seen."""

    def falling(random: np.random.Generator, weeks: int) -> Weeks:
        values = spread_shares(random, weeks)
        values[:, -1] -= 5 * 0.0158
        return values

    assert called(Aggregation.SHARE, falling, baseline_weeks=BASELINE_WEEKS) > 0.9
