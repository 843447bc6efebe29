"""Metrics by the names that people give them: key, abbreviation, name and everyday words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.request.fillers import FILLERS
from bot.request.tokens import plain
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric

CLOSE_ENOUGH = 70
NEARLY_AS_CLOSE = 6
LONGEST_UNCHANGED = 3
"""Letters of the words that have no other form."""


def short_name(metric: Metric) -> str:
    """What a person would type for a metric: its abbreviation, in lower case."""
    return plain(metric.abbreviation)


def _names(metric: Metric) -> set[str]:
    names = (metric.abbreviation, metric.key, metric.name, *metric.synonyms)
    return {plain(name) for name in names}


METRIC_NAMES: dict[str, Metric] = {name: metric for metric in METRICS for name in _names(metric)}
_LONGEST_NAME = max(len(name.split()) for name in METRIC_NAMES)
SPLITTERS = frozenset({"across", "by", "each", "per"})
"""Words that say what to split by, unless they are part of a metric's name."""
ANY_NAME = tuple(tuple(name.split()) for name in METRIC_NAMES)
_NAMES_WITH_SPLITTER = tuple(words for words in ANY_NAME if not SPLITTERS.isdisjoint(words))
EXAMPLE = METRICS[0]
"""The metric that examples are given with."""


def _is_part_of_another(name: str) -> bool:
    metric = METRIC_NAMES[name]
    return any(
        f" {name} " in f" {longer} "
        for longer, other in METRIC_NAMES.items()
        if other is not metric
    )


WEAK_NAMES = frozenset(name for name in METRIC_NAMES if _is_part_of_another(name))
"""Names that are words of another metric's name too: ``contacts`` in ``contacts resolved``."""


def _stem(word: str) -> str:
    """What a word shares with its other forms: ``resolve``, ``resolves`` and ``resolved``."""
    if len(word) <= LONGEST_UNCHANGED:
        return word
    return word.removesuffix("s").removesuffix("ed").removesuffix("ing").removesuffix("e")


def _as_it_is(word: str) -> str:
    return word


FORMS = (_as_it_is, _stem)
"""How words are compared, the closer way first: ``open`` is another word than ``opened``."""


def _loose(words: Iterable[str], form: Callable[[str], str]) -> tuple[str, ...]:
    """The words that matter, in any order: ``tickets that are open``."""
    return tuple(sorted(form(word) for word in words if word not in FILLERS))


def _loose_names(form: Callable[[str], str]) -> dict[tuple[str, ...], str]:
    """Names by their words; one that would be cut to a single word, or is another's, is none."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name in METRIC_NAMES:
        words = name.split()
        if len(forms := _loose(words, form)) > 1 or len(words) == 1:
            found.setdefault(forms, set()).add(name)
    return {
        forms: min(names)
        for forms, names in found.items()
        if len({METRIC_NAMES[name].key for name in names}) == 1
    }


_LOOSE_NAMES = {form: _loose_names(form) for form in FORMS}
_STEMS = {
    metric.key: {stem for name in _names(metric) for stem in _loose(name.split(), _stem)}
    for metric in METRICS
}


@dataclass(frozen=True, slots=True)
class Named:
    """The metrics that words name, and the words that name none."""

    metrics: tuple[Metric, ...]
    rest: tuple[str, ...]

    @property
    def is_all(self) -> bool:
        """Whether one metric is named, and nothing else is said that matters."""
        return len(self.metrics) == 1 and all(word in FILLERS for word in self.rest)


def metrics_in(words: Sequence[str]) -> Named:
    """The metrics named, the longest names first; a weak name counts only by itself.

    Where that is not one, or leaves words, their other forms are looked at, in any order.
    """
    exact = _named(words, _exact_name)
    if exact.is_all:
        return exact
    kept = [word for word in words if word not in FILLERS]
    loose = _named(kept, _loose_name)
    return loose if loose.is_all or len(exact.metrics) != 1 == len(loose.metrics) else exact


def _exact_name(words: Sequence[str]) -> str | None:
    name = " ".join(words)
    return name if name in METRIC_NAMES else None


def _loose_name(words: Sequence[str]) -> str | None:
    names = (_LOOSE_NAMES[form].get(_loose(words, form)) for form in FORMS)
    return next((name for name in names if name), None)


def _named(words: Sequence[str], name_of: Callable[[Sequence[str]], str | None]) -> Named:
    found: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(words):
        lengths = range(min(_LONGEST_NAME, len(words) - position), 0, -1)
        spans = ((n, name_of(words[position : position + n])) for n in lengths)
        length, name = next(((n, name) for n, name in spans if name), (1, None))
        if name:
            found.append(name)
        else:
            rest.append(words[position])
        position += length
    strong = [name for name in found if name not in WEAK_NAMES] or found
    return Named(tuple(dict.fromkeys(METRIC_NAMES[name] for name in strong)), tuple(rest))


def is_in_a_name(
    words: Sequence[str],
    position: int,
    names: Sequence[tuple[str, ...]] = _NAMES_WITH_SPLITTER,
) -> bool:
    """Whether the word there belongs to a metric's name, as ``per`` in ``cost per contact``."""
    read = tuple(plain(word) for word in words)
    return any(
        name[index] == read[position]
        and index <= position
        and read[position - index : position - index + len(name)] == name
        for name in names
        for index in range(len(name))
    )


def nearest(phrase: str, limit: int = 3) -> list[Metric]:
    """The metrics whose names are closest to what was typed, the closest first.

    Those that share a word with it go before those that only look like it.
    """
    return _sharing_a_word(phrase)[:limit] or _looking_alike(phrase)[:limit]


def _sharing_a_word(phrase: str) -> list[Metric]:
    """A word that few metrics have says more than one that many have."""
    stems = set(_loose(plain(phrase).split(), _stem))
    scores: dict[str, float] = {}
    for stem in stems:
        sharing = [metric for metric in METRICS if stem in _STEMS[metric.key]]
        for metric in sharing:
            scores[metric.key] = scores.get(metric.key, 0) + 1 / len(sharing)
    best = max(scores.values(), default=0)
    return [metric for metric in METRICS if scores.get(metric.key, 0) > best / 2]


def _looking_alike(phrase: str) -> list[Metric]:
    scorer = fuzz.ratio if len(phrase) <= 4 else fuzz.WRatio
    close = process.extract(
        plain(phrase), list(METRIC_NAMES), scorer=scorer, limit=12, score_cutoff=CLOSE_ENOUGH
    )
    best = close[0][1] if close else 0
    named = [METRIC_NAMES[name] for name, score, _ in close if score > best - NEARLY_AS_CLOSE]
    return list(dict.fromkeys(named))


def in_sentence(metric: Metric) -> str:
    """The name as it stands within a sentence."""
    return metric.name[:1].lower() + metric.name[1:]
