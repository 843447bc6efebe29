"""Metrics by the names that people give them: key, abbreviation, name and everyday words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.request.tokens import plain
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric

CLOSE_ENOUGH = 70
NEARLY_AS_CLOSE = 6


def short_name(metric: Metric) -> str:
    """What a person would type for a metric: its abbreviation, in lower case."""
    return plain(metric.abbreviation)


def _names(metric: Metric) -> set[str]:
    names = (metric.abbreviation, metric.key, metric.name, *metric.synonyms)
    return {plain(name) for name in names}


METRIC_NAMES: dict[str, Metric] = {name: metric for metric in METRICS for name in _names(metric)}
_LONGEST_NAME = max(len(name.split()) for name in METRIC_NAMES)
SPLITTERS = frozenset({"by", "per"})
"""Words that say what to split by, unless they are part of a metric's name."""
_NAMES_WITH_SPLITTER = tuple(
    words for name in METRIC_NAMES if not SPLITTERS.isdisjoint(words := tuple(name.split()))
)
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


@dataclass(frozen=True, slots=True)
class Named:
    """The metrics that words name, and the words that name none."""

    metrics: tuple[Metric, ...]
    rest: tuple[str, ...]


def metrics_in(words: Sequence[str]) -> Named:
    """The metrics named, the longest names first; a weak name counts only by itself."""
    found: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(words):
        length = _length_of_name(words[position : position + _LONGEST_NAME])
        if length:
            found.append(" ".join(words[position : position + length]))
        else:
            rest.append(words[position])
        position += length or 1
    strong = [name for name in found if name not in WEAK_NAMES] or found
    return Named(tuple(dict.fromkeys(METRIC_NAMES[name] for name in strong)), tuple(rest))


def is_in_a_name(words: Sequence[str], position: int) -> bool:
    """Whether the word there belongs to a metric's name, as ``per`` in ``cost per contact``."""
    read = tuple(plain(word) for word in words)
    return any(
        name[index] == read[position]
        and index <= position
        and read[position - index : position - index + len(name)] == name
        for name in _NAMES_WITH_SPLITTER
        for index in range(len(name))
    )


def nearest(phrase: str, limit: int = 3) -> list[Metric]:
    """The metrics whose names are closest to what was typed, the closest first."""
    scorer = fuzz.ratio if len(phrase) <= 4 else fuzz.WRatio
    close = process.extract(
        plain(phrase), list(METRIC_NAMES), scorer=scorer, limit=12, score_cutoff=CLOSE_ENOUGH
    )
    best = close[0][1] if close else 0
    named = [METRIC_NAMES[name] for name, score, _ in close if score > best - NEARLY_AS_CLOSE]
    return list(dict.fromkeys(named))[:limit]


def in_sentence(metric: Metric) -> str:
    """The name as it stands within a sentence."""
    return metric.name[:1].lower() + metric.name[1:]


def _length_of_name(words: Sequence[str]) -> int:
    lengths = range(len(words), 0, -1)
    return next((n for n in lengths if " ".join(words[:n]) in METRIC_NAMES), 0)
