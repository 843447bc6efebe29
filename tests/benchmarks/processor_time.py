"""The processor's time of several processes, by what they are, as Linux counts it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
OTHERS = "others"
PARENT, TIMES = 1, slice(11, 15)
"""Where they stand in ``/proc/PID/stat`` behind the name, with the times of ended children."""


def processor_seconds(processes: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Since they began, each with its children that are not named themselves.

    ``others`` is what else the machine has done.
    """
    stats = _stats()
    named = {one for ids in processes.values() for one in ids}
    spent = {
        what: sum(_ticks(stats, process, named) for process in ids) / TICKS
        for what, ids in processes.items()
    }
    busy = _busy_ticks() / TICKS
    return spent | {OTHERS: busy - sum(spent.values())}


def _stats() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
    return found


def _ticks(stats: Mapping[int, Sequence[str]], process: int, named: Collection[int]) -> int:
    """Its own, those of children that run, and those of children that have ended."""
    children = {one for one, values in stats.items() if int(values[PARENT]) == process}
    own = sum(map(int, stats[process][TIMES])) if process in stats else 0
    return own + sum(_ticks(stats, child, named) for child in children.difference(named))


def _busy_ticks() -> int:
    """Of all processors: user, nice, system, then what is idle or waits, then interrupts."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split()[1:9]
    return sum(map(int, (user, nice, system, *interrupts)))
