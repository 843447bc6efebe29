"""How long an import takes, against DuckDB's own reading of the same file into a table."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from storage.facts.loading import LoadOrder, load_file
from tests.benchmarks.measured import Measured
from tests.benchmarks.stores import MEMORY, open_store

SEED = 20260301
ROWS_A_FILE = 10_000_000
ROOT = Path(__file__).parents[2]


def measure(contacts: int, folder: Path) -> list[Measured]:
    """Loads files of that many contacts, then the last one again; each in a process of its own.

    The baseline is ``CREATE TABLE … AS SELECT * FROM read_csv(…)`` in a new DuckDB file, for each.
    """
    csv = folder / "contacts.csv"
    baseline, first = Took(), Took()
    for rows in _files(contacts):
        generate(contacts, csv, rows)
        read = _in_process("read", csv, folder)
        baseline, first = baseline + read, first + _in_process("load", csv, folder)
    again = _in_process("load", csv, folder)
    csv.unlink()
    return [
        Measured("first load", first.seconds, baseline.seconds, first.peak, "at most 3 times"),
        Measured("load again", again.seconds, read.seconds, again.peak, "at most 5 times"),
    ]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and the most memory that a process had meanwhile in bytes."""

    seconds: float = 0.0
    peak: int = 0

    def __add__(self, other: Took) -> Took:
        return Took(self.seconds + other.seconds, max(self.peak, other.peak))


def _files(contacts: int) -> list[range]:
    """The rows of each file, the oldest first, as exports come; a disk holds one at a time."""
    starts = range(0, contacts, ROWS_A_FILE)
    return [range(start, min(start + ROWS_A_FILE, contacts)) for start in starts]


def generate(contacts: int, csv: Path, rows: range) -> None:
    """A CSV of these of so many contacts, the same each time: about 150 bytes, 20 columns a row."""
    with duckdb.connect() as connection:
        connection.execute("PRAGMA disable_progress_bar")
        connection.execute(f"COPY ({_contacts(contacts, rows)}) TO '{csv}' (HEADER)")


def _contacts(contacts: int, rows: range) -> str:
    def chosen(salt: int, of: int) -> str:
        return f"CAST(hash(i, {SEED + salt}) % {of} AS INTEGER)"

    def later(salt: int, least: int, spread: int) -> str:
        instant = f"moment + to_seconds({least} + {chosen(salt, spread)})"
        return f"strftime({instant}, '%Y-%m-%dT%H:%M:%SZ')"

    return f"""
        SELECT 'C' || lpad(i::VARCHAR, 9, '0') AS contact_id,
               ['phone', 'chat', 'email', 'web'][1 + {chosen(0, 4)}] AS channel,
               {later(1, 0, 1)} AS opened_at,
               CASE WHEN {chosen(1, 10)} = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
               ['billing', 'delivery', 'login', 'returns'][1 + {chosen(2, 4)}] AS issue_type,
               ['simple', 'complex'][1 + {chosen(3, 2)}] AS complexity,
               'P' || (1 + {chosen(4, 3)}) AS priority,
               'team ' || {chosen(5, 20)} AS team,
               'A' || {chosen(6, 500)} AS agent_id,
               'K' || {chosen(7, 2_000_000)} AS customer_id,
               {later(8, 0, 7200)} AS first_response_at,
               CASE WHEN {chosen(9, 20)} > 0 THEN {later(10, 7200, 400_000)} END AS resolved_at,
               {chosen(11, 300)} AS wait_seconds, {chosen(12, 900)} AS talk_seconds,
               {chosen(13, 60)} AS hold_seconds, {chosen(14, 120)} AS wrap_seconds,
               {chosen(15, 50)} = 0 AS abandoned, {chosen(16, 3)} > 0 AS resolved_on_first_contact,
               CASE WHEN {chosen(17, 20)} = 0 THEN 1 ELSE 0 END AS reopen_count,
               {chosen(18, 3)} AS reassignment_count
        FROM (SELECT i, TIMESTAMP '2024-01-01' + to_seconds(i * 63_000_000 // {contacts}) AS moment
              FROM range({rows.start}, {rows.stop}) AS numbers(i))"""


def _in_process(what: str, csv: Path, folder: Path) -> Took:
    command = [sys.executable, "-m", "tests.benchmarks.loading", what, str(csv), str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Took(**json.loads(done.stdout))


def _read(csv: Path, folder: Path) -> None:
    with duckdb.connect(str(folder / "baseline.duckdb")) as connection:
        connection.execute(f"CREATE TABLE contacts AS SELECT * FROM read_csv('{csv}')")
    (folder / "baseline.duckdb").unlink()


def _load(csv: Path, folder: Path) -> None:
    engine = open_store(folder)
    load_file(
        engine,
        LoadOrder("contacts"),
        csv,
        data_folder=folder,
        now=datetime.now(UTC),
        progress=lambda _: None,
        memory_limit=MEMORY,
    )
    engine.dispose()


def _main() -> None:
    what, csv, folder = sys.argv[1:]
    timed: Callable[[Path, Path], None] = {"read": _read, "load": _load}[what]
    started = time.monotonic()
    timed(Path(csv), Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": time.monotonic() - started, "peak": peak}))


if __name__ == "__main__":
    _main()
