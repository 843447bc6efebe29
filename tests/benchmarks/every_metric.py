"""Every metric by every segment that it allows, each against the same asked by hand.

``python -m tests.benchmarks.every_metric FOLDER`` measures in a process of its own, under the
store's own limit of memory, and prints what it found as JSON; with ``--table`` as Markdown, each
metric's share of its bound by each segment. On a machine that does other work too ``--cpu`` tells
those of the processor's time.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from storage.facts.store import open_facts
from storage.metrics.answer import Query
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.periods import Grain, PeriodChoice, resolve
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.by_hand import Statements, is_written_by_hand, written_by_hand
from tests.benchmarks.figures_by_hand import are_same, figures_of
from tests.benchmarks.measured import Measured, peak_memory_bytes

ROOT = Path(__file__).parents[2]
MEMORY = "2GB"
"""By hand, retention by a segment takes more than the bot has for its answers."""
ALLOWED_FACTOR, ALLOWED_MORE_SECONDS = 2.0, 0.030
REPEATS = 4
SECONDS_OF_REPEATS = 0.5
_Result = TypeVar("_Result")
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
    cpu_seconds: float
    by_hand_cpu_seconds: float
    """What all threads of the process took; the best run of each, which may be another one."""

    @property
    def allowed_seconds(self) -> float:
        return _allowed(self.by_hand_seconds)

    @property
    def holds(self) -> bool:
        return self.seconds <= self.allowed_seconds

    @property
    def excess(self) -> float:
        return self.seconds / self.allowed_seconds

    @property
    def cpu_excess(self) -> float:
        return self.cpu_seconds / _allowed(self.by_hand_cpu_seconds)


def _allowed(by_hand_seconds: float) -> float:
    return ALLOWED_FACTOR * by_hand_seconds + ALLOWED_MORE_SECONDS


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
        if not is_written_by_hand(metric.key):
            print(f"{metric.key}: not asked by hand", file=sys.stderr, flush=True)
            continue
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
        f" {found.excess:.2f} of what is allowed, {found.cpu_excess:.2f} by CPU time{same}"
    )


def _found(connection: Connection, query: Query, segment: Segment | None) -> Found:
    """The best of some runs of both, taken in turns so that what else runs slows both."""
    metric, name = query.metric, segment.value if segment else None
    apart = metric.channels_apart and segment is not Segment.CHANNEL
    ways = written_by_hand(metric.key, name, apart=apart)
    first = {way: _timed(lambda: _run(connection, way)) for way in ways}  # noqa: B023 - called at once
    fastest = min(first, key=lambda way: first[way][0])
    by_hand, figures = [first[fastest][0]], figures_of(metric, first[fastest][1], apart=apart)
    rows = answer(connection, query, NOW, Settings()).rows
    took = []
    for _ in range(min(REPEATS, 1 + int(SECONDS_OF_REPEATS / by_hand[0].seconds))):
        took.append(_timed(lambda: answer(connection, query, NOW, Settings()))[0])
        by_hand.append(_timed(lambda: _run(connection, fastest))[0])
    is_same = None if figures is None else are_same(figures, [row.value for row in rows])
    ours, theirs = _best(took), _best(by_hand)
    return Found(
        metric.key,
        name,
        ours.seconds,
        theirs.seconds,
        is_same,
        ours.cpu_seconds,
        theirs.cpu_seconds,
    )


class Took(NamedTuple):
    seconds: float
    cpu_seconds: float


def _best(runs: Sequence[Took]) -> Took:
    return Took(*map(min, zip(*runs, strict=True)))


def _timed(act: Callable[[], _Result]) -> tuple[Took, _Result]:
    started, cpu_started = time.perf_counter(), time.process_time()
    result = act()
    return Took(time.perf_counter() - started, time.process_time() - cpu_started), result


def _run(connection: Connection, statements: Statements) -> list[list[tuple[Any, ...]]]:
    found = (connection.exec_driver_sql(each) for each in statements)
    return [[tuple(row) for row in each.all()] for each in found]


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def as_table(found: Sequence[Found], *, by_cpu: bool) -> str:
    """Each metric's share of its bound by each segment, as Markdown; what misses it in bold."""
    segments = list(dict.fromkeys(each.segment for each in found))
    heads = ["metric", *(_head(segment) for segment in segments)]
    lines = [heads, ["---", *("---:" for _ in segments)]]
    for key, group in groupby(found, key=lambda each: each.metric):
        shares = {each.segment: each.cpu_excess if by_cpu else each.excess for each in group}
        lines.append([key, *(_share(shares.get(segment)) for segment in segments)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _head(segment: str | None) -> str:
    return (segment or "as a whole").replace("_", " ")


def _share(share: float | None) -> str:
    if share is None:
        return ""
    return f"{share:.2f}" if share <= 1 else f"**{share:.2f}**"


def _main() -> None:
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--table", action="store_true", help="Markdown, shares of the bounds")
    parser.add_argument("--cpu", action="store_true", help="of the processor's time")
    asked = parser.parse_args()
    address = f"duckdb:///{asked.folder}/facts.duckdb"
    facts = open_facts(address, memory_limit=MEMORY, data_folder=asked.folder)
    gc.freeze()  # as the bot does once it runs
    with facts.connect() as connection:
        found = list(_each(connection))
    facts.dispose()
    if asked.table:
        print(as_table(found, by_cpu=asked.cpu))
        return
    report = {"found": [asdict(each) for each in found], "peak": peak_memory_bytes()}
    print(json.dumps(report))


if __name__ == "__main__":
    _main()
