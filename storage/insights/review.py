"""What moved in a period, held against its targets: what a team sits down to talk about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from storage.insights.reasons import FoundReasons
from storage.insights.scope import Scope
from storage.metrics.answer import Answer, Change, Filter, Query, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Direction, Metric, Segment
from storage.metrics.explanation import Explanation, can_explain
from storage.metrics.sample import has_interval
from storage.metrics.target import Verdict

REVIEWED = tuple(
    metric if metric.parts else replace(metric, asides=()) for metric in METRICS if metric.reviewed
)
"""Without what stands beside a figure: it is not told of, and takes longer than all the rest."""
MOST_POINTS = 8
"""More than this is no longer talked about; what moved least is named without a point."""
MOVED = frozenset({Change.UP, Change.DOWN})
LARGEST_STRENGTH = 100.0
_WORSE = {(Change.UP, Direction.LOWER), (Change.DOWN, Direction.HIGHER)}
_BETTER = {(Change.UP, Direction.HIGHER), (Change.DOWN, Direction.LOWER)}

Explain = Callable[[Query], Explanation | None]
"""Why the total of a query moved; None where nobody may see that."""


@dataclass(frozen=True, slots=True)
class Point:
    """A metric that moved, misses a target or newly meets one, by those of its rows.

    The farthest moved and the longest missed come first; ``missed_in_a_row`` is for how many
    periods the first one missed its target.
    """

    answer: Answer
    moved: tuple[Row, ...] = ()
    missed: tuple[Row, ...] = ()
    newly_met: tuple[Row, ...] = ()
    missed_in_a_row: int = 0
    why: Explanation | None = None

    @property
    def metric(self) -> Metric:
        return self.answer.query.metric

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those that it is a point for: the moved ones, else those beside a target."""
        return self.moved or self.missed or self.newly_met

    @property
    def strength(self) -> float:
        return max((strength(row) for row in self.moved), default=0.0)


@dataclass(frozen=True, slots=True)
class FoundReview:
    """The points, the strongest first. ``also`` moved too, but is too much to talk about.

    ``unclear`` has too small a sample or too little history to say, ``empty`` no data or all of it
    withheld. ``left_out`` can't be answered for what was asked, such as one team.
    """

    scope: Scope
    answers: tuple[Answer, ...]
    points: tuple[Point, ...]
    also: tuple[Metric, ...]
    steady: tuple[Metric, ...]
    unclear: tuple[Metric, ...]
    empty: tuple[Metric, ...]
    left_out: tuple[Metric, ...]
    reasons: FoundReasons


def review(
    answers: Sequence[Answer],
    reasons: FoundReasons,
    left_out: Sequence[Metric],
    explain: Explain,
) -> FoundReview:
    """What the answers, one a metric, are worth saying of together."""
    noted = [(answer, point_of(answer)) for answer in answers]
    points = sorted((point for _, point in noted if point), key=rank)
    others = [answer for answer, point in noted if not point]
    fates = {id(answer): _fate(answer) for answer in others}
    return FoundReview(
        scope=reasons.scope,
        answers=tuple(answers),
        points=tuple(with_why(point, explain) for point in points[:MOST_POINTS]),
        also=tuple(point.metric for point in points[MOST_POINTS:]),
        steady=tuple(a.query.metric for a in others if fates[id(a)] is Change.FLAT),
        unclear=tuple(a.query.metric for a in others if fates[id(a)] is Change.UNCLEAR),
        empty=tuple(a.query.metric for a in others if fates[id(a)] is None),
        left_out=tuple(left_out),
        reasons=reasons,
    )


def point_of(answer: Answer) -> Point | None:
    """The point that an answer makes; None where there is nothing to say of it."""
    moved = tuple(sorted((r for r in answer.rows if r.change in MOVED), key=_weaker))
    missed = sorted(
        (row for row in answer.rows if row.verdict is Verdict.MISSED),
        key=lambda row: -missed_in_a_row(row, answer),
    )
    newly_met = tuple(row for row in answer.rows if _is_newly_met(row, answer))
    if not (moved or missed or newly_met):
        return None
    in_a_row = missed_in_a_row(missed[0], answer) if missed else 0
    return Point(answer, moved, tuple(missed), newly_met, in_a_row)


def is_worse(metric: Metric, change: Change | None) -> bool:
    return (change, metric.better) in _WORSE


def is_better(metric: Metric, change: Change | None) -> bool:
    return (change, metric.better) in _BETTER


def strength(row: Row) -> float:
    """How far a row moved: against its usual range, 1 at its edge, else against its interval."""
    if row.value is None:
        return 0.0
    if row.usual_range is not None and row.usual_level is not None:
        low, high = row.usual_range
        level, width = row.usual_level, max(high - row.usual_level, row.usual_level - low)
    elif row.interval is not None and row.previous and row.previous.value is not None:
        level, width = row.previous.value, (row.interval[1] - row.interval[0]) / 2
    else:
        return 0.0
    away = abs(row.value - level)
    return min(LARGEST_STRENGTH, away / width if width else LARGEST_STRENGTH)


def missed_in_a_row(row: Row, answer: Answer) -> int:
    """For how many periods a row has missed the target of today, the asked one included."""
    if row.target is None or row.verdict is not Verdict.MISSED:
        return 0
    before = [
        each.value
        for each in reversed(answer.trend)
        if each.segment == row.segment and each.period < answer.query.period
    ]
    missed = 1
    for value in before:
        if value is None or row.target.verdict(value, None) is not Verdict.MISSED:
            break
        missed += 1
    return missed


def _is_newly_met(row: Row, answer: Answer) -> bool:
    before = row.previous
    if row.target is None or row.verdict is not Verdict.MET:
        return False
    if before is None or before.value is None or _is_small(before.n, answer):
        return False
    return row.target.verdict(before.value, None) is Verdict.MISSED


def _is_small(n: int, answer: Answer) -> bool:
    metric = answer.query.metric
    return has_interval(metric.aggregation) and n < answer.settings.smallest_sample(metric.key)


def _weaker(row: Row) -> float:
    return -strength(row)


def rank(point: Point) -> tuple[bool, bool, float, int]:
    """What moved goes first, the farthest before the others; then targets missed the longest."""
    return (not point.moved, not point.missed, -point.strength, -point.missed_in_a_row)


def with_why(point: Point, explain: Explain) -> Point:
    """With why, where it moved since the period before as it did against what is usual."""
    if not point.moved or not can_explain(point.metric):
        return point
    why = explain(_query_to_explain(point))
    if why is None or not why.change:
        return point
    moved = Change.UP if why.change > 0 else Change.DOWN
    is_the_move = all(row.change is moved for row in point.moved)
    return replace(point, why=why) if is_the_move else point


def _query_to_explain(point: Point) -> Query:
    """The query itself; of one channel that alone moved, that channel's."""
    query = point.answer.query
    chosen = {each.segment for each in query.filters}
    if len(point.moved) > 1 or Segment.CHANNEL in chosen:
        return query
    channel = dict(point.moved[0].segment).get(Segment.CHANNEL)
    if channel is None:
        return query
    return replace(query, filters=(*query.filters, Filter(Segment.CHANNEL, (channel,))))


def _fate(answer: Answer) -> Change | None:
    """Steady where any row is known to be; None where there is no figure."""
    found = {row.change for row in answer.rows if row.value is not None}
    if not found:
        return None
    return Change.FLAT if Change.FLAT in found else Change.UNCLEAR
