"""Axes: round numbers that enclose the values, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
ABOUT_TICKS = 5
FROM_ZERO_UNDER = 0.5
"""A scale begins at zero where the lowest value is under half of the highest."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Round numbers from the lowest to the highest."""

    ticks: tuple[float, ...]

    @property
    def low(self) -> float:
        return self.ticks[0]

    @property
    def high(self) -> float:
        return self.ticks[-1]

    def share(self, value: float) -> float:
        """Where a value lies between the lowest (0) and the highest (1)."""
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], *, from_zero: bool) -> Scale:
    """A scale for these values; bars and areas begin at zero, or their lengths would mislead."""
    low, high = min(values), max(values)
    if from_zero or 0 <= low < FROM_ZERO_UNDER * high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = _step((high - low) / (ABOUT_TICKS - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(tuple(round(each * step, 10) for each in range(first, last + 1)))


def _step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next(size * step for step in STEPS if size * step >= least * 0.999)


def written(value: float) -> str:
    """``1,284``, ``74.3`` or ``0.25``: no more digits than there are."""
    return f"{value:,.6f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
