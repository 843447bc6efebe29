"""A review pack as a team reads it: an opening message, and one for each point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from slackblocks import Block, ContextBlock, HeaderBlock, PlainText

from bot.blocks import numbers
from bot.blocks.actions import ASK, buttons
from bot.blocks.answer import how_button, question_of
from bot.blocks.clauses import clause, metric_in_sentence, verdict
from bot.blocks.explaining import KINDS
from bot.blocks.goals import against_targets
from bot.blocks.message import Message, paragraph, twin, with_text
from bot.blocks.names import filter_name, listed, row_name
from bot.blocks.part_clauses import amount_text, contrary
from bot.blocks.questions import REVIEW
from bot.blocks.reasons import reasons_report
from bot.blocks.report import heading
from bot.blocks.review_questions import asked_about, in_a_row
from bot.blocks.rich import bold, line, person, person_text, text
from bot.blocks.sentences import spoken
from bot.blocks.small_print import freshness_line
from bot.blocks.summary import sentence, upper
from bot.blocks.table import MARKS
from bot.blocks.why import ALL_CHANNELS_TOGETHER, told_sentences
from bot.request import words
from bot.request.why import why_of
from storage.errors import UserError
from storage.insights.review import FoundReview, Point, strength
from storage.insights.topics import topics
from storage.metrics.answer import ALL_CHANNELS, Answer, Change, Row
from storage.metrics.definition import Metric
from storage.metrics.explanation import Explanation

MOST_OPENING = 3
MOST_ROWS = 3
MOST_HEADLINE_ROWS = 2
MOST_WHY = 2
MOST_NAMED = 6
IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a review: its title and lines, small print, and buttons to go on."""

    title: str
    lines: tuple[str, ...]
    small_print: str = ""
    offers: tuple[tuple[str, str, str], ...] = ()


def pieces(found: FoundReview, narrowed: str = "") -> tuple[Piece, ...]:
    """The opening, then each point, the reasons, and the questions to discuss.

    ``narrowed`` says why it is about less than was asked.
    """
    has_targets = _has_targets(found)
    points = (_point(point, has_targets=has_targets) for point in found.points)
    return (_opening(found, narrowed), *points, *_reasons(found), _questions(found))


def opening_message(piece: Piece, posted_by: str = "") -> Message:
    """What stands in the channel, under the name of who posted it (a Slack user id)."""
    if not posted_by:
        return _message(piece, [HeaderBlock(piece.title)])
    who = line(person(posted_by), text(" posted this review."))
    said = f"{person_text(posted_by)} posted this review: "
    return _message(piece, [who, HeaderBlock(piece.title)], said)


def piece_message(piece: Piece) -> Message:
    """What stands in the thread, under the opening."""
    return _message(piece, [line(bold(piece.title))])


def _message(piece: Piece, blocks: list[Block], posted_by: str = "") -> Message:
    """``posted_by`` is the beginning of the text, escaped already."""
    blocks.append(paragraph("\n".join(piece.lines)))
    if piece.small_print:
        blocks.append(ContextBlock([PlainText(piece.small_print)]))
    said = twin([f"{piece.title}.", *piece.lines, piece.small_print])
    return with_text(f"{posted_by}{said}", [*blocks, *buttons(piece.offers)])


def review_title(found: FoundReview) -> str:
    """``Review, team billing, May 2026``."""
    return heading(REVIEW, found.scope)


def _opening(found: FoundReview, narrowed: str) -> Piece:
    told = [headline(point) for point in found.points[:MOST_OPENING]] or [_nothing(found)]
    others = _others(found)
    behind = "Each point and three questions to discuss stand in the thread."
    lines = [narrowed, *told, *others, behind]
    return Piece(review_title(found), tuple(each for each in lines if each), _small_print(found))


def _nothing(found: FoundReview) -> str:
    if found.scope.start > found.scope.now:
        return "That period has not begun yet."
    if not found.steady:
        return "There is too little data to say that anything moved."
    return "Nothing left its usual range, and no target was missed or newly met."


def headline(point: Point) -> str:
    """The rows that it is a point for, in a sentence that names the metric."""
    rows = point.rows[:MOST_HEADLINE_ROWS]
    more = len(point.rows) - len(rows)
    kept = replace(point.answer, rows=tuple(rows))
    said = "; ".join(clause(row, kept) for row in rows)
    if row_name(rows[0].segment, kept):
        said = f"{metric_in_sentence(point.metric)}: {said}"
    said += f"; {more} more alike" if more else ""
    return " ".join([sentence(said), *against_targets(kept)])


def _others(found: FoundReview) -> Iterator[str]:
    """What moved beside the points told, and how many figures did not."""
    more = [*(p.metric for p in found.points[MOST_OPENING:]), *found.also]
    if more:
        yield f"Also to look at: {_named(more)}."
    counts = (
        (len(found.steady), "steady"),
        (len(found.unclear), "with too little data to say"),
        (len(found.empty), "with no figure to show"),
    )
    parts = [f"{number} {fate}" for number, fate in counts if number]
    if parts:
        yield f"Of the other figures, {listed(parts)}."


