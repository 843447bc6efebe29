"""Local times turned into UTC inside the database, with both oddities of a clock change decided.

A local time that happens twice is taken as its first occurrence; one that never happens is moved
forward by the hour that was skipped.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from storage.periods import utc_offsets

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Step = tuple[datetime, int]


def local_to_utc(local: str, timezone: str) -> str:
    """SQL for the UTC instant of a naive local timestamp; ``local`` is SQL itself."""
    steps = _steps(timezone)
    if all(seconds == 0 for _, seconds in steps):
        return local
    return f"{local} - to_seconds({_offset(local, steps)})"


@lru_cache(maxsize=16)
def _steps(timezone: str) -> tuple[Step, ...]:
    """From which local time on, and how many seconds the local clock is ahead of UTC.

    At a change from offset a to b at instant u, local times in ``[u + b, u + a)`` happen twice
    (the first time with a), those in ``[u + a, u + b)`` never; so b holds from u + the greater.
    """
    changes = utc_offsets(FIRST, LAST, timezone)
    steps = [(FIRST.replace(tzinfo=None), _seconds(changes[0][1]))]
    for (_, before), (instant, after) in pairwise(changes):
        local = instant.replace(tzinfo=None) + max(before, after)
        steps.append((local, _seconds(after)))
    return tuple(steps)


def _offset(local: str, steps: tuple[Step, ...]) -> str:
    """A balanced tree of comparisons, so that each row passes few of them."""
    if len(steps) == 1:
        return str(steps[0][1])
    middle = len(steps) // 2
    bound = steps[middle][0].strftime("%Y-%m-%d %H:%M:%S")
    earlier, later = _offset(local, steps[:middle]), _offset(local, steps[middle:])
    return f"CASE WHEN {local} < TIMESTAMP '{bound}' THEN {earlier} ELSE {later} END"


def _seconds(offset: timedelta) -> int:
    return int(offset.total_seconds())
