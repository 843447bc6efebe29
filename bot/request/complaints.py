"""What is said where a text can't be understood: one sentence, the next step, what is near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot.request.metrics import CLOSE_ENOUGH, EXAMPLE, in_sentence, nearest, short_name
from bot.request.periods import PERIOD_WORDS, written
from bot.request.segments import BARE_CHANNELS, SEGMENT_NAMES
from bot.request.tokens import printable
from bot.request.writing import words
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Metric, Segment
from storage.metrics.segments import WEEKDAYS
from storage.periods import PeriodChoice

Asking = Callable[[Metric], str]
"""The text that asks for a metric."""


def no_metric(asking: Asking) -> UserError:
    return UnknownWordError(
        "Say which metric you want.",
        f"For example /kpi {short_name(EXAMPLE)} weekly. /kpi list shows all of them.",
        (asking(EXAMPLE),),
    )


def unknown_metric(phrase: str, asking: Asking) -> UserError:
    if not phrase:
        return no_metric(asking)
    near = nearest(phrase)
    names = " or ".join(in_sentence(metric) for metric in near)
    return UnknownWordError(
        f'I don\'t know a metric "{printable(phrase)}".',
        f"Did you mean {names}?" if near else "/kpi list shows all that I know.",
        tuple(asking(metric) for metric in near or [EXAMPLE]),
    )


def two_metrics(metrics: Sequence[Metric], asking: Asking) -> UserError:
    names = " and ".join(in_sentence(metric) for metric in metrics)
    return UnknownWordError(
        f"I read more than one metric in this: {names}.",
        "Ask for one at a time.",
        tuple(asking(metric) for metric in metrics[:3]),
    )


def two_periods(choices: Sequence[PeriodChoice], question: Question | None = None) -> UserError:
    names = " and ".join(dict.fromkeys(written(choice) for choice in choices))
    asked = [words(replace(question, period=choice)) for choice in choices[:3] if question]
    return UnknownWordError(
        f"I read more than one period in this: {names}.",
        "Ask for one at a time.",
        tuple(dict.fromkeys(asked)),
    )


def unknown_value(error: UnknownWordError, question: Question) -> UnknownWordError:
    """A value that the data does not have, with the questions that have it spelled rightly."""
    return meaning(error, [_spelled(question, error.typed, each) for each in error.suggestions])


def meaning(error: UnknownWordError, texts: Sequence[str]) -> UnknownWordError:
    """The same complaint with whole questions to suggest."""
    return UnknownWordError(error.sentence, error.next_step, tuple(dict.fromkeys(texts)))


def _spelled(question: Question, typed: str, value: str) -> str:
    filters = tuple(
        Filter(each.segment, tuple(value if one == typed else one for one in each.values))
        for each in question.filters
    )
    return words(replace(question, filters=filters))


def no_value(segment: Segment) -> UserError:
    return UserError(
        f"There is no value behind {segment.value}:.",
        f'Write it right behind the colon, in quotes if it has blanks: {segment.value}:"…".',
    )


def leftover_words(unread: list[str], question: Question, *, after_value: bool) -> UserError:
    """Words that belong to nothing, with the question that may have been meant."""
    phrase = " ".join(unread)
    corrected = _corrected(phrase, question)
    sentence = f'I don\'t understand "{printable(phrase)}".'
    if corrected:
        return UnknownWordError(sentence, f"Did you mean {corrected}?", (corrected,))
    plainer = words(question)
    if after_value:
        step = 'A value of several words goes in quotes: team:"Second line".'
        return UnknownWordError(sentence, step, (plainer,))
    return UnknownWordError(sentence, f"Without it I would read: /kpi {plainer}.", (plainer,))


def _corrected(phrase: str, question: Question) -> str | None:
    """The question with the period, split or channel that the phrase is nearest to."""
    if day := next((each for each in phrase.split() if each in WEEKDAYS), None):
        return _also_on(question, day)
    meant: dict[str, PeriodChoice | Segment | str] = {
        **PERIOD_WORDS,
        **SEGMENT_NAMES,
        **BARE_CHANNELS,
    }
    near = process.extractOne(phrase, list(meant), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    if near is None:
        return None
    found = meant[near[0]]
    if isinstance(found, PeriodChoice):
        return words(replace(question, period=found))
    if isinstance(found, Segment):
        return _also_by(question, found)
    return words(replace(question, filters=_with_channel(question.filters, found)))


def _also_by(question: Question, segment: Segment) -> str | None:
    if segment not in question.metric.segments or question.by:
        return None
    return words(replace(question, by=(segment,)))


def _also_on(question: Question, weekday: str) -> str | None:
    taken = {chosen.segment for chosen in question.filters}
    if Segment.WEEKDAY not in question.metric.segments or Segment.WEEKDAY in taken:
        return None
    only = Filter(Segment.WEEKDAY, (weekday,))
    return words(replace(question, filters=(*question.filters, only)))


def _with_channel(filters: tuple[Filter, ...], channel: str) -> tuple[Filter, ...]:
    others = tuple(chosen for chosen in filters if chosen.segment is not Segment.CHANNEL)
    return (*others, Filter(Segment.CHANNEL, (channel,)))
