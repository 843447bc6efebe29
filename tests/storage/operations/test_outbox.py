"""What is put into the outbox, watched and stopped there, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.operations import aging, handover, outbox
from storage.operations.engine import writing
from storage.operations.outbox import STOPPED, TOO_LATE, Parcel, Priority, enqueue
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.paces import Pacing
from tests.storage.operations.conftest import NOW

QUICK = Pacing(messages_per_minute=60_000, between_messages=timedelta())
HELLO = {"message": {"text": "hello", "blocks": []}}
SOON = NOW + timedelta(minutes=1)


def parcel(key: str = "first", recipient: str = "C1", **changes: object) -> Parcel:
    made = Parcel(key, "digest", Priority.DIGEST, recipient, "digest:1", HELLO)
    return replace(made, **changes)  # type: ignore[arg-type]  # names and types as in the class


def claimed(session: Session, limit: int = 10) -> list[handover.Claim]:
    return handover.claim(session, "test", NOW, limit, QUICK)


def state_of(session: Session, key: str) -> tuple[str, str | None]:
    row = session.scalars(select(Delivery).where(Delivery.key == key)).one()
    return row.state.value, row.reason


def test_parcel_is_put_in_once(operations: Engine) -> None:
    with writing(operations) as session:
        first = enqueue(session, [parcel("a"), parcel("b"), parcel("a", "C2")], NOW)
    with writing(operations) as session:
        again = enqueue(session, [parcel("a", "C3"), parcel("c")], NOW)
        kept = session.execute(select(Delivery.key, Delivery.recipient).order_by(Delivery.key))
        assert list(kept) == [("a", "C1"), ("b", "C1"), ("c", "C1")]
    assert (first, again) == (2, 1)


def test_five_thousand_parcels_are_put_in_at_once(operations: Engine) -> None:
    parcels = [parcel(f"note:{number}", f"U{number}") for number in range(5000)]
    began = perf_counter()
    with writing(operations) as session:
        assert enqueue(session, parcels, NOW) == 5000
    with writing(operations) as session:
        assert enqueue(session, parcels, NOW) == 0
        assert outbox.states(session, "digest:1") == {DeliveryState.PENDING: 5000}
        assert len(claimed(session)) == 10
    assert perf_counter() - began < 10


def test_what_is_too_late_is_missed(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel("late", expires_at=SOON), parcel("never late")], NOW)
    with writing(operations) as session:
        assert outbox.expire(session, NOW) == []
        assert [each.reason for each in outbox.expire(session, SOON)] == [TOO_LATE]
        assert state_of(session, "late") == ("missed", TOO_LATE)
        assert state_of(session, "never late") == ("pending", None)


def test_what_may_be_there_is_looked_for_before_it_is_missed(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel(expires_at=SOON)], NOW)
    with writing(operations) as session:
        (mine,) = claimed(session)
        assert handover.mark_handed_over(session, mine, None, NOW)
    later = SOON + handover.CLAIM
    with writing(operations) as session:
        assert outbox.expire(session, later) == []
        (again,) = handover.claim(session, "other", later, 1, QUICK)
        assert again.posted_at == NOW
        receipt = handover.give_up(session, again)
        assert receipt is not None
        assert (receipt.state, receipt.reason) == (DeliveryState.MISSED, TOO_LATE)


def test_stopping_leaves_what_is_there(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel(key, f"C-{key}") for key in ("sent", "posted", "claimed")], NOW)
        enqueue(session, [parcel("waiting"), parcel("other", "C2", about="digest:2")], NOW)
    with writing(operations) as session:
        by_place = {each.recipient: each for each in claimed(session)}
        assert handover.mark_handed_over(session, by_place["C-posted"], "C-posted", NOW)
        handover.mark_sent(session, by_place["C-sent"].id, "C-sent", "1.1", NOW)
    with writing(operations) as session:
        assert outbox.stop(session, "digest:1", NOW) == 3
        assert not handover.mark_handed_over(session, by_place["C-claimed"], None, NOW)
        assert {key: state_of(session, key)[0] for key in ("sent", "claimed", "waiting")} == {
            "sent": "sent",
            "claimed": "stopped",
            "waiting": "stopped",
        }
        receipt = handover.give_up(session, by_place["C-posted"])
        assert receipt is not None
        assert (receipt.state, receipt.reason) == (DeliveryState.STOPPED, STOPPED)
        assert outbox.states(session, "digest:2") == {DeliveryState.CLAIMED: 1}


def test_what_failed_is_sent_again(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel()], NOW)
    with writing(operations) as session:
        (mine,) = claimed(session)
        handover.mark_failed(session, mine, "The channel is archived.")
        assert state_of(session, "first") == ("failed", "The channel is archived.")
        assert outbox.send_again(session, SOON, delivery_id="another") == 0
        assert outbox.send_again(session, SOON, delivery_id=mine.id) == 1
    with writing(operations) as session:
        (again,) = handover.claim(session, "test", SOON, 1, QUICK)
        assert (again.id, again.content, again.attempts) == (mine.id, HELLO, 1)
        with pytest.raises(ValueError, match="which"):
            outbox.send_again(session, NOW)


def test_what_is_old_and_done_is_forgotten(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel("done"), parcel("waiting", "C2", not_before=SOON)], NOW)
    with writing(operations) as session:
        (mine,) = claimed(session)
        handover.mark_sent(session, mine.id, "C1", "1.1", NOW)
        assert aging.forget_deliveries(session, NOW) == 0
        assert aging.forget_deliveries(session, SOON) == 1
        assert outbox.states(session, "digest:1") == {DeliveryState.PENDING: 1}
