"""Targets that the periods before make realistic: what their better quarter reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from storage.metrics.answer import Answer, Row, SegmentValues
from storage.metrics.definition import Direction, Metric, Unit
from storage.metrics.sample import has_interval
from storage.metrics.target import Target, single_bound

SMALLEST_HISTORY = 8
"""Fewer periods than this are no ground to suggest a target on."""
TIME_STEPS = (86400, 43200, 21600, 3600, 1800, 900, 300, 60, 30, 15, 5, 1)
FINEST_SHARE = 0.05
"""A target is told no finer than to a twentieth of itself, as people would."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A realistic target for one segment, and on how many periods it rests."""

    segment: SegmentValues
    target: Target
    periods: int


def suggestions(answer: Answer) -> list[Suggestion]:
    """One for each row with at least 8 complete periods that are no small samples."""
    found = [_suggestion(row, answer) for row in answer.rows]
    return [each for each in found if each]


def better_quartile(metric: Metric, values: Sequence[float]) -> float | None:
    """What the better quarter of the values reached; None with fewer than 8 of them.

    None as well where neither way is better.
    """
    if len(values) < SMALLEST_HISTORY or metric.better is Direction.NEITHER:
        return None
    rank = (len(values) - 1) * (0.75 if metric.better is Direction.HIGHER else 0.25)
    ordered = sorted(values)
    below = floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def rounded(value: float, unit: Unit) -> float:
    """As people would set it: whole percents, quarters of an hour, two digits of a count."""
    if unit is Unit.RATE:
        return round(value, 2 if 0.03 <= value <= 0.97 else 3)
    if not value:
        return value
    if unit is Unit.SECONDS:
        finest = abs(value) * FINEST_SHARE
        step = next((each for each in TIME_STEPS if each <= finest), 1)
        return float(round(value / step) * step)
    digits = 1 - floor(log10(abs(value)))
    return round(value, min(digits, 0) if unit is Unit.COUNT else digits)


def _suggestion(row: Row, answer: Answer) -> Suggestion | None:
    values = _values(row, answer)
    metric = answer.query.metric
    quartile = better_quartile(metric, values)
    target = None if quartile is None else single_bound(metric, rounded(quartile, metric.unit))
    return Suggestion(row.segment, target, len(values)) if target else None


def _values(row: Row, answer: Answer) -> list[float]:
    metric = answer.query.metric
    smallest = (
        answer.settings.smallest_sample(metric.key) if has_interval(metric.aggregation) else 0
    )
    return [
        point.value
        for point in answer.trend
        if point.segment == row.segment and point.value is not None and point.n >= smallest
    ]
