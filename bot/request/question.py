"""Words → a question about a metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from bot.request.complaints import (
    leftover_words,
    no_metric,
    two_metrics,
    two_periods,
    unknown_metric,
)
from bot.request.fillers import ASKING_OF_ONESELF, FILLERS, RANKING
from bot.request.metrics import (
    ANY_NAME,
    METRIC_NAMES,
    SPLITTERS,
    is_in_a_name,
    metrics_in,
)
from bot.request.parts import Parts
from bot.request.periods import EVERY_WEEK, period_at
from bot.request.segments import BARE_CHANNELS, SEGMENT_NAMES
from bot.request.tokens import Pair, Word, plain, tokens
from storage.metrics.answer import MYSELF, Question
from storage.metrics.definition import Metric, Segment
from storage.periods import PeriodChoice


def read_question(text: str, today: date) -> Question:
    pairs, loose = pairs_and_words(tokens(text))
    by, loose = splits_in(loose, today)
    choices, loose = _periods(loose, today)
    typed = [word for each in loose for word in plain(each).split()]
    channels, typed = bare_channels(typed)
    teams, typed = _bare_team(typed)
    named = metrics_in(typed)
    found = (*pairs, *channels, *teams)
    parts = Parts(found, tuple(by), choices[0] if choices else EVERY_WEEK)
    unread = [word for word in named.rest if word not in FILLERS]
    metric = _one_metric(named.metrics, unread, parts)
    if _asks_of_oneself(typed, metric):
        parts = replace(parts, pairs=(*found, Pair(Segment.AGENT.value, (MYSELF,))))
    question = parts.checked(metric)
    if len(set(choices)) > 1:
        raise two_periods(choices, question)
    if unread:
        raise leftover_words(unread, question, after_value=bool(pairs))
    return question


def read_scope(text: str, today: date, otherwise: PeriodChoice) -> tuple[Parts, list[str]]:
    """What a text that names no metric says, and its words that belong to nothing."""
    pairs, loose = pairs_and_words(tokens(text))
    by, loose = splits_in(loose, today)
    choices, loose = _periods(loose, today)
    if len(set(choices)) > 1:
        raise two_periods(choices)
    channels, rest = bare_channels([word for each in loose for word in plain(each).split()])
    teams, rest = _bare_team(rest)
    parts = Parts((*pairs, *channels, *teams), tuple(by), choices[0] if choices else otherwise)
    return parts, [word for word in rest if word not in FILLERS]


def _one_metric(metrics: tuple[Metric, ...], unread: list[str], parts: Parts) -> Metric:
    if len(metrics) == 1:
        return metrics[0]
    if metrics:
        raise two_metrics(metrics, parts.suggestion)
    if not unread:
        raise no_metric(parts.suggestion)
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


def splits_in(typed: list[str], today: date) -> tuple[list[str], list[str]]:
    """The segment names behind each ``by``, and the other words."""
    names: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(typed):
        if typed[position] not in SPLITTERS or is_in_a_name(typed, position):
            rest.append(typed[position])
            position += 1
            continue
        position += 1
        while position < len(typed) and typed[position] in ARTICLES:
            position += 1
        if typed[position : position + 1] and typed[position] in METRIC_NAMES:
            continue
        found, position = _names_from(typed, position, today)
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
ARTICLES = frozenset({"each", "every", "our", "the"})


def _length_of_segment(typed: list[str]) -> int:
    lengths = range(len(typed), 0, -1)
    return next((n for n in lengths if plain(" ".join(typed[:n])) in SEGMENT_NAMES), 0)


def _periods(typed: list[str], today: date) -> tuple[list[PeriodChoice], list[str]]:
    """The periods that are named, and the other words."""
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
    return choices, rest


def bare_channels(typed: Sequence[str]) -> tuple[list[Pair], list[str]]:
    """``aht phone`` is ``aht channel:phone``, unless the word is part of a metric's name."""
    pairs: list[Pair] = []
    rest: list[str] = []
    position = 0
    while position < len(typed):
        names = (" ".join(typed[position : position + n]) for n in (2, 1))
        name = next((each for each in names if each in BARE_CHANNELS), "")
        if name and not is_in_a_name(typed, position, ANY_NAME):
            pairs.append(Pair(Segment.CHANNEL.value, (BARE_CHANNELS[name],)))
            position += len(name.split())
        else:
            rest.append(typed[position])
            position += 1
    return pairs, rest


def _bare_team(typed: list[str]) -> tuple[list[Pair], list[str]]:
    """``the billing team`` and ``team billing`` are ``team:billing``."""
    if (segment := Segment.TEAM.value) not in typed:
        return [], typed
    at = typed.index(segment)
    for beside in (at - 1, at + 1):
        if 0 <= beside < len(typed) and _is_a_value(typed, beside):
            rest = [word for place, word in enumerate(typed) if place not in {at, beside}]
            return [Pair(segment, (typed[beside],))], rest
    return [], typed


def _is_a_value(typed: list[str], position: int) -> bool:
    """Whether a word means nothing else that is known."""
    word = typed[position]
    is_known = word in FILLERS | RANKING or word in SEGMENT_NAMES or word in METRIC_NAMES
    return not is_known and not is_in_a_name(typed, position, ANY_NAME)


def _asks_of_oneself(typed: Sequence[str], metric: Metric) -> bool:
    """``my pending tickets``, ``how many did I resolve``; but not ``can I see``."""
    if Segment.AGENT not in metric.segments:
        return False
    did_i = any(pair == (verb, "i") for pair in pairwise(typed) for verb in ASKING_OF_ONESELF)
    return did_i or "my" in typed or "mine" in typed
