"""What reads much at once: why a figure moved, by five segments, and an overview of all metrics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

from storage.metrics.answer import Query
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Segment
from storage.metrics.overview import overview
from storage.metrics.why import explain
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.every_metric import WEEK, seconds
from tests.benchmarks.measured import Measured, peak_memory_bytes
from tests.benchmarks.stores import open_store

REPEATS = 5
ALLOWED = "under 1 s"
SEGMENTS = (
    Segment.CHANNEL,
    Segment.ISSUE_TYPE,
    Segment.TEAM,
    Segment.PRIORITY,
    Segment.COMPLEXITY,
)


def measure(folder: Path) -> list[Measured]:
    facts = open_store(folder)
    why = Query(find("first_contact_resolution"), WEEK, by=SEGMENTS)
    with facts.connect() as connection:
        found = [
            _measured(
                "why fcr weekly, by five segments",
                lambda: explain(connection, why, NOW, Settings()),
            ),
            _measured(
                "overview of every metric",
                lambda: overview(connection, METRICS, WEEK, NOW, Settings()),
            ),
        ]
    facts.dispose()
    return found


def _measured(name: str, act: Callable[[], object]) -> Measured:
    taken = median(seconds(act) for _ in range(REPEATS))
    return Measured(
        name, taken, 0, peak_memory_bytes(), f"{ALLOWED}{'' if taken < 1 else ': missed'}"
    )
