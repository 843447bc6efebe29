"""The planner of surveys as a process of its own: ``python -m tests.chaos.survey_planner FOLDER``.

It asks whoever is due, once, and ends; it may be killed at any time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from jobs.surveys import SurveyDesk, ask_due
from storage.facts.store import open_facts
from storage.operations.engine import open_operations
from storage.sealing import Sealer
from storage.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Engine, Engine]]:
    """The facts and the operations that lie there, until the block ends."""
    url = f"duckdb:///{folder / 'facts.duckdb'}"
    facts = open_facts(url, memory_limit="300MB", data_folder=folder)
    operations = open_operations(f"sqlite:///{folder / 'operations.sqlite'}")
    try:
        yield facts, operations
    finally:
        facts.dispose()
        operations.dispose()


def main() -> None:
    with opened(Path(sys.argv[1])) as (facts, operations):
        ask_due(SurveyDesk(facts, operations, Settings(), lambda: NOON, Sealer([])))


if __name__ == "__main__":
    main()
