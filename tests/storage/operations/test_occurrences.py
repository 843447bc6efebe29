"""Each time that a digest was due: decided once, claimed by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, select

from storage.cadences.cadence import Cadence, EveryDay
from storage.metrics.definition import Audience
from storage.operations import digests, occurrences
from storage.operations.audit import By
from storage.operations.digest_models import Occurrence, OccurrenceState
from storage.operations.digests import DigestOrder
from storage.operations.engine import reading, writing
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.periods import Grain
from tests.storage.operations.conftest import NOW

GRACE = occurrences.grace_of(Grain.DAY)
LEO = By("U0LEO", NOW)
DUE = datetime(2026, 3, 3, 8, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def daily(operations: Engine) -> int:
    """A digest every day at 09:00 in Berlin, made on Monday 2 March at 10:30 there."""
    order = DigestOrder(
        "Daily", Audience.TEAM, Cadence(EveryDay(), time(9), "Europe/Berlin"), Grain.DAY, "C0CARE"
    )
    with writing(operations) as session:
        return digests.make(session, order, LEO)


def decide(operations: Engine, now: datetime) -> int:
    with writing(operations) as session:
        return len(occurrences.decide(session, now))


def told(operations: Engine) -> list[tuple[str, OccurrenceState, bool]]:
    with reading(operations) as session:
        rows = session.scalars(select(Occurrence).order_by(Occurrence.due_at)).all()
        return [(row.slot, row.state, row.is_late) for row in rows]


def test_nothing_is_decided_before_its_time(operations: Engine, daily: int) -> None:
    assert decide(operations, DUE - MINUTE) == 0
    assert told(operations) == []


def test_occurrence_is_decided_once(operations: Engine, daily: int) -> None:
    assert [decide(operations, DUE), decide(operations, DUE + MINUTE)] == [1, 0]
    assert told(operations) == [("2026-03-03T09:00", OccurrenceState.DUE, False)]


def test_of_several_processes_one_decides(operations: Engine, daily: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: decide(operations, DUE), range(4)))
    assert sorted(made) == [0, 0, 0, 1]


def test_after_a_sleep_of_three_days_the_newest_is_late_and_the_others_missed(
    operations: Engine, daily: int
) -> None:
    decide(operations, DUE + 2 * DAY + 2 * timedelta(hours=1))
    assert told(operations) == [
        ("2026-03-03T09:00", OccurrenceState.MISSED, False),
        ("2026-03-04T09:00", OccurrenceState.MISSED, False),
        ("2026-03-05T09:00", OccurrenceState.DUE, True),
    ]


def test_past_the_grace_everything_is_missed(operations: Engine, daily: int) -> None:
    assert decide(operations, DUE + GRACE + MINUTE) == 0
    assert told(operations) == [("2026-03-03T09:00", OccurrenceState.MISSED, False)]


def test_clock_that_jumps_back_brings_nothing_again(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    assert [decide(operations, DUE - DAY), decide(operations, DUE + MINUTE)] == [0, 0]


def test_paused_digest_is_due_again_after_the_pause_alone(operations: Engine, daily: int) -> None:
    with writing(operations) as session:
        digests.pause(session, daily, 1, LEO)
    assert decide(operations, DUE) == 0
    with writing(operations) as session:
        digests.resume(session, daily, 2, By("U0LEO", DUE + MINUTE))
    assert [decide(operations, DUE + 2 * MINUTE), decide(operations, DUE + DAY)] == [0, 1]


def test_claim_is_held_by_one_until_it_expires(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    with writing(operations) as session:
        (first,) = occurrences.claim_due(session, "one", DUE)
        assert occurrences.claim_due(session, "two", DUE + MINUTE) == []
        (second,) = occurrences.claim_due(session, "two", DUE + occurrences.CLAIMED_FOR)
        assert [occurrences.is_held(session, each) for each in (first, second)] == [False, True]
    assert (first.attempt, second.attempt, second.digest.id) == (1, 2, daily)


def test_what_is_finished_is_claimed_no_more(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    with writing(operations) as session:
        (claim,) = occurrences.claim_due(session, "one", DUE)
        occurrences.finish(session, claim, OccurrenceState.PLANNED, told="abc")
        assert occurrences.is_held(session, claim) is False
        assert occurrences.claim_due(session, "two", DUE + DAY) == []
        assert occurrences.last_told(session, daily) == "abc"


def test_what_is_given_back_waits(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    with writing(operations) as session:
        (claim,) = occurrences.claim_due(session, "one", DUE)
        occurrences.retry(session, claim, DUE + 2 * MINUTE, "The facts are busy.")
        assert occurrences.claim_due(session, "two", DUE + MINUTE) == []
        (again,) = occurrences.claim_due(session, "two", DUE + 2 * MINUTE)
    assert again.attempt == 1


def test_run_by_hand_is_one_for_each_key_and_leaves_the_cadence_alone(
    operations: Engine, daily: int
) -> None:
    with writing(operations) as session:
        first, second = (occurrences.run_now(session, daily, LEO, "trigger 1") for _ in range(2))
        assert first == second
        (claim,) = occurrences.claim_due(session, "one", NOW)
    assert (claim.slot, claim.asked_by) == ("by hand trigger 1", "U0LEO")
    assert decide(operations, DUE) == 1


def test_history_counts_the_messages_of_each_run(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    decide(operations, DUE + DAY)
    states = (DeliveryState.PENDING, DeliveryState.PENDING, DeliveryState.STOPPED)
    with writing(operations) as session:
        first, _ = occurrences.claim_due(session, "one", DUE + DAY, limit=2)
        occurrences.finish(session, first, OccurrenceState.PLANNED)
        session.add_all(
            delivery(str(number), first.occurrence_id, state) for number, state in enumerate(states)
        )
    with reading(operations) as session:
        newest, oldest = occurrences.history(session, daily)
        assert occurrences.newest(session) == {daily: newest}
        assert occurrences.find_run(session, first.occurrence_id) == oldest
    assert (newest.slot, newest.state, newest.deliveries) == (
        "2026-03-04T09:00",
        OccurrenceState.DUE,
        {},
    )
    assert (oldest.slot, oldest.state, oldest.deliveries) == (
        "2026-03-03T09:00",
        OccurrenceState.PLANNED,
        {DeliveryState.PENDING: 2, DeliveryState.STOPPED: 1},
    )


def test_stopped_run_sends_no_more(operations: Engine, daily: int) -> None:
    decide(operations, DUE)
    with writing(operations) as session:
        (claim,) = occurrences.claim_due(session, "one", DUE)
        occurrences.finish(session, claim, OccurrenceState.PLANNED)
        session.add(delivery("1", claim.occurrence_id, DeliveryState.PENDING))
        session.flush()
        assert occurrences.stop(session, claim.occurrence_id, LEO) == 1
        (run,) = occurrences.history(session, daily)
    assert (run.state, run.deliveries) == (OccurrenceState.STOPPED, {DeliveryState.STOPPED: 1})


def delivery(key: str, occurrence_id: int, state: DeliveryState) -> Delivery:
    return Delivery(
        id=key,
        key=key,
        kind="digest",
        priority=30,
        recipient="C0CARE",
        about=f"digest:1:{occurrence_id}",
        occurrence_id=occurrence_id,
        content={"message": {"text": "…"}},
        state=state,
        made_at=DUE,
        next_attempt_at=DUE,
    )