def _named(metrics: Sequence[Metric]) -> str:
    named = [metric_in_sentence(metric) for metric in metrics]
    if len(named) > MOST_NAMED:
        named = [*named[:MOST_NAMED], f"{len(named) - MOST_NAMED} more"]
    return listed(named)


def _small_print(found: FoundReview) -> str:
    filters = " and ".join(filter_name(each, {}) for each in found.scope.filters)
    left_out = (
        f"Not kept for {filters or 'this'}, so left out: {_named(found.left_out)}."
        if found.left_out
        else ""
    )
    no_target = "" if _has_targets(found) else "No target is set for any of it."
    fresh = freshness_line(found.reasons.volume)
    return " ".join(part for part in (left_out, no_target, fresh) if part)


def _point(point: Point, *, has_targets: bool) -> Piece:
    answer = point.answer
    shown = _few_rows(point)
    lines = (
        " ".join(spoken(shown)),
        *_usual(point),
        _in_a_row(point),
        *why_told(point),
        "No target is set for it." if has_targets and not _has_target(answer) else "",
    )
    return Piece(
        _point_title(point),
        tuple(each for each in lines if each),
        KINDS[point.metric.kind] + ".",
        (*_why_button(point), *how_button(answer)),
    )


def _has_targets(found: FoundReview) -> bool:
    return any(_has_target(answer) for answer in found.answers)


def _has_target(answer: Answer) -> bool:
    return any(row.target for row in answer.rows)


def _few_rows(point: Point) -> Answer:
    """The answer as it is; of one with many rows those that it is a point for."""
    answer = point.answer
    if len(answer.rows) <= MOST_ROWS + 1:
        return answer
    return replace(answer, rows=point.rows[:MOST_ROWS])


def _point_title(point: Point) -> str:
    """``First contact resolution ↓ worse``, ``Service level, target missed``."""
    changes = {row.change for row in point.moved}
    if len(changes) == 1:
        (change,) = changes
        return " ".join(filter(None, (point.metric.name, *_mark(point.metric, change))))
    if point.moved:
        return f"{point.metric.name}, up and down"
    return f"{point.metric.name}, target {'missed' if point.missed else 'newly met'}"


def _mark(metric: Metric, change: Change | None) -> tuple[str, str]:
    return (MARKS[change], verdict(metric, change)) if change else ("", "")


def _usual(point: Point) -> Iterator[str]:
    """The usual range of each row whose sentence does not tell it."""
    answer = point.answer
    shown = [row for row in _few_rows(point).rows if row.usual_range and strength(row) <= 1]
    parts = [
        f"{row_name(row.segment, answer)} {_span(row, answer)}".strip()
        for row in shown
        if row.usual_range
    ]
    if parts:
        yield f"Usual range: {'; '.join(parts)}."


def _span(row: Row, answer: Answer) -> str:
    low, high = row.usual_range or (0.0, 0.0)
    return numbers.span(answer.query.metric.unit, low, high, answer.currency)


def _in_a_row(point: Point) -> str:
    if point.missed_in_a_row < IN_A_ROW:
        return ""
    times = in_a_row(point.missed_in_a_row, point.answer.query.period.grain)
    whose = upper(row_name(point.missed[0].segment, point.answer))
    named = f"{whose}: missed" if whose else "Missed"
    return f"{named} for {times}, by the target of today."


def why_told(point: Point) -> Iterator[str]:
    """The largest parts of the change, and where they contradict it."""
    found = point.why
    if found is None or not found.change:
        return
    told = told_sentences(found)[:MOST_WHY]
    if told:
        yield f"Why ({_changed(found)}): {' '.join([*told, *contrary(found)])}"


def _changed(found: Explanation) -> str:
    """What the parts are parts of: ``chat −12 points``, ``mean, all channels together +4 min``."""  # noqa: RUF002 - as it is shown
    together = any(each.values == (ALL_CHANNELS,) for each in found.total.query.filters)
    where = ALL_CHANNELS_TOGETHER if together else _channel(found)
    of_mean = "mean" if found.is_of_mean else ""
    named = ", ".join(part for part in (of_mean, where) if part)
    return f"{named} {amount_text(found.change or 0.0, found)}".strip()


def _channel(found: Explanation) -> str:
    chosen = (each for each in found.total.query.filters if each.segment.value == "channel")
    return next((filter_name(each, {}) for each in chosen), "")


def _why_button(point: Point) -> Iterator[tuple[str, str, str]]:
    why = why_of(question_of(point.answer)) if point.moved else None
    if why is None:
        return
    try:
        yield ("Why?", ASK, words(why))
    except UserError:
        return


def _reasons(found: FoundReview) -> Iterator[Piece]:
    """What people contacted about, where anybody did."""
    if found.reasons.total:
        report = reasons_report(found.reasons)
        yield Piece("What people contacted us about", report.said)


def _questions(found: FoundReview) -> Piece:
    asked = [asked_about(topic, found) for topic in topics(found)]
    lines = tuple(f"{number}. {each}" for number, each in enumerate(asked, start=1))
    return Piece("Three questions to discuss", lines)
