"""Whether something grows from day to day that should not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.soak.readings import Reading

WARM_UP_DAYS = 2
FEWEST_DAYS_FOR_A_SLOPE = 3
MEMORY_MEGABYTES_A_DAY = 3.0
"""Some of it is DuckDB's: a loop of one statement alone rises for its first 12,000 times."""
OBJECTS_SHARE_A_DAY = 0.005
MOST_TYPES = 5

Series = Sequence[float]


@dataclass(frozen=True, slots=True)
class Watched:
    """A figure of each day's end; ``most_a_day`` is what it may grow by, None for not at all."""

    name: str
    of: Callable[[Reading], float]
    most_a_day: Callable[[Series], float] | None = None


WATCHED = (
    Watched("memory, MB", lambda r: r.memory_megabytes, lambda _: MEMORY_MEGABYTES_A_DAY),
    Watched("objects", lambda r: r.object_count, lambda days: days[0] * OBJECTS_SHARE_A_DAY),
    Watched("threads", lambda r: r.threads),
    Watched("descriptors", lambda r: r.descriptors),
    Watched("pooled connections", lambda r: r.pooled),
)
AT_REST = (
    Watched("connections in use", lambda r: r.checked_out),
    Watched("deliveries that wait", lambda r: r.outbox),
)
"""What is nothing at the end of each day, the first ones too."""


def slope(series: Series) -> float:
    """By how much it grows a day: the straight line with the least squares."""
    middle = (len(series) - 1) / 2
    mean = sum(series) / len(series)
    spread = sum((day - middle) ** 2 for day in range(len(series)))
    return sum((day - middle) * (each - mean) for day, each in enumerate(series)) / spread


def growing(readings: Sequence[Reading]) -> list[str]:
    """What grows, or is left over, each in a sentence; nothing where all is flat."""
    settled = readings[WARM_UP_DAYS:]
    return [*_left_over(readings), *(_growing(settled) if len(settled) > 1 else ())]


def is_too_short(days: int) -> bool:
    """Whether the days after the warm-up are too few to tell growth from chance."""
    return days - WARM_UP_DAYS < FEWEST_DAYS_FOR_A_SLOPE


def most_grown(readings: Sequence[Reading]) -> list[tuple[str, int]]:
    """The types of which there are more objects than after the warm-up, most first."""
    first = readings[min(WARM_UP_DAYS, len(readings) - 1)]
    grown = Counter(readings[-1].objects)
    grown.subtract(first.objects)
    return [(name, more) for name, more in grown.most_common(MOST_TYPES) if more > 0]


def _left_over(readings: Sequence[Reading]) -> Iterator[str]:
    for watched in AT_REST:
        for day, each in enumerate(readings, 1):
            if watched.of(each):
                yield f"{watched.name}: {watched.of(each):.0f} at the end of day {day}"


def _growing(settled: Sequence[Reading]) -> Iterator[str]:
    for watched in WATCHED:
        series = [watched.of(each) for each in settled]
        if watched.most_a_day is None:
            if max(series) > series[0]:
                yield f"{watched.name}: {_listed(series)}, and should stay the same"
            continue
        most = watched.most_a_day(series)
        if not is_too_short(WARM_UP_DAYS + len(series)) and slope(series) > most:
            yield f"{watched.name}: {slope(series):+,.1f} a day, at most {most:,.1f} are allowed"


def _listed(series: Series) -> str:
    return ", ".join(f"{each:,.0f}" for each in series)
