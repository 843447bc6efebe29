"""What a review asks a team to discuss: by rules, from what was found, and of nobody by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from storage.insights.reasons import Reason
from storage.insights.review import FoundReview, Point, is_better, is_worse
from storage.metrics.answer import Answer, Change, HiddenDifference, Row
from storage.metrics.definition import Direction, Metric, Segment
from storage.metrics.explanation import Explanation, Part

QUESTIONS = 3
UNASKED = frozenset({Segment.TENURE})
LONG_MISSED = 3
"""A target missed in so many periods in a row is asked about before all else."""


@dataclass(frozen=True, slots=True)
class AboutPart:
    """One part explains most of a change that is not for the better."""

    why: Explanation
    part: Part


@dataclass(frozen=True, slots=True)
class AboutMove:
    """A figure moved, not for the better, and no part of it explains that."""

    answer: Answer
    row: Row


@dataclass(frozen=True, slots=True)
class AboutTarget:
    """A target is missed, for so many periods in a row."""

    answer: Answer
    row: Row
    in_a_row: int


@dataclass(frozen=True, slots=True)
class AboutPair:
    """A figure moved as it is often pushed, and one that pays for it got worse."""

    answer: Answer
    row: Row
    other: Answer
    other_row: Row


@dataclass(frozen=True, slots=True)
class AboutHidden:
    """Two groups lie apart within one figure."""

    answer: Answer
    difference: HiddenDifference


@dataclass(frozen=True, slots=True)
class AboutReason:
    """Customers come with something new."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class AboutProgress:
    """A figure got better."""

    answer: Answer
    row: Row


@dataclass(frozen=True, slots=True)
class AboutWork:
    """Nothing in the figures asks to be discussed: what they do not show, by a number from 0."""

    number: int


Topic = (
    AboutPart
    | AboutMove
    | AboutTarget
    | AboutPair
    | AboutHidden
    | AboutReason
    | AboutProgress
    | AboutWork
)  # fmt: skip


def topics(found: FoundReview) -> tuple[Topic, ...]:
    """Three, of as many kinds as there are; the work itself where the figures give too few."""
    by_rule: Sequence[Sequence[Topic]] = (
        list(_moves(found)),
        [each for each in _targets(found) if each.in_a_row >= LONG_MISSED],
        list(_pairs(found)),
        list(_hidden(found)),
        [AboutReason(each) for each in found.reasons.new],
        list(_progress(found)),
        [each for each in _targets(found) if each.in_a_row < LONG_MISSED],
    )
    in_turn = chain.from_iterable(zip_longest(*by_rule))
    about_figures = [topic for topic in in_turn if topic is not None]
    about_work = (AboutWork(number) for number in range(QUESTIONS))
    return tuple(islice(chain(about_figures, about_work), QUESTIONS))


def _moves(found: FoundReview) -> Iterator[AboutPart | AboutMove]:
    """The first part told of each change, of those that have a name; else the change itself."""
    for point in found.points:
        row = next((row for row in point.moved if not _is_progress(point, row)), None)
        if row is None:
            continue
        told = point.why.told if point.why else ()
        part = next((part for part in told if _has_name(part)), None)
        if point.why and part:
            yield AboutPart(point.why, part)
        else:
            yield AboutMove(point.answer, row)


def _has_name(part: Part) -> bool:
    """Whether it can be asked about; that experienced agents had more to do asks nothing."""
    is_named = all(value is not None and kind not in UNASKED for kind, value in part.segment)
    return is_named and not part.is_folded


def _targets(found: FoundReview) -> list[AboutTarget]:
    """The longest missed of each point."""
    missing = [point for point in found.points if point.missed]
    ordered = sorted(missing, key=lambda point: -point.missed_in_a_row)
    return [AboutTarget(p.answer, p.missed[0], p.missed_in_a_row) for p in ordered]


def _pairs(found: FoundReview) -> Iterator[AboutPair]:
    by_key = {point.metric.key: point for point in found.points}
    for point in found.points:
        for key in point.metric.kept_honest_by:
            if other := by_key.get(key):
                yield from _pair(point, other)


def _pair(point: Point, other: Point) -> Iterator[AboutPair]:
    """The first rows that belong together: of one segment, or one of them of the total."""
    for row in point.moved:
        if not _is_pushed(point.metric, row.change):
            continue
        paying = (
            each
            for each in other.moved
            if is_worse(other.metric, each.change)
            and (each.segment == row.segment or not each.segment or not row.segment)
        )
        if (other_row := next(paying, None)) is not None:
            yield AboutPair(point.answer, row, other.answer, other_row)
            return


def _is_pushed(metric: Metric, change: Change | None) -> bool:
    """Whether it moved as it is wished for: less of what is neither good nor bad costs less."""
    if metric.better is Direction.NEITHER:
        return change is Change.DOWN
    return is_better(metric, change)


def _hidden(found: FoundReview) -> Iterator[AboutHidden]:
    """Of new agents first, then of metrics with a point, then the largest."""
    with_points = {point.metric.key for point in found.points}
    known = [
        AboutHidden(answer, each)
        for answer in found.answers
        for each in answer.hidden
        if _is_harder(answer.query.metric, each)
    ]

    def rank(topic: AboutHidden) -> tuple[bool, bool, int]:
        of_new = topic.difference.split is Segment.TENURE
        has_point = topic.answer.query.metric.key in with_points
        return (not of_new, not has_point, -sum(group.n for group in topic.difference.groups))

    yield from sorted(known, key=rank)


def _is_harder(metric: Metric, difference: HiddenDifference) -> bool:
    """Whether the first group, of new agents or complex issues, has the harder time."""
    first, second = (group.value for group in difference.groups)
    return first < second if metric.better is Direction.HIGHER else first > second


def _progress(found: FoundReview) -> Iterator[AboutProgress]:
    for point in found.points:
        row = next((row for row in point.moved if _is_progress(point, row)), None)
        if row is not None:
            yield AboutProgress(point.answer, row)


def _is_progress(point: Point, row: Row) -> bool:
    return is_better(point.metric, row.change)
