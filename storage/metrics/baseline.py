"""What is normal here: the mean and natural process limits of the periods before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

LIMIT_FACTOR = 2.66
"""Of the mean moving range: 3 / 1.128, Shewhart's constant for individual values."""
SMALLEST_BASELINE = 8
RUN_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Baseline:
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
        side = _side(value, self.mean)
        run = abs(self.side_run) + 1 if side * self.side_run > 0 else 1
        return side != 0 and run >= RUN_LENGTH


def baseline(values: Sequence[float | None], *, largest: float | None = None) -> Baseline | None:
    """Natural process limits of values, oldest first: mean ± 2.66 times the mean moving range.

    Periods without data are passed over; with fewer than 8 left there is no baseline. Limits stay
    at or above 0 and, where given, at or below ``largest``.
    """
    known = pd.Series(list(values), dtype=float).dropna()
    if len(known) < SMALLEST_BASELINE:
        return None
    mean = float(known.mean())
    margin = LIMIT_FACTOR * float(known.diff().abs().mean())
    high = mean + margin if largest is None else min(largest, mean + margin)
    return Baseline(mean, max(0.0, mean - margin), high, _newest_run(known, mean))


def _newest_run(known: pd.Series[float], mean: float) -> int:
    sides = [_side(value, mean) for value in reversed(known.tolist())]
    newest = sides[0]
    length = next((index for index, side in enumerate(sides) if side != newest), len(sides))
    return newest * length


def _side(value: float, mean: float) -> int:
    return (value > mean + _blur(mean)) - (value < mean - _blur(mean))


def _blur(mean: float) -> float:
    """What summing floats may add: a level that never moved is not left by the last digit."""
    return 1e-9 * max(1.0, abs(mean))
