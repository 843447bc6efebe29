"""Rows beside the targets that are in force for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from storage.metrics.answer import ALL_CHANNELS, Query, Row
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.target import Target, TargetInForce
from storage.periods import Grain

SUMMED = {Aggregation.COUNT, Aggregation.SUM, Aggregation.STOCK}
GROWING = {
    Aggregation.COUNT,
    Aggregation.SUM,
    Aggregation.PER_HUNDRED,
    Aggregation.PER_ONE,
}
"""Whose figures of a longer period are larger ones."""


def judged(
    rows: Sequence[Row], query: Query, targets: Sequence[TargetInForce], *, complete: bool
) -> tuple[Row, ...]:
    """The rows with their target and how they stand to it, the most specific target first.

    A row that names an agent has none: nobody is held against a bound made for many. Nor is what
    is summed over a period, while that period runs.
    """
    fitting = [each for each in targets if _fits(each, query, complete=complete)]
    return tuple(_judged(row, query, fitting) for row in rows) if fitting else tuple(rows)


def _fits(each: TargetInForce, query: Query, *, complete: bool) -> bool:
    return each.grain is None or (complete and each.grain is query.period.grain)


def _judged(row: Row, query: Query, targets: Sequence[TargetInForce]) -> Row:
    segments = _segments(row, query)
    if row.withheld or Segment.AGENT in segments:
        return row
    target = most_specific(query.metric, targets, segments)
    if target is None:
        return row
    is_sure = row.value is not None and not row.small_sample
    verdict = target.verdict(row.value or 0.0, row.interval) if is_sure else None
    return replace(row, target=target, verdict=verdict)


def _segments(row: Row, query: Query) -> dict[Segment, str | None]:
    """What a row is about: its own segments, and what the question fixes.

    Several values at once are none of them: a target of one team is not that of two together.
    """
    fixed = {
        each.segment: each.values[0] if len(each.values) == 1 else None
        for each in query.filters
        if each.values != (ALL_CHANNELS,)
    }
    return {**fixed, **dict(row.segment)}


def is_summed(metric: Metric) -> bool:
    """Whether its figure grows with the rows, so that a part's is no measure of the whole's."""
    return metric.aggregation in SUMMED


def grain_of(metric: Metric, named: Grain | None) -> Grain | None:
    """The periods that a target is for: what comes in in a month is no measure of a week's."""
    return named or (Grain.WEEK if metric.aggregation in GROWING else None)


def most_specific(
    metric: Metric, targets: Sequence[TargetInForce], segments: Mapping[Segment, str | None]
) -> Target | None:
    """The target with most segments that a figure of these segments has; of equals the last.

    A target of a summed figure holds for exactly its own segments, never for a part of them.
    """
    fitting = [
        each
        for each in targets
        if all(segments.get(kind) == value for kind, value in each.scope)
        and (not is_summed(metric) or len(each.scope) == len(segments))
    ]
    if not fitting:
        return None
    return max(enumerate(fitting), key=lambda each: (len(each[1].scope), each[0]))[1].target
