from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobs.housekeeping import purging_events
from storage.operations.engine import open_operations, writing
from storage.operations.events import is_first

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_events_are_forgotten_after_a_day(tmp_path: Path) -> None:
    operations = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    with writing(operations) as session:
        is_first(session, "Ev1", NOW)
        is_first(session, "Ev2", NOW + timedelta(hours=2))
    purging_events(operations, lambda: NOW + timedelta(hours=25)).run()
    with writing(operations) as session:
        assert [is_first(session, name, NOW) for name in ("Ev1", "Ev2")] == [True, False]
    operations.dispose()
