"""``target fcr 75% team:billing from 2026-12-01``: what is set, shown or removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.request.amounts import bounds_in, examples, written_target
from bot.request.complaints import two_metrics, unknown_metric
from bot.request.exact_dates import exact_at
from bot.request.fillers import FILLERS
from bot.request.metrics import metrics_in, short_name
from bot.request.parts import Parts
from bot.request.periods import ADVERBS, EVERY_WEEK
from bot.request.question import bare_channels, pairs_and_words
from bot.request.requests import ListTargets, RemoveTarget, SetTarget, ShowTarget
from bot.request.segments import label
from bot.request.tokens import Pair, plain, printable, tokens
from bot.request.writing import written_filter
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import ALL_CHANNELS, Filter, Question
from storage.metrics.catalog import find
from storage.metrics.definition import Metric, Segment
from storage.metrics.target import Target
from storage.operations.targets import Entry
from storage.periods import Grain, PeriodChoice

HALF_A_YEAR = timedelta(days=183)
REMOVING = ("remove", "delete", "clear")
STARTING = ("from", "since", "starting")
_GRAINS = {
    word: grain
    for grain, adverb in ADVERBS.items()
    for word in (adverb, f"a {grain.value}", f"per {grain.value}")
}


TargetRequest = ListTargets | ShowTarget | SetTarget | RemoveTarget


def read_target(rest: str, today: date) -> TargetRequest:
    """What is asked behind ``target``.

    Raises:
        UserError: it can't be understood, or can't be a target.
    """
    if not rest or plain(rest) == "list":
        return ListTargets()
    pairs, loose = pairs_and_words(tokens(rest))
    if loose and loose[0] in REMOVING:
        return RemoveTarget(*_subject(pairs, " ".join(loose[1:])))
    starts_on, loose = _start(loose, today)
    typed, others = bounds_in(" ".join(loose))
    about, grain = _subject(pairs, others)
    if typed is None:
        return ShowTarget(about, grain)
    return SetTarget(about, grain, typed.target(about.metric), starts_on)


def read_scope(metric: Metric, text: str) -> tuple[Filter, ...]:
    """The segments typed into a form: ``team:billing``, ``phone``."""
    pairs, loose = pairs_and_words(tokens(text))
    channels, unread = bare_channels(loose)
    if unread:
        raise _unread(unread)
    return _about(metric, (*pairs, *channels), None).filters


def read_bounds(metric: Metric, text: str) -> tuple[Target, Grain | None]:
    """A value or a band typed into a form, and the periods that it says it is for."""
    grain, others = _grain(" ".join(text.casefold().translate(_DASHES).split()))
    typed, rest = bounds_in(others)
    if typed is None or rest.strip():
        bound, band = examples(metric)
        sentence = f'I can\'t read "{printable(text)}" as a target.'
        raise UserError(sentence, f"Write it like {bound} or {band}.")
    return typed.target(metric), grain


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 - dashes as phones type them


def target_words(about: Question, target: Target | None = None) -> str:
    """What shows or sets a target, as ``parse`` reads it: ``target fcr 75% team:billing``."""
    bounds = [written_target(target, about.metric.unit)] if target else []
    filters = [written_filter(chosen) for chosen in about.filters]
    return " ".join(["target", short_name(about.metric), *bounds, *filters])


def question_of(entry: Entry) -> Question:
    """The question about what a kept target is for."""
    period = PeriodChoice(entry.subject.grain or Grain.WEEK)
    filters = tuple(Filter(kind, (value,)) for kind, value in entry.subject.scope)
    return Question(find(entry.subject.metric_key), period, filters)


def _subject(pairs: Sequence[Pair], text: str) -> tuple[Question, Grain | None]:
    grain, others = _grain(text)
    named = metrics_in([word for each in others.split() for word in plain(each).split()])
    channels, rest = bare_channels(named.rest)
    unread = [word for word in rest if word not in FILLERS]
    about = _about(_one_metric(named.metrics, unread), (*pairs, *channels), grain)
    if unread:
        raise _unread(unread)
    return about, grain


def _about(metric: Metric, pairs: tuple[Pair, ...], grain: Grain | None) -> Question:
    period = PeriodChoice(grain) if grain else EVERY_WEEK
    try:
        found = Parts(pairs, (), period).checked(metric)
    except UnknownWordError as error:
        # What it suggests are questions, and a target was meant.
        raise UserError(error.sentence, error.next_step) from error
    filters = tuple(each for each in found.filters if each.values != (ALL_CHANNELS,))
    for chosen in filters:
        _check_scope(chosen)
    return Question(metric, period, filters)


def _check_scope(chosen: Filter) -> None:
    if chosen.segment is Segment.AGENT:
        raise UserError(
            "A target is never set for one agent.", "Set it for the team: team:billing."
        )
    if len(chosen.values) > 1:
        raise UserError(
            f"A target is for one {label(chosen.segment)} at a time.", "Set one for each."
        )


def _one_metric(metrics: tuple[Metric, ...], unread: list[str]) -> Metric:
    def asking(metric: Metric) -> str:
        return f"target {short_name(metric)}"

    if len(metrics) == 1:
        return metrics[0]
    if metrics:
        raise two_metrics(metrics, asking)
    raise unknown_metric(" ".join(unread), asking)


def _unread(words: Sequence[str]) -> UserError:
    return UserError(
        f'I don\'t understand "{printable(" ".join(words))}".',
        "A target is written like /kpi target fcr 75% team:billing from 2026-12-01.",
    )


def _start(loose: list[str], today: date) -> tuple[date | None, list[str]]:
    """The day behind ``from``, of the year that is nearest, and the other words."""
    for position, word in enumerate(loose):
        if word not in STARTING:
            continue
        behind = " ".join(loose[position + 1 :])
        if behind.startswith("today"):
            return today, [*loose[:position], *loose[position + 2 :]]
        found = None if _is_amount(behind) else exact_at(behind, today + HALF_A_YEAR)
        if found:
            return found.choice.first_day, loose[:position] + loose[position + 1 + found.length :]
    return None, loose


def _is_amount(text: str) -> bool:
    """``from 1,200 to 1,500`` begins no day."""
    return re.match(r"[\d,.]+ ?(%|to |-|$)", text) is not None and not re.match(r"\d{4}-\d", text)


def _grain(text: str) -> tuple[Grain | None, str]:
    padded = f" {text} "
    for word, grain in _GRAINS.items():
        if f" {word} " in padded:
            return grain, padded.replace(f" {word} ", " ", 1)
    return None, text
