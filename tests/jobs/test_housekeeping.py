from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from jobs.housekeeping import purging_deliveries, purging_events
from storage.operations import handover
from storage.operations.engine import writing
from storage.operations.events import is_first
from storage.operations.outbox import Parcel, Priority, enqueue, states
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from tests.storage.operations.template import make_operations

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_events_are_forgotten_after_a_day(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    with writing(operations) as session:
        is_first(session, "Ev1", NOW)
        is_first(session, "Ev2", NOW + timedelta(hours=2))
    purging_events(operations, lambda: NOW + timedelta(hours=25)).run()
    with writing(operations) as session:
        assert [is_first(session, name, NOW) for name in ("Ev1", "Ev2")] == [True, False]
    operations.dispose()


def test_what_became_of_messages_is_kept_for_90_days(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    with writing(operations) as session:
        parcel = Parcel("only", "test", Priority.NOTE, "C1", "test:1", {"message": {"text": "hi"}})
        enqueue(session, [parcel], NOW)
        (claim,) = handover.claim(session, "test", NOW, 1, Pacing())
        handover.mark_sent(session, claim.id, "C1", "1.1", NOW)
    left = []
    for days in (90, 91):
        clock = partial(NOW.__add__, timedelta(days=days))
        purging_deliveries(operations, clock).run()
        with writing(operations) as session:
            left.append(states(session, "test:1"))
    operations.dispose()
    assert left == [{DeliveryState.SENT: 1}, {}]
