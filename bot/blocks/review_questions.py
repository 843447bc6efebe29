"""The questions that a review ends with: about work, with the number, never about a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.blocks import numbers
from bot.blocks.clauses import metric_in_sentence, shown_value
from bot.blocks.dates import PLURALS
from bot.blocks.goals import target_name
from bot.blocks.hidden import difference_clause
from bot.blocks.names import filter_name, row_name, value_name
from bot.blocks.part_clauses import segment_name
from bot.blocks.report import period_in_words
from bot.blocks.summary import upper
from storage.insights.review import FoundReview
from storage.insights.topics import (
    AboutHidden,
    AboutMove,
    AboutPair,
    AboutPart,
    AboutProgress,
    AboutReason,
    AboutTarget,
    AboutWork,
    Topic,
)
from storage.metrics.answer import ALL_CHANNELS, Answer, Change, Row
from storage.metrics.definition import Segment
from storage.metrics.explanation import Figure
from storage.metrics.windows import TREND_PERIODS
from storage.periods import Grain

_ABOUT_WORK = (
    "What took the most time in {period} that no figure here shows?",
    "Which question of customers in {period} had no good answer ready, and who could write one?",
    "What is one thing that would make the next {grain} easier for customers and for the team?",
)
_WHAT_NEXT: dict[type[Topic], str] = {
    AboutMove: "What lies behind it, and what would help?",
    AboutProgress: "What was done differently, and how can it be kept?",
}
_HELPED = {
    Segment.TENURE: "What would help new colleagues most?",
    Segment.COMPLEXITY: "What would make complex issues easier to settle?",
}


def asked_about(topic: Topic, found: FoundReview) -> str:
    """The question that a topic asks."""
    match topic:
        case AboutPart():
            said = _about_part(topic, found)
        case AboutTarget():
            said = _about_target(topic)
        case AboutPair():
            said = _about_pair(topic)
        case AboutHidden():
            said = _about_hidden(topic)
        case AboutReason():
            said = _about_reason(topic, found)
        case AboutMove() | AboutProgress():
            said = f"{upper(_did(topic.row, topic.answer))}. {_WHAT_NEXT[type(topic)]}"
        case AboutWork():
            said = _about_work(topic, found)
        case _:
            assert_never(topic)
    return said


def _about_work(topic: AboutWork, found: FoundReview) -> str:
    grain = found.scope.period.grain
    following = "time" if grain is Grain.RANGE else grain.value
    asks = _ABOUT_WORK[topic.number]
    return asks.format(period=period_in_words(found.scope), grain=following)


def _about_hidden(topic: AboutHidden) -> str:
    subject = upper(metric_in_sentence(topic.answer.query.metric))
    hidden = difference_clause(topic.difference, topic.answer)
    return f"{subject}: {hidden}. {_HELPED[topic.difference.split]}"


def _about_part(topic: AboutPart, found: FoundReview) -> str:
    """``First contact resolution for billing on chat went from 78 % to 51 %. What changed …?``."""
    subject = upper(metric_in_sentence(topic.why.total.query.metric))
    where = " on ".join([segment_name(topic.part, topic.why), *_channel(topic, found)])
    before, after = (_figure(each, topic) for each in (topic.part.before, topic.part.after))
    went = f"went from {before} to {after}"
    asks = f"What changed there in {period_in_words(found.scope)}, and what would help with it?"
    return f"{subject} for {where} {went}. {asks}"


def _channel(topic: AboutPart, found: FoundReview) -> Iterator[str]:
    """The channel whose change it is, where the review is not of that alone."""
    for chosen in topic.why.total.query.filters:
        if chosen not in found.scope.filters and chosen.values != (ALL_CHANNELS,):
            yield filter_name(chosen, {})


def in_a_row(number: int, grain: Grain) -> str:
    """``3 months in a row``; no more than a trend holds is looked at."""
    or_more = " or more" if number >= TREND_PERIODS else ""
    return f"{number} {PLURALS[grain]} in a row{or_more}"


def _figure(figure: Figure, topic: AboutPart) -> str:
    if figure.value is None:
        return "none"
    total = topic.why.total
    return numbers.value(total.query.metric.unit, figure.value, figure.n, total.currency)


def _about_target(topic: AboutTarget) -> str:
    row, answer = topic.row, topic.answer
    metric = answer.query.metric
    target = f"its target of {target_name(row.target, metric)}" if row.target else "its target"
    times = in_a_row(topic.in_a_row, answer.query.period.grain)
    how_long = f" for {times}" if topic.in_a_row > 1 else ""
    stood = (
        f"{upper(_named(row, answer))} missed {target}{how_long}, now {shown_value(row, answer)}"
    )
    return f"{stood}. What stands in the way, and what could be tried first?"


def _about_pair(topic: AboutPair) -> str:
    pair = f"{_did(topic.row, topic.answer)} while {_did(topic.other_row, topic.other)}"
    return f"{upper(pair)}. Does one come at the cost of the other?"


def _about_reason(topic: AboutReason, found: FoundReview) -> str:
    name = value_name(Segment.ISSUE_TYPE, topic.reason.issue_type, {})
    count = numbers.count(topic.reason.row.n)
    contacts = "contact" if topic.reason.row.n == 1 else "contacts"
    new = f"{upper(name)} is new, with {count} {contacts} in {period_in_words(found.scope)}"
    return f"{new}. What do these customers need, and is there an answer ready for them?"


def _did(row: Row, answer: Answer) -> str:
    """``average handle time on phone fell to 4 min 10 s``; a change goes by the usual values."""
    is_up, before = row.change is Change.UP, row.previous.value if row.previous else None
    if before is None or row.value is None or (row.value > before) is not is_up:
        side = "above" if is_up else "below"
        return f"{_named(row, answer)} stood at {shown_value(row, answer)}, {side} its usual level"
    return f"{_named(row, answer)} {'rose' if is_up else 'fell'} to {shown_value(row, answer)}"


def _named(row: Row, answer: Answer) -> str:
    subject = metric_in_sentence(answer.query.metric)
    where = row_name(row.segment, answer)
    return f"{subject} on {where}" if where else subject
