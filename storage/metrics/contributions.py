"""A change, split into what each segment added to it: its figure's move, and the mix's.

With a segment's share w of all rows (of all weight, for a ratio) and its figure r, before (0) and
after (1), and the total's figure R, the parts are

    rate part  (r1 - r0) * (w0 + w1) / 2
    mix part   (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)

which over all segments add up to R1 - R0. A segment that was there only once has one figure, taken
for both times, so that all of it is mix. A count's part is the difference of the counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from storage.metrics.definition import Aggregation
from storage.metrics.explanation import ADDS_UP, Figure, Part
from storage.metrics.grouped import FIGURES, Group, Grouping, Sums
from storage.metrics.sample import SMALLEST_GROUP

SCALES = {Aggregation.NET_PROMOTER: 100.0}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a group added to a change, and how sure that is.

    ``size`` is the part of a change that the group would make if all moved alike, ``error`` the
    standard error of its two parts together.
    """

    part: Part
    size: float
    error: float


def settle(groups: Sequence[Group], total: Sequence[Group]) -> list[Group]:
    """The groups with their sums adding up to the total's to the last digit.

    An engine adds floats up in another order for every grouping; what that leaves goes to the
    largest group.
    """
    times = (
        _settled([group.times[time] for group in groups], [group.times[time] for group in total])
        for time in (0, 1)
    )
    return [
        replace(group, before=before, after=after)
        for group, before, after in zip(groups, *times, strict=True)
    ]


def _settled(sums: list[Sums], total: list[Sums]) -> list[Sums]:
    totals, weights = [each.total for each in sums], [each.weight for each in sums]
    _give_rest(totals, sum(each.total for each in total))
    _give_rest(weights, sum(each.weight for each in total))
    return [
        replace(each, total=total, weight=weight)
        for each, total, weight in zip(sums, totals, weights, strict=True)
    ]


def _give_rest(numbers: list[float], total: float) -> None:
    largest = max(range(len(numbers)), key=lambda place: abs(numbers[place]), default=None)
    if largest is not None:
        numbers[largest] += total - sum(numbers)


def fold(groups: Sequence[Group]) -> list[Group] | None:
    """Groups with fewer than 3 agents behind them as one, with the smallest of the others.

    That one keeps the folded group from being told by who stands behind it. ``is_folded`` marks
    it; None where nothing would be left beside it.
    """
    small = [group for group in groups if _is_small(group)]
    if not small:
        return list(groups)
    enough = [group for group in groups if _has_enough(group)]
    if not enough:
        return None
    cover = min(enough, key=lambda group: group.before.n + group.after.n)
    shown = [group for group in groups if group is not cover and not _is_small(group)]
    if not shown:
        return None
    hidden = [*small, cover]
    nameless = tuple(None for _ in cover.values)
    before, after = (_added_up(group.times[time] for group in hidden) for time in (0, 1))
    return [*shown, Group(nameless, before, after, is_folded=True)]


def _is_small(group: Group) -> bool:
    return any(1 <= each.agents < SMALLEST_GROUP for each in group.times)


def _has_enough(group: Group) -> bool:
    return all(each.agents >= SMALLEST_GROUP for each in group.times)


def _added_up(found: Iterable[Sums]) -> Sums:
    each = list(found)
    return Sums(*(sum(getattr(sums, name) for sums in each) for name in FIGURES))


def contributions(
    groups: Sequence[Group], grouping: Grouping, aggregation: Aggregation
) -> list[Contribution]:
    """Each group's figures and shares before and after, its two parts, and how sure they are."""
    wholes = tuple(_added_up(group.times[time] for group in groups) for time in (0, 1))
    if aggregation in ADDS_UP:
        return [_added(group, grouping, wholes) for group in groups]
    scale = SCALES.get(aggregation, 1.0)
    middle = scale * sum(_ratio(whole) or 0.0 for whole in wholes) / 2
    return [_averaged(group, grouping, wholes, middle, scale) for group in groups]


def _added(group: Group, grouping: Grouping, wholes: tuple[Sums, ...]) -> Contribution:
    before, after = group.before.total, group.after.total
    shares = _shares(group, wholes)
    part = _part(group, grouping, (before, after), (after - before, 0.0), shares)
    error = sqrt(group.before.squares + group.after.squares)
    return Contribution(part, shares[0], error)


def _averaged(
    group: Group, grouping: Grouping, wholes: tuple[Sums, ...], middle: float, scale: float
) -> Contribution:
    """``middle`` is that of the total's figures before and after."""
    first, second = (None if r is None else scale * r for r in map(_ratio, group.times))
    before = _first_known(first, second)
    after = _first_known(second, first)
    shares = _shares(group, wholes)
    size = sum(shares) / 2
    rate = (after - before) * size
    mix = (shares[1] - shares[0]) * ((before + after) / 2 - middle)
    part = _part(group, grouping, (first, second), (rate, mix), shares)
    error = scale * size * sqrt(sum(map(_squared_error, group.times)))
    return Contribution(part, size, error)


def _first_known(*figures: float | None) -> float:
    return next((each for each in figures if each is not None), 0.0)


def _ratio(sums: Sums) -> float | None:
    return sums.total / sums.weight if sums.weight > 0 else None


def _shares(group: Group, wholes: tuple[Sums, ...]) -> tuple[float, float]:
    before, after = (
        sums.weight / whole.weight if whole.weight else 0.0
        for sums, whole in zip(group.times, wholes, strict=True)
    )
    return before, after


def _squared_error(sums: Sums) -> float:
    """The squared standard error of a mean or ratio, by its rows' residuals."""
    ratio = _ratio(sums)
    if ratio is None:
        return 0.0
    residuals = sums.squares - 2 * ratio * sums.cross + ratio**2 * sums.weight_squares
    return max(residuals, 0.0) / sums.weight**2


def _part(
    group: Group,
    grouping: Grouping,
    figures: tuple[float | None, float | None],
    parts: tuple[float, float],
    shares: tuple[float, float],
) -> Part:
    before, after = (
        Figure(figure, int(sums.n)) for figure, sums in zip(figures, group.times, strict=True)
    )
    segment = tuple(zip(grouping, group.values, strict=True))
    return Part(segment, before, after, *parts, shares, group.is_folded)
