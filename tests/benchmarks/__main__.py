"""``python -m tests.benchmarks --contacts 10000000``: what is fast, as ratios to a baseline."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import (
    agents_day,
    answers,
    at_once,
    business_time,
    every_metric,
    home,
    in_pandas,
    loading,
    other_facts,
    starting,
    stores,
    usual,
)
from tests.benchmarks.measured import Measured

NOT_ON_CLICKHOUSE = ("every_metric", "agents_day", "in_pandas", "business_time")
"""What is asked by hand there stands in DuckDB's SQL, or of a store made from another."""


MOST_CONTACTS = {"every_metric": 10_000_000, "in_pandas": 10_000_000}
"""Beyond it, what is asked by hand takes hours, or would be a benchmark of swapping."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one, removed")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART")
    parser.add_argument(
        "--engine", choices=stores.ENGINES, default=stores.DUCKDB, help="of the facts"
    )
    given = parser.parse_args()
    fit = fitting(given.contacts, given.engine)
    parts = [part for part in given.only if part not in apart(given.engine)] if given.only else fit
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = measured(given.contacts, folder, parts, given.engine)
        size = _memory(stores.size_bytes(folder))
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"{given.contacts:,} contacts, {given.engine}, {size} on disk, {machine}\n")
    print(table(rows))
    if left_out := [part for part in PARTS if part not in fit]:
        print(f"\nNot measured at this size on this engine: {', '.join(left_out)}.")


def fitting(contacts: int, engine: str) -> list[str]:
    """The parts that can be measured there, and in less than an hour."""
    left_out = apart(engine)
    return [
        part
        for part in PARTS
        if part not in left_out and contacts <= MOST_CONTACTS.get(part, contacts)
    ]


def apart(engine: str) -> tuple[str, ...]:
    """The parts that an engine can't run."""
    return NOT_ON_CLICKHOUSE if engine == stores.CLICKHOUSE else ()


def measured(contacts: int, folder: Path, parts: Sequence[str], engine: str) -> list[Measured]:
    """Contacts are loaded as files; the other facts are then made inside the store."""
    if engine == stores.CLICKHOUSE:
        stores.make_clickhouse(folder)
    rows = loading.measure(contacts, folder)
    other_facts.generate(folder, contacts)
    return rows + [row for part in parts for row in PARTS[part](contacts, folder)]


PARTS: dict[str, Callable[[int, Path], list[Measured]]] = {
    "answers": lambda _contacts, folder: answers.measure(folder),
    "usual": lambda _contacts, folder: usual.measure(folder),
    "every_metric": lambda _contacts, folder: every_metric.measure(folder),
    "agents_day": lambda _contacts, folder: agents_day.measure(folder),
    "at_once": lambda _contacts, folder: at_once.measure(folder),
    "home": lambda _contacts, folder: home.measure(folder),
    "in_pandas": lambda _contacts, folder: in_pandas.measure(folder),
    "business_time": business_time.measure,
    "starting": lambda _contacts, _folder: starting.measure(),
}


def table(rows: Sequence[Measured]) -> str:
    """Markdown, as it stands in the README."""
    lines = [
        "| what | took | baseline | ratio | promised | peak memory |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.name} | {_duration(row.seconds)} | {_duration(row.baseline_seconds)}"
        f" | {_ratio(row.ratio)} | {row.allowed} | {_memory(row.peak_memory_bytes)} |"
        for row in rows
    ]
    return "\n".join(lines)


NONE = "–"  # noqa: RUF001 - a dash, as an empty cell


def _memory(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count else NONE


def _ratio(ratio: float | None) -> str:
    return NONE if ratio is None else f"{ratio:.1f}"


def _duration(seconds: float) -> str:
    if not seconds:
        return NONE
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


if __name__ == "__main__":
    main()
