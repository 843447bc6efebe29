"""Crossings: opened once, told once, back once, whatever happens at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.request import MakeAlert, parse
from storage.alerts.rule import Standing, Watch
from storage.metrics.answer import SegmentValues
from storage.metrics.definition import Segment
from storage.operations import alerts, crossings
from storage.operations.alerts import Alert, AlertOrder
from storage.operations.audit import By
from storage.operations.crossings import Seen, Telling
from storage.operations.digest_models import PlanState
from storage.operations.engine import reading, writing
from storage.operations.outbox_models import Delivery
from tests.storage.operations.conftest import NOW

LEO = By("U0LEO", NOW)
BILLING: SegmentValues = ((Segment.TEAM, "billing"),)
CARE: SegmentValues = ((Segment.TEAM, "care"),)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def watch_of(text: str) -> Watch:
    request = parse(f"alert {text}", NOW.date())
    assert isinstance(request, MakeAlert)
    return request.watch


def made(operations: Engine, quiet: str = "", text: str = "fcr target by team") -> Alert:
    order = AlertOrder(text, watch_of(text), "C0CARE", "UTC", quiet)
    with writing(operations) as session:
        alert_id, _ = alerts.make(session, order, LEO)
        return alerts.find(session, alert_id)


def content(telling: Telling) -> dict[str, Any]:
    """What would be told, by segment."""
    opened = [each.segment[0][1] for each in telling.opened]
    return {"opened": opened, "returned": [each.segment[0][1] for each in telling.returned]}


def find(operations: Engine, alert: Alert, now: datetime, **found: Standing) -> bool:
    seen = [Seen(((Segment.TEAM, team),), standing, 0.5) for team, standing in found.items()]
    with writing(operations) as session:
        return crossings.settle(session, alert, seen, now, content)


def posted(operations: Engine) -> list[tuple[list[str], list[str]]]:
    with reading(operations) as session:
        rows = session.scalars(select(Delivery).order_by(Delivery.made_at)).all()
    told = [row.content or {} for row in rows if row.recipient == "C0CARE"]
    return [(each["opened"], each["returned"]) for each in told]


OUT, BACK, UNSURE = Standing.CROSSED, Standing.CLEAR, Standing.UNSURE


def test_crossing_is_told_once_and_so_is_its_coming_back(operations: Engine) -> None:
    alert = made(operations)
    for day, standing in enumerate([OUT, OUT, UNSURE, OUT, BACK, BACK, UNSURE, OUT]):
        find(operations, alert, NOW + day * DAY, billing=standing)
    assert posted(operations) == [(["billing"], []), ([], ["billing"]), (["billing"], [])]


def test_segments_that_cross_together_are_one_message(operations: Engine) -> None:
    alert = made(operations)
    assert find(operations, alert, NOW, billing=OUT, care=OUT, sales=BACK)
    assert posted(operations) == [(["billing", "care"], [])]


def test_at_most_one_message_a_rule_and_local_day(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT)
    find(operations, alert, NOW + HOUR, billing=BACK, care=OUT)
    assert posted(operations) == [(["billing"], [])]
    find(operations, alert, NOW + DAY, billing=BACK, care=OUT)
    assert posted(operations)[1:] == [(["care"], ["billing"])]


def test_quiet_hours_keep_it_back_until_they_end(operations: Engine) -> None:
    alert = made(operations, "20:00-07:00")
    evening = NOW.replace(hour=23)
    assert not find(operations, alert, evening, billing=OUT, care=OUT)
    assert not find(operations, alert, evening + 7 * HOUR, care=BACK)
    assert find(operations, alert, evening + 8 * HOUR, billing=OUT)
    assert posted(operations) == [(["billing"], [])]
    find(operations, alert, evening + 2 * DAY - 3 * HOUR, billing=UNSURE, care=BACK)
    assert len(posted(operations)) == 1


def test_what_came_back_and_crossed_again_unheard_is_one_crossing(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT)
    find(operations, alert, NOW + HOUR, billing=BACK)
    find(operations, alert, NOW + 2 * HOUR, billing=OUT)
    find(operations, alert, NOW + 3 * HOUR, billing=BACK)
    find(operations, alert, NOW + DAY, billing=BACK)
    find(operations, alert, NOW + 2 * DAY, billing=BACK)
    assert posted(operations) == [(["billing"], []), ([], ["billing"])]


def test_muted_rule_is_told_afterwards(operations: Engine) -> None:
    alert = made(operations)
    with writing(operations) as session:
        alerts.mute(session, alert.id, NOW + DAY, LEO)
    assert not find(operations, alert, NOW, billing=OUT)
    assert find(operations, alert, NOW + DAY, billing=UNSURE)
    assert posted(operations) == [(["billing"], [])]


def test_rule_changed_or_paused_meanwhile_writes_nothing_down(operations: Engine) -> None:
    alert = made(operations)
    with writing(operations) as session:
        alerts.set_state(session, alert.id, 1, PlanState.PAUSED, LEO)
    assert not find(operations, alert, NOW, billing=OUT)
    with reading(operations) as session:
        assert crossings.open_segments(session, alert.id) == {}


def test_rule_that_watches_something_else_starts_anew(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT, care=OUT)
    find(operations, alert, NOW + HOUR, care=BACK)
    changed = AlertOrder("x", watch_of("csat target by team"), "C0CARE", "UTC", "")
    with writing(operations) as session:
        alerts.change(session, alert.id, 1, changed, LEO)
        alert = alerts.find(session, alert.id)
        assert crossings.open_segments(session, alert.id) == {}
    find(operations, alert, NOW + DAY, billing=OUT, care=BACK)
    assert posted(operations) == [(["billing", "care"], []), (["billing"], [])]


def test_rule_that_moves_to_another_channel_keeps_what_crossed(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT)
    moved = AlertOrder(alert.name, watch_of("fcr target by team"), "C0OTHER", "UTC", "")
    with writing(operations) as session:
        alerts.change(session, alert.id, 1, moved, LEO)
        assert crossings.open_segments(session, alert.id) == {BILLING: True}


def test_processes_that_find_the_same_at_once_tell_it_once(operations: Engine) -> None:
    alert = made(operations)
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda _: find(operations, alert, NOW, billing=OUT), range(6)))
    assert sorted(told) == [False] * 5 + [True]
    assert posted(operations) == [(["billing"], [])]


def test_rule_is_claimed_by_one_of_several_processes(operations: Engine) -> None:
    made(operations)

    def claimed(_: int) -> Alert | None:
        with writing(operations) as session:
            return alerts.claim_next(session, NOW)

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(claimed, range(6)))
    assert [each is not None for each in found].count(True) == 1


def test_crash_before_the_commit_leaves_neither_crossing_nor_message(operations: Engine) -> None:
    alert = made(operations)

    def crashing(_telling: Telling) -> dict[str, Any]:
        raise KeyboardInterrupt

    seen = [Seen(BILLING, OUT, 0.5)]
    with pytest.raises(KeyboardInterrupt), writing(operations) as session:
        crossings.settle(session, alert, seen, NOW, crashing)
    assert posted(operations) == []
    assert find(operations, alert, NOW, billing=OUT)
    assert posted(operations) == [(["billing"], [])]


def test_acknowledging_names_who_did_it_first(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT, care=OUT)
    with writing(operations) as session:
        newest = crossings.newest(session, [alert.id])[alert.id]
        assert crossings.acknowledge(session, [newest.id], LEO) == []
    with writing(operations) as session:
        before = crossings.acknowledge(session, [newest.id], By("U0ADA", NOW))
    assert [each.acknowledged_by for each in before] == ["U0LEO"]


def test_newest_crossing_is_the_open_one(operations: Engine) -> None:
    alert = made(operations)
    find(operations, alert, NOW, billing=OUT)
    find(operations, alert, NOW + HOUR, care=OUT)
    find(operations, alert, NOW + 2 * HOUR, care=BACK)
    with reading(operations) as session:
        assert crossings.newest(session, [alert.id])[alert.id].segment == BILLING
        assert crossings.open_segments(session, alert.id) == {BILLING: True}
    assert CARE != BILLING


def test_rule_is_given_up_once(operations: Engine) -> None:
    alert = made(operations)
    with writing(operations) as session:
        assert [crossings.give_up(session, alert, NOW) for _ in range(2)] == [True, False]
        assert alerts.find(session, alert.id).state is PlanState.PAUSED
