"""Which parts of a change are worth a sentence, and whether the parts contradict the total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.metrics.contributions import Contribution
from storage.metrics.definition import Segment
from storage.metrics.explanation import Part
from storage.metrics.grouped import Grouping

Tables = Mapping[Grouping, Sequence[Contribution]]

MOST_TOLD = 3
SMALLEST_TOLD = 0.1
"""Of the change; what explains less stays in the table."""
SMALLEST_EXCESS = 0.05
DOMINATING = 0.5
EACH_FURTHER = 0.1
"""What a second and third part have to explain more to be worth telling beside the first."""
NEVER_TOLD = {Segment.AGENT}
"""Nobody is named as what made a figure fall."""


@dataclass(frozen=True, slots=True)
class _Explaining:
    """A part, the share of the change that it makes, and what of that is beyond its size."""

    part: Part
    amount: float
    excess: float


def told(tables: Tables, change: float, smallest_sample: int) -> tuple[Part, ...]:
    """The parts by one grouping that explain a change best and are few, the largest first.

    A part explains by how much it exceeds what its share of all rows would make it expect,
    one standard error taken off; so a large segment isn't told for its size, nor a small one for
    its chance; one with fewer rows than the ``smallest_sample`` is never told. Two segments
    together are looked at where one channel dominates. None where the change is spread evenly.
    """
    candidates = (
        _explaining(_tellable(_within(tables, grouping, change), smallest_sample), change)
        for grouping in tables
        if grouping and NEVER_TOLD.isdisjoint(grouping)
    )
    return tuple(each.part for each in max(candidates, key=_score, default=()))


def _within(tables: Tables, grouping: Grouping, change: float) -> Sequence[Contribution]:
    """Those of a grouping; of one by channel and more, those of the dominating channel."""
    table = tables[grouping]
    if len(grouping) == 1:
        return table
    channel = _dominating(tables, change)
    return [each for each in table if channel and each.part.segment[0][1] == channel]


def _dominating(tables: Tables, change: float) -> str | None:
    """The channel that more than half of the change comes from."""
    parts = (each.part for each in tables.get((Segment.CHANNEL,), ()))
    leading = max(parts, key=lambda part: part.amount / change, default=None)
    if leading is None or leading.amount / change <= DOMINATING:
        return None
    return leading.segment[0][1]


def _tellable(table: Iterable[Contribution], smallest_sample: int) -> list[Contribution]:
    """Those that have a name to be told by, and enough behind them whenever they were there."""
    return [
        each
        for each in table
        if not each.part.is_folded
        and all(value is not None for _, value in each.part.segment)
        and all(figure.n == 0 or figure.n >= smallest_sample for figure in each.part.figures)
    ]


def _explaining(table: Iterable[Contribution], change: float) -> list[_Explaining]:
    """Those worth telling."""
    found = (_explained(each, change) for each in table)
    worth = [e for e in found if e.amount >= SMALLEST_TOLD and e.excess >= SMALLEST_EXCESS]
    leading = sorted(worth, key=lambda each: -each.excess)[:MOST_TOLD]
    kept = [e for e in leading if e.excess == leading[0].excess or e.excess >= EACH_FURTHER]
    return sorted(kept, key=lambda each: -each.amount)


def _explained(each: Contribution, change: float) -> _Explaining:
    amount = each.part.amount / change
    return _Explaining(each.part, amount, amount - each.size - each.error / abs(change))


def _score(found: Sequence[_Explaining]) -> float:
    return sum(each.excess for each in found) - EACH_FURTHER * max(len(found) - 1, 0)


def paradox(tables: Tables, change: float) -> Segment | None:
    """The first segment whose every value moved one way while the total moved the other.

    E. H. Simpson, J R Stat Soc B 1951;13:238. Values that were there only once don't speak.
    """
    single = (grouping for grouping in tables if len(grouping) == 1)
    return next((each for (each,) in single if _contradicts(tables[each,], change)), None)


def _contradicts(table: Iterable[Contribution], change: float) -> bool:
    moved = [
        after.value - before.value
        for before, after in (each.part.figures for each in table)
        if before.value is not None and after.value is not None
    ]
    return len(moved) > 1 and all(each * change < 0 for each in moved)
