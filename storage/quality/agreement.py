"""How far reviewers who score the same contacts agree. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import combinations

Unit = Sequence[float | None]
"""What several reviewers gave the same thing; None where one of them gave nothing."""


class Level(Enum):
    """How far apart two values are: alike or not, or by the ranks that lie between them."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"


def alpha(units: Iterable[Unit], level: Level) -> float | None:
    """Krippendorff's alpha: 1 where all agree, 0 where they agree as chance would have it.

    None where nothing can be said: no unit has two values, or all of them are the same one.
    Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
    """
    pairable = [found for unit in units if len(found := _given(unit)) > 1]
    totals = Counter(value for unit in pairable for value in unit)
    apart = _distances(totals, level)
    expected = sum(totals[a] * totals[b] * apart[a, b] for a, b in apart)
    if not expected:
        return None
    observed = sum(_observed(unit, apart) for unit in pairable)
    return 1 - (sum(totals.values()) - 1) * observed / expected


def share_alike(unit: Unit) -> float | None:
    """The share of the pairs of reviewers who gave the same; None with fewer than two."""
    pairs = list(combinations(_given(unit), 2))
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None


def _given(unit: Unit) -> list[float]:
    return [value for value in unit if value is not None]


def _distances(totals: Mapping[float, int], level: Level) -> dict[tuple[float, float], float]:
    """The squared distance of each two values."""
    ranked = sorted(totals)
    if level is Level.NOMINAL:
        return dict.fromkeys(combinations(ranked, 2), 1.0)
    return {
        (ranked[low], ranked[high]): _ranks_between(totals, ranked[low : high + 1]) ** 2
        for low, high in combinations(range(len(ranked)), 2)
    }


def _ranks_between(totals: Mapping[float, int], ranks: Sequence[float]) -> float:
    ends = totals[ranks[0]] + totals[ranks[-1]]
    return sum(totals[each] for each in ranks) - ends / 2


def _observed(unit: Sequence[float], apart: Mapping[tuple[float, float], float]) -> float:
    """The distances within a unit, as much as each of its values counts for."""
    pairs = combinations(sorted(unit), 2)
    return sum(apart.get(pair, 0.0) for pair in pairs) / (len(unit) - 1)
