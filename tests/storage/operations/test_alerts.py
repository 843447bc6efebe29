"""Alert rules as people make them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.errors import UserError
from storage.operations import alerts, imports
from storage.operations.alert_models import AlertRule
from storage.operations.alerts import Alert, AlertOrder
from storage.operations.audit import By, newest
from storage.operations.digest_models import PlanState
from storage.operations.digests import ChangedMeanwhileError
from storage.operations.engine import reading, writing
from storage.operations.imports import Ending
from storage.operations.models import ImportOutcome
from tests.storage.operations.conftest import NOW
from tests.storage.operations.test_crossings import watch_of

LEO, ADA = By("U0LEO", NOW), By("U0ADA", NOW + timedelta(hours=1))
LOST = AlertOrder("calls", watch_of("calls lost 5 team:billing by channel"), "C0CARE", "UTC", "")


def make(operations: Engine, order: AlertOrder = LOST, by: By = LEO) -> Alert:
    with writing(operations) as session:
        return alerts.find(session, alerts.make(session, order, by)[0])


def test_rule_is_kept_as_it_was_made(operations: Engine) -> None:
    kept = make(operations)
    assert (kept.watch, kept.channel_id, kept.owner) == (LOST.watch, "C0CARE", "U0LEO")
    assert (kept.state, kept.version, kept.checked_at) == (PlanState.ACTIVE, 1, None)


def test_same_rule_in_another_channel_is_another(operations: Engine) -> None:
    first, again = make(operations), make(operations, by=ADA)
    other = make(operations, replace(LOST, channel_id="C0OTHER"))
    assert (again.id == first.id, other.id == first.id) == (True, False)


def test_change_names_the_version_it_is_of(operations: Engine) -> None:
    kept = make(operations)
    quiet = replace(LOST, quiet="20:00-07:00")
    with writing(operations) as session:
        assert alerts.change(session, kept.id, 1, quiet, ADA) == 2
        assert alerts.change(session, kept.id, 1, quiet, ADA) == 2
    with pytest.raises(ChangedMeanwhileError), writing(operations) as session:
        alerts.change(session, kept.id, 1, LOST, LEO)
    with reading(operations) as session:
        assert alerts.find(session, kept.id).told.quiet == "20:00-07:00"
        done = [(entry.who, entry.what) for entry in newest(session)]
    assert done == [("U0ADA", "alert changed"), ("U0LEO", "alert made")]


def test_paused_rule_is_not_due_and_a_deleted_one_is_gone(operations: Engine) -> None:
    kept = make(operations)
    with writing(operations) as session:
        alerts.set_state(session, kept.id, 1, PlanState.PAUSED, LEO)
        assert alerts.claim_next(session, NOW) is None
        alerts.set_state(session, kept.id, 2, PlanState.ACTIVE, LEO)
        claimed = alerts.claim_next(session, NOW)
        assert claimed is not None
        assert claimed.id == kept.id
        alerts.set_state(session, kept.id, 3, PlanState.DELETED, LEO)
        alerts.set_state(session, kept.id, 3, PlanState.DELETED, LEO)
    with reading(operations) as session:
        assert alerts.standing(session) == []
        with pytest.raises(UserError, match="This alert was deleted"):
            alerts.find(session, kept.id)


def test_rule_that_waits_longest_is_looked_at_first(operations: Engine) -> None:
    first = make(operations)
    second = make(operations, replace(LOST, channel_id="C0OTHER"))
    later = NOW + timedelta(minutes=5)
    with writing(operations) as session:
        in_turn = [alerts.claim_next(session, NOW) for _ in range(3)]
        again = alerts.claim_next(session, later)
    assert [each.id if each else None for each in in_turn] == [first.id, second.id, None]
    assert again is not None
    assert again.id == first.id


@pytest.mark.parametrize(("kind", "metric_key"), [("lost", "gone"), ("gone", "")])
def test_rule_whose_metric_or_kind_is_no_more_watches_nothing(
    operations: Engine, kind: str, metric_key: str
) -> None:
    kept = make(operations)
    with writing(operations) as session:
        row = session.get_one(AlertRule, kept.id)
        row.kind, row.metric_key = kind, metric_key
    with reading(operations) as session:
        assert alerts.find(session, kept.id).watch is None


def load(operations: Engine, hours: float, until_hours: float) -> None:
    at = NOW + timedelta(hours=hours)
    ending = Ending(
        ImportOutcome.LOADED, at, source="desk", until=NOW + timedelta(hours=until_hours)
    )
    with writing(operations) as session:
        imports.finish(session, imports.start(session, "contacts", "f", "m", By("x", at)), ending)


def waits(operations: Engine, since_hours: float = 0) -> dict[tuple[str, str], float | None]:
    with reading(operations) as session:
        return imports.longest_waits(session, NOW + timedelta(hours=since_hours))


def test_longest_wait_is_from_the_end_of_a_load_to_the_next_one(operations: Engine) -> None:
    load(operations, 1, 0)
    load(operations, 25, 24)
    assert waits(operations) == {("desk", "contacts"): None}
    load(operations, 51, 48)
    assert waits(operations) == {("desk", "contacts"): 27 * 3600.0}
    assert waits(operations, 20) == {("desk", "contacts"): None}
