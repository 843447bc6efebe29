"""What is asked most, of the last 13 weeks by any segment, within one process.

``python -m tests.benchmarks.usual FOLDER`` measures a store that ``--folder`` has kept. On a
machine that does other work too the processor's time tells more than the time that passed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from storage.metrics.answer import Query
from storage.metrics.catalog import find
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.every_metric import WEEK
from tests.benchmarks.measured import Measured, peak_memory_bytes
from tests.benchmarks.stores import open_store

ROOT = Path(__file__).parents[2]
REPEATS = 5
QUESTIONS = (
    ("first_contact_resolution", Segment.CHANNEL),
    ("first_contact_resolution", Segment.ISSUE_TYPE),
    ("ticket_volume", Segment.TEAM),
    ("ticket_volume", Segment.HOUR),
    ("average_handle_time", Segment.AGENT),
    ("service_level", Segment.CHANNEL),
    ("average_resolution_time", Segment.PRIORITY),
    ("ticket_backlog", Segment.TEAM),
    ("customer_satisfaction", Segment.CHANNEL),
    ("net_promoter_score", Segment.TEAM),
    ("self_service_rate", None),
)


def measure(folder: Path) -> list[Measured]:
    """In a process of its own, whose memory is that of these questions alone."""
    command = [sys.executable, "-m", __name__, str(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [Measured(**each) for each in json.loads(done.stdout)]


def _measured(folder: Path) -> list[Measured]:
    facts = open_store(folder)
    found = []
    with facts.connect() as connection:
        for key, segment in QUESTIONS:
            query = Query(find(key), WEEK, by=(segment,) if segment else ())
            took, cpu = [], []
            for _ in range(REPEATS):
                started, cpu_started = time.perf_counter(), time.process_time()
                answer(connection, query, NOW, Settings())
                took.append(time.perf_counter() - started)
                cpu.append(time.process_time() - cpu_started)
            name = f"{key} by {segment.value}" if segment else key
            told = f"{min(cpu) * 1000:.0f} ms of the processor"
            found.append(Measured(name, min(took), 0, peak_memory_bytes(), told))
    facts.dispose()
    return found


if __name__ == "__main__":
    rows = _measured(Path(sys.argv[1]))
    if "--json" in sys.argv:
        print(json.dumps([asdict(row) for row in rows]))
    else:
        for row in rows:
            print(f"{row.name}: {row.seconds * 1000:.0f} ms, {row.allowed}")
