"""Words → a question about a metric."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.request.complaints import (
    leftover_words,
    no_metric,
    two_metrics,
    two_periods,
    unknown_metric,
)
from bot.request.metrics import SPLITTERS, is_in_a_name, metrics_in
from bot.request.parts import Parts
from bot.request.periods import EVERY_WEEK, period_at
from bot.request.segments import BARE_CHANNELS, SEGMENT_NAMES
from bot.request.tokens import Pair, Word, plain, tokens
from storage.metrics.answer import Question
from storage.metrics.definition import Metric, Segment
from storage.periods import PeriodChoice

FILLERS = frozenset((
    "a", "an", "and", "are", "at", "can", "did", "do", "does", "during", "figure", "figures",
    "for", "from", "give", "how", "i", "in", "is", "it", "me", "my", "of", "on", "our", "please",
    "s", "show", "tell", "the", "was", "we", "were", "what", "whats", "with",
))  # fmt: skip
"""Words that a sentence has and a question does not need."""


def read_question(text: str, today: date) -> Question:
    pairs, loose = pairs_and_words(tokens(text))
    by, loose = _splits(loose, today)
    period, loose = _period(loose, today)
    named = metrics_in([word for each in loose for word in plain(each).split()])
    channels, rest = bare_channels(named.rest)
    parts = Parts((*pairs, *channels), tuple(by), period or EVERY_WEEK)
    unread = [word for word in rest if word not in FILLERS]
    question = parts.checked(_one_metric(named.metrics, unread, parts))
    if unread:
        raise leftover_words(unread, question, after_value=bool(pairs))
    return question


def read_scope(text: str, today: date, otherwise: PeriodChoice) -> tuple[Parts, list[str]]:
    """What a text that names no metric says, and its words that belong to nothing."""
    pairs, loose = pairs_and_words(tokens(text))
    by, loose = _splits(loose, today)
    period, loose = _period(loose, today)
    channels, rest = bare_channels([word for each in loose for word in plain(each).split()])
    parts = Parts((*pairs, *channels), tuple(by), period or otherwise)
    return parts, [word for word in rest if word not in FILLERS]


def _one_metric(metrics: tuple[Metric, ...], unread: list[str], parts: Parts) -> Metric:
    if len(metrics) == 1:
        return metrics[0]
    if metrics:
        raise two_metrics(metrics, parts.suggestion)
    if not unread:
        raise no_metric()
    raise unknown_metric(" ".join(unread), parts.suggestion)


def pairs_and_words(found: list[Word | Pair]) -> tuple[list[Pair], list[str]]:
    """Pairs, and loose words; a word before a pair that is part of its name goes to it."""
    pairs: list[Pair] = []
    loose: list[str] = []
    for token in found:
        if isinstance(token, Word):
            loose.append(token.text)
            continue
        name = token.name
        if loose and plain(f"{loose[-1]} {name}") in SEGMENT_NAMES:
            name = f"{loose.pop()} {name}"
        pairs.append(Pair(name, token.values))
    return pairs, loose


def _splits(typed: list[str], today: date) -> tuple[list[str], list[str]]:
    """The segment names behind each ``by``, and the other words."""
    names: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(typed):
        if typed[position] not in SPLITTERS or is_in_a_name(typed, position):
            rest.append(typed[position])
            position += 1
            continue
        found, position = _names_from(typed, position + 1, today)
        names += found
    return names, rest


def _names_from(typed: list[str], position: int, today: date) -> tuple[list[str], int]:
    names: list[str] = []
    while position < len(typed):
        length = _length_of_segment(typed[position : position + 4])
        if length:
            names.append(" ".join(typed[position : position + length]))
        elif not (names and typed[position] in _JOINTS):
            break
        position += length or 1
    if names or (position < len(typed) and period_at(typed[position:], today)):
        return names, position
    return [" ".join(typed[position : position + 1])], position + 1


_JOINTS = {"and", "&", "+", ""}


def _length_of_segment(typed: list[str]) -> int:
    lengths = range(len(typed), 0, -1)
    return next((n for n in lengths if plain(" ".join(typed[:n])) in SEGMENT_NAMES), 0)


def _period(typed: list[str], today: date) -> tuple[PeriodChoice | None, list[str]]:
    choices: list[PeriodChoice] = []
    rest: list[str] = []
    position = 0
    while position < len(typed):
        found = period_at(typed[position:], today)
        if found:
            choices.append(found.choice)
        else:
            rest.append(typed[position])
        position += found.length if found else 1
    if len(set(choices)) > 1:
        raise two_periods(choices)
    return (choices[0] if choices else None), rest


def bare_channels(rest: Sequence[str]) -> tuple[list[Pair], list[str]]:
    """``aht phone`` is ``aht channel:phone``."""
    pairs: list[Pair] = []
    text = f" {' '.join(rest)} "
    for name in sorted(BARE_CHANNELS, key=len, reverse=True):
        if f" {name} " in text:
            text = text.replace(f" {name} ", " ")
            pairs.append(Pair(Segment.CHANNEL.value, (BARE_CHANNELS[name],)))
    return pairs, text.split()
