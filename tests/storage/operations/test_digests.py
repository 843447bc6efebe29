"""Digests as people made them: versions, names, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import Engine

from storage.cadences.cadence import Cadence, EveryDay, Weekday, Weekdays
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Audience, Segment
from storage.operations import audit, digests
from storage.operations.audit import By
from storage.operations.digest_models import PlanState
from storage.operations.digests import ChangedMeanwhileError, Digest, DigestOrder
from storage.operations.engine import reading, writing
from storage.periods import Grain
from tests.storage.operations.conftest import NOW

LEO, ADA = By("U0LEO", NOW), By("U0ADA", NOW + timedelta(hours=1))
MONDAYS = Cadence(Weekdays((Weekday.MONDAY,)), time(9), "Europe/Berlin")
BILLING = DigestOrder(
    "Billing this week",
    Audience.OWN,
    MONDAYS,
    Grain.WEEK,
    channel_id="C0BILLING",
    metrics=("ticket_backlog", "a metric that was retired"),
    filters=(Filter(Segment.TEAM, ("billing",)), Filter(Segment.CHANNEL, ("chat", "email"))),
    only_if_changed=True,
)


def make(operations: Engine, order: DigestOrder = BILLING, by: By = LEO) -> int:
    with writing(operations) as session:
        return digests.make(session, order, by)


def change(
    operations: Engine, digest_id: int, version: int, order: DigestOrder, by: By = LEO
) -> int:
    with writing(operations) as session:
        return digests.change(session, digest_id, version, order, by)


def find(operations: Engine, name_or_id: str | int) -> Digest:
    with reading(operations) as session:
        return digests.find(session, name_or_id)


def test_digest_is_kept_as_it_was_ordered(operations: Engine) -> None:
    made = make(operations)
    assert find(operations, made) == Digest(
        made, BILLING, PlanState.ACTIVE, "U0LEO", 1, NOW, NOW, "U0LEO", NOW
    )


def test_digest_is_found_by_its_name_in_any_capitals(operations: Engine) -> None:
    made = make(operations)
    assert find(operations, " billing  THIS week ").id == made


def test_unknown_name_is_told(operations: Engine) -> None:
    with pytest.raises(UserError, match='I know no digest "Sales"'):
        find(operations, "Sales")


def test_same_digest_made_twice_by_one_person_is_one(operations: Engine) -> None:
    assert make(operations) == make(operations, by=By("U0LEO", NOW + timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("order", "by"), [(BILLING, ADA), (replace(BILLING, channel_id="C0CARE"), LEO)]
)
def test_name_is_taken_once(operations: Engine, order: DigestOrder, by: By) -> None:
    make(operations)
    with pytest.raises(UserError, match="There is a digest"):
        make(operations, order, by)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("  ", "The digest has no name."), ("n" * 81, "The digest's name is too long.")],
)
def test_name_that_is_none_is_refused(operations: Engine, name: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        make(operations, replace(BILLING, name=name))


def test_change_takes_the_place_of_what_was(operations: Engine) -> None:
    made = make(operations)
    wanted = replace(BILLING, name="Billing, weekly", filters=(), metrics=())
    assert change(operations, made, 1, wanted, ADA) == 2
    assert find(operations, made) == Digest(
        made, wanted, PlanState.ACTIVE, "U0LEO", 2, NOW, ADA.at, "U0ADA", NOW
    )


def test_new_cadence_holds_from_the_change_on(operations: Engine) -> None:
    made = make(operations)
    daily = replace(BILLING, cadence=Cadence(EveryDay(), time(8), "UTC"))
    change(operations, made, 1, daily, ADA)
    assert find(operations, made).decided_until == ADA.at


def test_of_two_editors_the_second_is_told_who_was_first(operations: Engine) -> None:
    made = make(operations)
    change(operations, made, 1, replace(BILLING, channel_id="C0CARE"), ADA)
    with pytest.raises(ChangedMeanwhileError) as raised:
        change(operations, made, 1, replace(BILLING, channel_id="C0SALES"))
    assert (raised.value.who, raised.value.at) == ("U0ADA", ADA.at)
    assert find(operations, made).order.channel_id == "C0CARE"


def test_same_change_saved_twice_is_one(operations: Engine) -> None:
    made = make(operations)
    wanted = replace(BILLING, channel_id="C0CARE")
    assert [change(operations, made, 1, wanted, ADA) for _ in range(2)] == [2, 2]


def test_change_cannot_take_another_ones_name(operations: Engine) -> None:
    make(operations)
    other = make(operations, replace(BILLING, name="Other"))
    with pytest.raises(UserError, match="already"):
        change(operations, other, 1, BILLING)


def test_resumed_digest_is_due_from_then_on(operations: Engine) -> None:
    made = make(operations)
    with writing(operations) as session:
        assert digests.pause(session, made, 1, LEO) == 2
        assert digests.pause(session, made, 1, LEO) == 2
        assert digests.find(session, made).state is PlanState.PAUSED
        assert digests.resume(session, made, 2, ADA) == 3
    assert find(operations, made).decided_until == ADA.at


def test_deleted_digest_gives_its_name_back_and_is_changed_no_more(operations: Engine) -> None:
    made = make(operations)
    with writing(operations) as session:
        digests.delete(session, made, 1, LEO)
    again = make(operations)
    with reading(operations) as session:
        assert [each.id for each in digests.standing(session)] == [again]
        assert digests.find(session, made).state is PlanState.DELETED
    with pytest.raises(UserError, match="was deleted"):
        change(operations, made, 2, BILLING)


def test_taken_over_digest_has_a_new_owner(operations: Engine) -> None:
    made = make(operations)
    with writing(operations) as session:
        digests.take_over(session, made, 1, ADA)
    assert (find(operations, made).owner, find(operations, made).version) == ("U0ADA", 2)


def test_what_was_done_is_in_the_audit_trail(operations: Engine) -> None:
    made = make(operations)
    change(operations, made, 1, replace(BILLING, channel_id=""), ADA)
    with reading(operations) as session:
        trail = [(each.who, each.what, each.about, each.details) for each in audit.newest(session)]
    cadence = "mondays 09:00 in Europe/Berlin"
    assert trail == [
        ("U0ADA", "digest changed", "Billing this week", f"own, {cadence}, to each"),
        ("U0LEO", "digest made", "Billing this week", f"own, {cadence}, to C0BILLING"),
    ]
