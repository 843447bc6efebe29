from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from jobs.housekeeping import purging_deliveries, purging_drafts, purging_events
from storage.operations import handover
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.events import is_first
from storage.operations.outbox import Parcel, Priority, enqueue, states
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from storage.operations.reviews import begun_contacts, open_draft
from storage.operations.scorecards import cards_in_force, keep_file_cards
from storage.quality.card_settings import shipped_cards
from storage.quality.drafts import ReviewedContact
from storage.sealing import Sealer, new_key
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


def test_drafts_of_reviews_are_kept_for_90_days_after_they_were_touched(tmp_path: Path) -> None:
    operations, sealer = make_operations(tmp_path), Sealer([new_key()])
    touched = {"old": NOW - timedelta(days=1), "new": NOW}
    with writing(operations) as session:
        keep_file_cards(session, shipped_cards(), By("file", NOW))
        for contact_id, at in touched.items():
            contact = ReviewedContact("calls", contact_id, "phone", "billing", "a1", NOW)
            card = cards_in_force(session)[0]
            open_draft(session, sealer, contact, card, By("U0RITA", at))
    left = []
    for days in (89, 90, 91):
        purging_drafts(operations, partial(NOW.__add__, timedelta(days=days))).run()
        with reading(operations) as session:
            left.append({contact_id for _, contact_id in begun_contacts(session)})
    operations.dispose()
    assert left == [{"old", "new"}, {"new"}, set()]
