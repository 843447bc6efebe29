"""Targets with their history: what is in force on which day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from storage.metrics.definition import Segment
from storage.metrics.target import Target, TargetInForce
from storage.operations import audit, targets
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.targets import Entry, Outcome, Subject
from storage.periods import Grain
from tests.storage.operations.conftest import NOW

FCR = Subject("first_contact_resolution")
BILLING = Subject("first_contact_resolution", ((Segment.TEAM, "billing"),))
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
LEO, ADA = By("U0LEO", NOW), By("U0ADA", NOW + timedelta(hours=1))


def put(
    operations: Engine, low: float, starts_on: date = MARCH, subject: Subject = FCR, by: By = LEO
) -> Outcome:
    with writing(operations) as session:
        return targets.set_target(session, subject, Target(low=low), starts_on, by)


def remove(operations: Engine, ends_on: date, subject: Subject = FCR, by: By = ADA) -> Entry | None:
    with writing(operations) as session:
        found = targets.remove_target(session, subject, ends_on, by)
    return found.before if found else None


def in_force(operations: Engine, day: date) -> list[float | None]:
    with reading(operations) as session:
        return [each.target.low for each in targets.in_force(session, FCR.metric_key, day)]


def test_target_holds_from_its_day_on(operations: Engine) -> None:
    put(operations, 0.75, APRIL)
    assert in_force(operations, APRIL - timedelta(days=1)) == []
    assert in_force(operations, APRIL) == [0.75]
    assert in_force(operations, MAY) == [0.75]


def test_later_target_takes_the_place_from_its_own_day_on(operations: Engine) -> None:
    put(operations, 0.80, MAY)
    outcome = put(operations, 0.75, MARCH)
    assert outcome.before is None
    assert in_force(operations, APRIL) == [0.75]
    assert in_force(operations, MAY) == [0.80]


def test_of_two_for_the_same_day_the_one_set_last_holds(operations: Engine) -> None:
    first = put(operations, 0.75).entry
    second = put(operations, 0.80, by=ADA)
    assert second.before == first
    assert in_force(operations, MARCH) == [0.80]


def test_each_subject_has_a_target_of_its_own(operations: Engine) -> None:
    put(operations, 0.75)
    put(operations, 0.70, subject=BILLING)
    with reading(operations) as session:
        assert targets.in_force(session, FCR.metric_key, MARCH) == [
            TargetInForce((), Target(low=0.75)),
            TargetInForce(BILLING.scope, Target(low=0.70)),
        ]
        assert targets.in_force(session, "ticket_backlog", MARCH) == []


def test_targets_of_a_week_and_of_a_month_stand_side_by_side(operations: Engine) -> None:
    for grain, low in ((Grain.WEEK, 200), (Grain.MONTH, 800)):
        put(operations, low, subject=Subject("tickets_resolved", (), grain))
    with reading(operations) as session:
        assert targets.in_force(session, "tickets_resolved", MARCH) == [
            TargetInForce((), Target(low=200), Grain.WEEK),
            TargetInForce((), Target(low=800), Grain.MONTH),
        ]


def test_removal_ends_what_is_in_force_and_what_is_planned(operations: Engine) -> None:
    kept = put(operations, 0.75, MARCH).entry
    put(operations, 0.80, MAY)
    assert remove(operations, APRIL) == kept
    assert in_force(operations, MARCH) == [0.75]
    assert in_force(operations, APRIL) == []
    assert in_force(operations, MAY) == []


def test_target_set_after_a_removal_holds(operations: Engine) -> None:
    put(operations, 0.75)
    remove(operations, APRIL)
    put(operations, 0.80, MAY)
    assert in_force(operations, APRIL) == []
    assert in_force(operations, MAY) == [0.80]


def test_removal_of_nothing_is_no_entry(operations: Engine) -> None:
    assert remove(operations, APRIL) is None
    put(operations, 0.75)
    remove(operations, APRIL)
    assert remove(operations, APRIL) is None
    with reading(operations) as session:
        assert len(targets.history(session, FCR)) == 2


def test_history_is_kept_with_who_and_when(operations: Engine) -> None:
    put(operations, 0.75)
    put(operations, 0.80, APRIL, by=ADA)
    remove(operations, MAY)
    with reading(operations) as session:
        told = [(e.target, e.starts_on, e.by) for e in targets.history(session, FCR)]
    assert told == [
        (Target(low=0.75), MARCH, LEO),
        (Target(low=0.80), APRIL, ADA),
        (None, MAY, ADA),
    ]


def test_planned_targets_are_those_still_to_come(operations: Engine) -> None:
    put(operations, 0.85, MAY)
    put(operations, 0.80, APRIL)
    put(operations, 0.75, MARCH)
    with reading(operations) as session:
        later = targets.planned(targets.history(session, FCR), MARCH)
    assert [entry.starts_on for entry in later] == [APRIL, MAY]


def test_same_target_set_twice_is_one_entry(operations: Engine) -> None:
    first = put(operations, 0.75)
    again = put(operations, 0.75, by=By(LEO.who, NOW + timedelta(seconds=3)))
    assert again == first
    with reading(operations) as session:
        assert len(targets.history(session, FCR)) == 1


def test_changes_are_written_down(operations: Engine) -> None:
    put(operations, 0.75, subject=BILLING)
    with writing(operations) as session:
        weekly = Subject("ticket_volume", (), Grain.WEEK)
        targets.set_target(session, weekly, Target(900, 1200), APRIL, ADA)
    remove(operations, MAY, BILLING)
    with reading(operations) as session:
        told = {(e.who, e.what, e.about, e.details) for e in audit.newest(session)}
    assert told == {
        (
            "U0LEO",
            "target set",
            "first_contact_resolution team:billing",
            "at least 0.75 from 2026-03-01",
        ),
        ("U0ADA", "target set", "ticket_volume week", "900 to 1200 from 2026-04-01"),
        (
            "U0ADA",
            "target removed",
            "first_contact_resolution team:billing",
            "removed from 2026-05-01",
        ),
    }


def test_two_people_at_once_both_have_their_entry(operations: Engine) -> None:
    people = [By(f"U{number}", NOW) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda by: put(operations, 0.5 + len(by.who) / 100, by=by), people))
    with reading(operations) as session:
        history = targets.history(session, FCR)
        newest = targets.newest_id(session)
    assert {entry.by.who for entry in history} == {by.who for by in people}
    assert sum(outcome.before is None for outcome in done) == 1
    assert newest == max(entry.id for entry in history)


def test_bounds_in_the_wrong_order_are_refused(operations: Engine) -> None:
    with pytest.raises(IntegrityError), writing(operations) as session:
        targets.set_target(session, FCR, Target(0.9, 0.8), MARCH, LEO)
    assert in_force(operations, MARCH) == []
