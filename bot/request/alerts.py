"""``alert fcr below target by team``: what somebody wants to be warned of, read and written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.request.complaints import two_metrics, unknown_metric
from bot.request.fillers import FILLERS
from bot.request.metrics import metrics_in, short_name
from bot.request.parts import Parts
from bot.request.periods import ADVERBS, EVERY_WEEK
from bot.request.question import bare_channels, pairs_and_words, splits_in
from bot.request.requests import ListAlerts, MakeAlert
from bot.request.segments import SEGMENT_NAMES, label
from bot.request.tokens import Pair, plain, printable, tokens
from bot.request.writing import written_filter
from storage.alerts.kinds import KINDS
from storage.alerts.rule import RuleKind, Watch
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Metric, Segment
from storage.periods import Grain

EXAMPLES = (
    "/kpi alert fcr below target by team",
    "/kpi alert csat outside",
    "/kpi alert backlog growing 3 days team:billing",
    "/kpi alert calls lost 5",
    "/kpi alert data stopped",
)
WATCHED_BY = (
    Segment.TEAM,
    Segment.CHANNEL,
    Segment.ISSUE_TYPE,
    Segment.PRIORITY,
    Segment.CONTACT_KIND,
    Segment.CUSTOMER_SEGMENT,
    Segment.SOURCE,
)
"""What a rule may look at one by one: never a person, nor an hour of a week."""
_LISTING = re.compile(r"(?:(?:list|show|all) ?(\d{1,3})?)?")
_NUMBER = re.compile(r"\d{1,4}")
_COUNTED = {"day", "days", "calls", "call", "hour", "row"}
_GRAINS = {
    word: grain
    for grain, adverb in ADVERBS.items()
    for word in (adverb, grain.value, f"{grain.value}s")
}
_IGNORED = FILLERS | {"arriving", "if", "its", "more", "range", "than", "that", "usual", "when"}


def read_alert(rest: str, today: date) -> ListAlerts | MakeAlert:
    """What is asked behind ``alert``.

    Raises:
        UserError: it can't be understood, or can't be watched.
    """
    if listing := _LISTING.fullmatch(plain(rest)):
        return ListAlerts(max(int(listing[1] or 1), 1))
    pairs, loose = pairs_and_words(tokens(rest))
    by, loose = splits_in(loose, today)
    typed = [word for each in loose for word in plain(each).split()]
    kind, typed = _kind_in(typed)
    if kind is None:
        raise UserError(
            "Say what the alert is for.", f"For example {EXAMPLES[0]}, or {EXAMPLES[2]}."
        )
    return MakeAlert(_watch(kind, (pairs, by, typed)))


def read_segments(metric: Metric | None, text: str) -> tuple[Filter, ...]:
    """The filters typed into a form: ``team:billing``, ``phone``.

    Raises:
        UserError: they can't be read, or the metric does not have them.
    """
    pairs, loose = pairs_and_words(tokens(text))
    channels, unread = bare_channels(loose)
    if unread:
        raise _unread(unread)
    return _parts((*pairs, *channels), (), metric)[0]


def check_splits(metric: Metric | None, by: Sequence[Segment]) -> None:
    """Whether a rule can watch each of these by itself.

    Raises:
        UserError: it can't.
    """
    _parts((), [each.value for each in by], metric)


def checked_number(kind: RuleKind, number: int | None) -> int | None:
    """The number of a rule of this kind; its usual one where none is given.

    Raises:
        UserError: it is out of bounds, or the kind has none.
    """
    if kind.number is None:
        if number is not None:
            raise _unread([str(number)])
        return None
    chosen = kind.number.default if number is None else number
    if not kind.number.least <= chosen <= kind.number.most:
        raise UserError(
            f"This goes from {kind.number.least} to {kind.number.most} {kind.number.noun}.",
            f"Leave it out for {kind.number.default}.",
        )
    return chosen


def alert_words(watch: Watch) -> str:
    """What makes the same rule, as ``parse`` reads it: ``alert fcr target weekly by team``."""
    metric, kind = watch.metric, watch.kind
    parts = ["alert"]
    if kind.chooses_metric and metric is not None:
        parts += [short_name(metric), kind.words[0], ADVERBS[watch.grain]]
    elif kind.sources:
        parts.append(kind.words[0])
    elif metric is not None:
        parts += [kind.words[0]] if kind.by_hour else [short_name(metric), kind.words[0]]
    if watch.number is not None and kind.number is not None:
        named = kind.number.noun in kind.words[0]
        parts += [str(watch.number)] if named else [str(watch.number), kind.number.noun]
    parts += [written_filter(each) for each in watch.filters]
    if watch.by:
        parts.append("by " + " and ".join(each.value for each in watch.by))
    return " ".join(parts)


def _kind_in(typed: Sequence[str]) -> tuple[RuleKind | None, list[str]]:
    """The kind that the words name, by its longest name, and the other words."""
    text = f" {' '.join(typed)} "
    named = [(word, kind) for kind in KINDS for word in kind.words if f" {word} " in text]
    if not named:
        return None, list(typed)
    word, kind = max(named, key=lambda each: len(each[0]))
    return kind, text.replace(f" {word} ", " ", 1).split()


def _watch(kind: RuleKind, typed: tuple[list[Pair], list[str], list[str]]) -> Watch:
    pairs, by, words = typed
    if kind.by_hour:
        by = [each for each in by if SEGMENT_NAMES.get(plain(each)) is not Segment.HOUR]
    number, words = _number(words)
    grain, words = _grain(kind, words)
    channels, words = bare_channels(words)
    metric, unread = _metric(kind, words)
    found = _parts((*pairs, *channels), by, metric)
    if unread:
        raise _unread(unread)
    return Watch(kind, metric, grain, *found, checked_number(kind, number))


def _number(words: Sequence[str]) -> tuple[int | None, list[str]]:
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    if len(numbers) > 1:
        raise UserError("I read more than one number in this.", "Give one, such as 3 days.")
    if not numbers:
        return None, list(words)
    rest = [word for word in words if word not in numbers and word not in _COUNTED]
    return int(numbers[0]), rest


def _grain(kind: RuleKind, words: Sequence[str]) -> tuple[Grain, list[str]]:
    """The periods that a rule looks at, where it may be chosen."""
    named = [word for word in words if word in _GRAINS and _GRAINS[word] in kind.grains]
    grain = _GRAINS[named[0]] if named and len(kind.grains) > 1 else kind.grain
    return grain, [word for word in words if word not in named]


def _metric(kind: RuleKind, words: Sequence[str]) -> tuple[Metric | None, list[str]]:
    """The metric that is watched, and the words that say nothing."""
    named = metrics_in(words)
    unread = [word for word in named.rest if word not in _IGNORED]
    if kind.sources:
        return None, [word for word in words if word not in _IGNORED]
    if kind.measures is not None:
        others = [m for m in named.metrics if m.key != kind.measures.key]
        if others:
            raise UserError(
                f"Only {kind.measures.name.lower()} can be watched for this, not {others[0].name}.",
                f"For another metric: /kpi alert {short_name(others[0])} outside.",
            )
        return kind.measures, unread
    if len(named.metrics) == 1:
        return named.metrics[0], unread
    if named.metrics:
        raise _plainly(two_metrics(named.metrics, short_name))
    raise _plainly(unknown_metric(" ".join(unread), short_name))


def _plainly(error: UserError) -> UserError:
    """What a complaint suggests are questions, and an alert was meant."""
    return UserError(error.sentence, error.next_step)


def _parts(
    pairs: Sequence[Pair], by: Sequence[str], metric: Metric | None
) -> tuple[tuple[Filter, ...], tuple[Segment, ...]]:
    try:
        found = Parts(tuple(pairs), tuple(by), EVERY_WEEK).checked(metric or VOLUME)
    except UnknownWordError as error:
        raise _plainly(error) from error
    _check_segments(found, only_sources=metric is None)
    return found.filters, found.by


def _check_segments(found: Question, *, only_sources: bool) -> None:
    asked = (*found.by, *(each.segment for each in found.filters))
    if only_sources and (found.by or set(asked) - {Segment.SOURCE}):
        raise UserError(
            "Data arrives by source, so an alert on it is for sources alone.",
            "Leave the rest out, or name one: source:helpdesk.",
        )
    other = next((each for each in asked if each not in WATCHED_BY), None)
    if other is not None:
        raise UserError(
            f"An alert can't watch by {label(other)}: a channel gets totals only.",
            "Watch by team or by channel.",
        )


def _unread(words: Sequence[str]) -> UserError:
    return UserError(
        f'I don\'t understand "{printable(" ".join(words))}".',
        f"An alert is written like {EXAMPLES[0]}.",
    )
