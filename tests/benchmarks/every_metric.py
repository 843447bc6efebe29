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
from tests.benchmarks.measured import Measured, peak_memory_bytes

ROOT = Path(__file__).parents[2]
ALLOWED_FACTOR, ALLOWED_MORE_SECONDS = 2.0, 0.030
REPEATS, MORE_REPEATS = 2, 3
WEEK = resolve(PeriodChoice(Grain.WEEK), NOW, "UTC")


@dataclass(frozen=True, slots=True)
class Found:
    """One metric by one segment: how long it took, and the faster way by hand."""

    metric: str
    segment: str | None
    seconds: float
    by_hand_seconds: float

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
            yield _found(connection, query, segment)


def _found(connection: Connection, query: Query, segment: Segment | None) -> Found:
    name = segment.value if segment else None
    ways = written_by_hand(query.metric.key, name)
    _ask(connection, query)
    found = _timed(connection, query, ways, name, REPEATS)
    return found if found.holds else _timed(connection, query, ways, name, MORE_REPEATS)


def _timed(
    connection: Connection, query: Query, ways: list[Statements], name: str | None, repeats: int
) -> Found:
    """The best of some runs of both, taken in turns so that what else runs slows both."""
    first = {way: seconds(lambda: _run(connection, way)) for way in ways}  # noqa: B023 - called at once
    fastest = min(first, key=lambda way: first[way])
    ours, by_hand = [], [first[fastest]]
    for _ in range(repeats):
        ours.append(seconds(lambda: _ask(connection, query)))
        by_hand.append(seconds(lambda: _run(connection, fastest)))
    return Found(query.metric.key, name, min(ours), min(by_hand))


def _ask(connection: Connection, query: Query) -> None:
    answer(connection, query, NOW, Settings())


def _run(connection: Connection, statements: Statements) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement).all()


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
