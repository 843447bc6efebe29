"""What a figure is meant to be: bounds that a person set, and how a figure stands to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from storage.metrics.definition import Direction, Metric, Segment
from storage.periods import Grain

Scope = tuple[tuple[Segment, str], ...]
"""The segments that a target is for, in the order of their names; none is the whole metric."""


class Verdict(Enum):
    """How a figure stands to its target; ``NEAR`` is too close to the bound to say."""

    MET = "met"
    NEAR = "near"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Target:
    """At least ``low``, at most ``high``, or a band of both, in the unit of the metric."""

    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, ...]:
        return tuple(bound for bound in (self.low, self.high) if bound is not None)

    def verdict(self, value: float, interval: tuple[float, float] | None) -> Verdict:
        """Near where the figure's interval contains a bound; without an interval never."""
        if interval and any(interval[0] <= bound <= interval[1] for bound in self.bounds):
            return Verdict.NEAR
        is_met = (self.low is None or value >= self.low) and (
            self.high is None or value <= self.high
        )
        return Verdict.MET if is_met else Verdict.MISSED


@dataclass(frozen=True, slots=True)
class TargetInForce:
    """A target, what it is for, and the periods it is for where it is not for all of them."""

    scope: Scope
    target: Target
    grain: Grain | None = None


def single_bound(metric: Metric, number: float) -> Target | None:
    """The target that one number is, by which way is better; None where neither is."""
    match metric.better:
        case Direction.HIGHER:
            return Target(low=number)
        case Direction.LOWER:
            return Target(high=number)
        case _:
            return None


def scope_of(values: Iterable[tuple[Segment, str]]) -> Scope:
    return tuple(sorted(values, key=lambda each: each[0].value))
