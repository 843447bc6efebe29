"""What is normal here: the mean and natural process limits of the periods before."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from operator import sub
from typing import NamedTuple

LIMIT_FACTOR = 2.66
"""Of the mean moving range: 3 / 1.128, Shewhart's constant for individual values."""
SMALLEST_BASELINE = 8
RUN_LENGTH = 8


class Baseline(NamedTuple):
    """The usual level of a figure and the range that it moves in by itself."""

    mean: float
    low: float
    high: float
    side_run: int
    """How many of the newest periods lie on one side of the mean: positive above, negative below"""

    def is_outside(self, value: float) -> bool:
        return value < self.low - _blur(self.mean) or value > self.high + _blur(self.mean)

    def is_shift(self, value: float) -> bool:
        """Whether the value is at least the eighth in a row on one side of the mean."""
        return self.run_with(value) >= RUN_LENGTH

    def run_with(self, value: float) -> int:
        """How many periods in a row lie on one side of the mean, the value the newest of them."""
        side = _side(value, self.mean)
        before = abs(self.side_run) if side * self.side_run > 0 else 0
        return before + 1 if side else 0


def baselines(
    rows: Sequence[Sequence[float | None]], *, lowest: float = 0.0, highest: float | None = None
) -> list[Baseline | None]:
    """Natural process limits of each row, oldest value first: mean ± 2.66 mean moving ranges.

    Periods without data are passed over; with fewer than 8 left there is no baseline. Limits stay
    between the lowest and the highest value that there can be.
    """
    return [_baseline([v for v in row if v is not None], lowest, highest) for row in rows]


def _baseline(known: list[float], lowest: float, highest: float | None) -> Baseline | None:
    if len(known) < SMALLEST_BASELINE:
        return None
    mean = fsum(known) / len(known)
    moves = map(abs, map(sub, known[1:], known))
    margin = LIMIT_FACTOR * (fsum(moves) / (len(known) - 1))
    high = mean + margin if highest is None else min(mean + margin, highest)
    return Baseline(mean, max(mean - margin, lowest), high, _newest_run(known, mean))


def _newest_run(known: list[float], mean: float) -> int:
    blur = _blur(mean)
    low, high = mean - blur, mean + blur
    newest = (known[-1] > high) - (known[-1] < low)
    run = 0
    for value in reversed(known):
        if (value > high) - (value < low) != newest:
            break
        run += newest
    return run


def _side(value: float, mean: float) -> int:
    return (value > mean + _blur(mean)) - (value < mean - _blur(mean))


def _blur(mean: float) -> float:
    """What summing floats may add: a level that never moved is not left by the last digit."""
    return 1e-9 * max(1.0, abs(mean))
