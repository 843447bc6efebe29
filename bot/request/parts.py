"""What a question's text says besides its metric, and the question that it makes with one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.request.complaints import meaning, no_value
from bot.request.segments import check_allowed, segment_named, value_named
from bot.request.tokens import Pair
from bot.request.writing import words
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import ALL_CHANNELS, Filter, Question
from storage.metrics.definition import Metric, Segment
from storage.periods import PeriodChoice

MOST_SPLITS = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question's text says besides its metric."""

    pairs: tuple[Pair, ...]
    by: tuple[str, ...]
    period: PeriodChoice

    def question(self, metric: Metric) -> Question:
        filters = _merged(_filters(self.pairs, metric))
        by = tuple(dict.fromkeys(segment_named(name, metric) for name in self.by))
        return _checked(Question(metric, self.period, filters, by))

    def checked(self, metric: Metric) -> Question:
        """The question; one with a misspelt segment or value is offered as it was meant."""
        try:
            return self.question(metric)
        except UnknownWordError as error:
            meant = [self._with(each, error.typed) for each in error.suggestions]
            raise meaning(error, [text for p in meant for text in p.meant(metric)]) from error

    def meant(self, metric: Metric) -> tuple[str, ...]:
        """The question's words, or those of the questions that a second misspelt word leaves."""
        try:
            return (words(self.checked(metric)),)
        except UnknownWordError as error:
            return error.suggestions
        except UserError:
            return ()

    def _with(self, word: str, typed: str) -> Parts:
        """With another word in the place of the one that was typed."""
        pairs = tuple(
            Pair(
                word if pair.name == typed else pair.name,
                tuple(word if value == typed else value for value in pair.values),
            )
            for pair in self.pairs
        )
        return replace(
            self, pairs=pairs, by=tuple(word if name == typed else name for name in self.by)
        )

    def suggestion(self, metric: Metric) -> str:
        """The same question of another metric, or a plain one where that can't be asked."""
        try:
            return words(self.question(metric))
        except UserError:
            return words(Question(metric, self.period))


def _filters(pairs: tuple[Pair, ...], metric: Metric) -> list[Filter]:
    found = []
    for pair in pairs:
        segment = segment_named(pair.name, metric)
        check_allowed(segment, metric)
        if not pair.values:
            raise no_value(segment)
        found.append(Filter(segment, tuple(value_named(segment, value) for value in pair.values)))
    return found


def _merged(filters: list[Filter]) -> tuple[Filter, ...]:
    values: dict[Segment, dict[str, None]] = {}
    for chosen in filters:
        values.setdefault(chosen.segment, {}).update(dict.fromkeys(chosen.values))
    return tuple(Filter(segment, tuple(found)) for segment, found in values.items())


def _checked(question: Question) -> Question:
    for segment in question.by:
        check_allowed(segment, question.metric)
    if len(question.by) > MOST_SPLITS:
        raise UserError("I can split by two things at once.", "Leave out one of them.")
    channels = [c.values for c in question.filters if c.segment is Segment.CHANNEL]
    mixed = any(ALL_CHANNELS in values for values in channels)
    if mixed and (channels != [(ALL_CHANNELS,)] or Segment.CHANNEL in question.by):
        raise UserError(
            f"channel:{ALL_CHANNELS} already takes all channels together.",
            "Leave it out to see each channel by itself.",
        )
    return question
