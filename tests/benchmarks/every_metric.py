"""Every metric by every segment that it allows, each against the same asked by hand.

``python -m tests.benchmarks.every_metric FOLDER`` measures in a process of its own, under the
store's own limit of memory, and prints what it found as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from storage.facts.store import open_facts
from storage.metrics.answer import Query
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.periods import Grain, PeriodChoice, resolve
from storage.settings import Settings
from tests.benchmarks.answering import MEMORY, NOW
from tests.benchmarks.by_hand import Statements, written_by_hand
from tests.benchmarks.figures_by_hand import are_same, figures_of
from tests.benchmarks.measured import Measured, peak_memory_bytes

ROOT = Path(__file__).parents[2]
ALLOWED_FACTOR, ALLOWED_MORE_SECONDS = 2.0, 0.030
REPEATS, ONCE = 4, 1
SLOW_SECONDS = 0.8
WEEK = resolve(PeriodChoice(Grain.WEEK), NOW, "UTC")


@dataclass(frozen=True, slots=True)
class Found:
    """One metric by one segment: how long it took, and the faster way by hand."""

    metric: str
    segment: str | None
    seconds: float
    by_hand_seconds: float
    is_same: bool | None
    """Whether both found the same figures; None where they are not laid out alike."""

    @property
    def allowed_seconds(self) -> float:
        return ALLOWED_FACTOR * self.by_hand_seconds + ALLOWED_MORE_SECONDS

    @property
    def holds(self) -> bool:
        return self.seconds <= self.allowed_seconds

    @property
    def excess(self) -> float:
        return self.seconds / self.allowed_seconds


def measure(folder: Path) -> list[Measured]:
    """A row for each metric by the segment that comes nearest to its bound, or farthest past it."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(folder)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    report = json.loads(done.stdout)
    found = [Found(**each) for each in report["found"]]
    by_metric = (list(group) for _, group in groupby(found, key=lambda each: each.metric))
    worst = [max(group, key=lambda each: each.excess) for group in by_metric]
    rows = [_row(each, report["peak"]) for each in worst]
    held = sum(each.holds for each in found)
    differing = [f"{each.metric} by {each.segment}" for each in found if each.is_same is False]
    if differing:
        raise RuntimeError(f"other figures by hand: {', '.join(differing)}")
    summary = Measured(
        "every metric by every segment, one after another",
        sum(each.seconds for each in found),
        sum(each.by_hand_seconds for each in found),
        report["peak"],
        f"{held} of {len(found)} within their bound",
    )
    return [*rows, summary]


def _row(found: Found, peak: int) -> Measured:
    by = f" by {found.segment}" if found.segment else ""
    missed = "" if found.holds else ": missed"
    allowed = f"at most {found.allowed_seconds * 1000:.0f} ms{missed}"
    return Measured(found.metric + by, found.seconds, found.by_hand_seconds, peak, allowed)


def _each(connection: Connection) -> Iterator[Found]:
    for metric in METRICS:
        for segment in (None, *metric.segments):
            query = Query(metric, WEEK, by=(segment,) if segment else ())
            found = _found(connection, query, segment)
            print(_line(found), file=sys.stderr, flush=True)
            yield found


def _line(found: Found) -> str:
    same = {None: "", True: ", the same figures", False: ", OTHER FIGURES"}[found.is_same]
    return (
        f"{found.metric} by {found.segment}: {found.seconds * 1000:.0f} ms,"
        f" by hand {found.by_hand_seconds * 1000:.0f} ms,"
        f" {found.excess:.2f} of what is allowed{same}"
    )


def _found(connection: Connection, query: Query, segment: Segment | None) -> Found:
    """The best of some runs of both, taken in turns so that what else runs slows both."""
    metric, name = query.metric, segment.value if segment else None
    apart = metric.channels_apart and segment is not Segment.CHANNEL
    ways = written_by_hand(metric.key, name, apart=apart)
    first = {way: seconds(lambda: _run(connection, way)) for way in ways}  # noqa: B023 - called at once
    fastest = min(first, key=lambda way: first[way])
    figures = figures_of(metric, _run(connection, fastest), apart=apart)
    rows = answer(connection, query, NOW, Settings()).rows
    took, by_hand = [], [first[fastest]]
    for _ in range(ONCE if by_hand[0] > SLOW_SECONDS else REPEATS):
        took.append(seconds(lambda: answer(connection, query, NOW, Settings())))
        by_hand.append(seconds(lambda: _run(connection, fastest)))
    is_same = None if figures is None else are_same(figures, [row.value for row in rows])
    return Found(metric.key, name, min(took), min(by_hand), is_same)


def _run(connection: Connection, statements: Statements) -> list[list[tuple[Any, ...]]]:
    found = (connection.exec_driver_sql(each) for each in statements)
    return [[tuple(row) for row in each.all()] for each in found]


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _main() -> None:
    folder = Path(sys.argv[1])
    facts = open_facts(f"duckdb:///{folder}/facts.duckdb", memory_limit=MEMORY, data_folder=folder)
    with facts.connect() as connection:
        found = [asdict(each) for each in _each(connection)]
    facts.dispose()
    print(json.dumps({"found": found, "peak": peak_memory_bytes()}))


if __name__ == "__main__":
    _main()
