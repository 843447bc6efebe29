"""Deliveries on their way, with several processes at it, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.operations import handover, paces
from storage.operations.engine import reading, writing
from storage.operations.handover import CLAIM, Claim
from storage.operations.outbox import Parcel, Priority, deliveries_of, enqueue, states
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.operations.paces import Pacing
from tests.storage.operations.conftest import NOW

QUICK = Pacing(messages_per_minute=60_000, between_messages=timedelta())
HELLO = {"message": {"text": "hello", "blocks": []}}
SECOND = timedelta(seconds=1)


def parcel(key: str, recipient: str, **changes: object) -> Parcel:
    made = Parcel(key, "digest", Priority.DIGEST, recipient, "digest:1", HELLO)
    return replace(made, **changes)  # type: ignore[arg-type]  # names and types as in the class


def take(
    session: Session, now: datetime = NOW, pacing: Pacing = QUICK, limit: int = 10
) -> list[Claim]:
    return handover.claim(session, "test", now, limit, pacing)


def keys(session: Session, claims: list[Claim]) -> list[str]:
    names = dict(iter(session.execute(select(Delivery.id, Delivery.key))))
    return [names[each.id] for each in claims]


@pytest.fixture
def one(operations: Engine) -> Claim:
    """The one delivery there is, claimed."""
    with writing(operations) as session:
        enqueue(session, [parcel("only", "C1")], NOW)
    with writing(operations) as session:
        (mine,) = take(session)
    return mine


def test_alerts_go_first_and_each_recipient_gets_one_at_a_time(operations: Engine) -> None:
    with writing(operations) as session:
        enqueue(session, [parcel("digest", "C1"), parcel("other", "C2")], NOW)
        enqueue(session, [parcel("alert", "C1", priority=Priority.ALERT)], NOW + SECOND)
        enqueue(session, [parcel("later", "C3", not_before=NOW + 5 * SECOND)], NOW)
    now = NOW + SECOND
    with writing(operations) as session:
        first = take(session, now)
        assert keys(session, first) == ["alert", "other"]
        assert take(session, now) == []
        for each in first:
            handover.mark_sent(session, each.id, each.recipient, "1.1", now)
    with writing(operations) as session:
        assert keys(session, take(session, now)) == ["digest"]
        assert keys(session, take(session, NOW + 5 * SECOND)) == ["later"]


def test_one_recipient_of_many_messages_holds_up_nobody(operations: Engine) -> None:
    with writing(operations) as session:
        many = [parcel(f"many {n}", "C1", priority=Priority.ALERT) for n in range(150)]
        enqueue(session, [*many, parcel("other", "C2")], NOW)
    with writing(operations) as session:
        first, second = take(session)
        assert (first.recipient, keys(session, [second])) == ("C1", ["other"])


def test_pace_holds_for_the_workspace_and_for_each_conversation(operations: Engine) -> None:
    pacing = Pacing(messages_per_minute=60, between_messages=2 * SECOND)
    with writing(operations) as session:
        enqueue(session, [parcel(f"{n}", f"C{n}") for n in range(4)], NOW)
        enqueue(session, [parcel("second", "C0", priority=Priority.ALERT)], NOW)
    taken = []
    for seconds in range(4):
        with writing(operations) as session:
            claims = take(session, NOW + seconds * SECOND, pacing)
            taken.append(len(claims))
            for each in claims:
                handover.mark_sent(session, each.id, each.recipient, "1.1", NOW)
    assert taken == [2, 1, 1, 1]


def test_claim_of_who_was_killed_ends_by_itself(operations: Engine, one: Claim) -> None:
    with writing(operations) as session:
        assert handover.mark_handed_over(session, one, "C1", NOW)
    with reading(operations) as session:
        assert not handover.is_anything_due(session, NOW + CLAIM - SECOND)
        assert handover.is_anything_due(session, NOW + CLAIM)
    with writing(operations) as session:
        assert take(session, NOW + CLAIM - SECOND) == []
        (again,) = take(session, NOW + CLAIM)
    assert (again.id, again.posted_at, again.channel_id) == (one.id, NOW, "C1")
    assert again.token != one.token


def test_who_lost_the_claim_changes_nothing_but_that_it_is_there(
    operations: Engine, one: Claim
) -> None:
    later = NOW + CLAIM
    with writing(operations) as session:
        (other,) = take(session, later)
        assert not handover.mark_handed_over(session, one, None, later)
        handover.postpone(session, one, later, "busy", may_be_there=False)
        handover.release(session, one, later)
        assert handover.mark_failed(session, one, "gone") is None
        assert handover.give_up(session, one) is None
        assert states(session, "digest:1") == {DeliveryState.CLAIMED: 1}
        handover.mark_sent(session, one.id, "C1", "1.1", later)
        handover.mark_sent(session, one.id, "C1", "2.2", later)
        handover.postpone(session, other, later, "busy", may_be_there=True)
        row = session.get_one(Delivery, one.id)
        assert (row.state, row.ts, row.content) == (DeliveryState.SENT, "1.1", None)


def test_what_was_refused_is_not_there_and_what_was_cut_off_may_be(
    operations: Engine, one: Claim
) -> None:
    with writing(operations) as session:
        handover.mark_handed_over(session, one, "C1", NOW)
        handover.postpone(session, one, NOW, "refused", may_be_there=False)
    with writing(operations) as session:
        (second,) = take(session)
        assert (second.posted_at, second.attempts) == (None, 2)
        handover.mark_handed_over(session, second, "C1", NOW + SECOND)
        handover.postpone(session, second, NOW, "cut off", may_be_there=True)
    with writing(operations) as session:
        (third,) = take(session)
        handover.mark_handed_over(session, third, "C1", NOW + 2 * SECOND)
        handover.postpone(session, third, NOW, "refused", may_be_there=False)
        (fourth,) = take(session)
    assert (third.posted_at, fourth.posted_at) == (NOW + SECOND, NOW + SECOND)


def test_nothing_is_claimed_or_handed_over_while_slack_asks_to_wait(
    operations: Engine, one: Claim
) -> None:
    until = NOW + 20 * SECOND
    with writing(operations) as session:
        enqueue(session, [parcel("other", "C2")], NOW)
        paces.pause(session, until)
        paces.pause(session, NOW + SECOND)
    with writing(operations) as session:
        assert take(session) == []
        assert not handover.mark_handed_over(session, one, None, NOW)
        handover.release(session, one, until)
    with writing(operations) as session:
        assert take(session, until - SECOND) == []
        assert len(take(session, until)) == 2


def test_clock_that_was_set_back_stops_nothing(operations: Engine, one: Claim) -> None:
    before = NOW - timedelta(hours=3)
    with writing(operations) as session:
        paces.pause(session, NOW)
        paces.hold(session, "C1", NOW)
        assert [each.id for each in take(session, before)] == [one.id]


def test_turn_is_taken_once_by_all(operations: Engine) -> None:
    day = timedelta(days=1)
    with writing(operations) as session:
        assert paces.take_turn(session, "directory", NOW, NOW + day)
        assert not paces.take_turn(session, "directory", NOW + SECOND, NOW + SECOND + day)
        assert paces.take_turn(session, "directory", NOW + day, NOW + 2 * day)
        assert paces.take_turn(session, "directory", NOW, NOW + day)


def test_what_became_of_an_occurrence_without_deliveries_is_nothing(operations: Engine) -> None:
    with reading(operations) as session:
        assert deliveries_of(session, 1) == []
