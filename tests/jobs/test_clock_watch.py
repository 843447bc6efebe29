"""A clock that jumps: nothing that is due waits for as long as it was set back by."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from jobs.clock_watch import ClockWatch
from jobs.scheduler import Job, start_scheduler, wake_all
from storage.operations import outbox
from storage.operations.engine import writing
from tests.jobs.conftest import PostOffice

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATIENCE_SECONDS = 10


class Machine:
    """A clock on the wall, and the time that passes whatever that says."""

    def __init__(self) -> None:
        self.wall, self.passed, self.woken = NOW, 0.0, 0

    def watch(self) -> ClockWatch:
        return ClockWatch(self.wake, lambda: self.wall, lambda: self.passed)

    def wake(self) -> None:
        self.woken += 1

    def go_on(self, seconds: float, jump_seconds: float = 0.0) -> None:
        self.passed += seconds
        self.wall += timedelta(seconds=seconds + jump_seconds)


@pytest.mark.parametrize(
    ("jump_seconds", "woken", "told"),
    [
        (-3600.0, 1, ["The clock of this machine jumped back by 3600 seconds"]),
        (3600.0, 0, ["The clock of this machine jumped forward by 3600 seconds"]),
        (-2.0, 0, []),
    ],
)
def test_clock_that_is_set_back_wakes_who_waits_by_it(
    jump_seconds: float, woken: int, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine()
    watch = machine.watch()
    with caplog.at_level(logging.WARNING, "jobs.clock_watch"):
        machine.go_on(5.0)
        watch.look()
        machine.go_on(5.0, jump_seconds)
        watch.look()
        machine.go_on(5.0)
        watch.look()
    assert (machine.woken, [each.getMessage() for each in caplog.records]) == (woken, told)


def test_messages_of_a_clock_that_was_ahead_are_sent_when_it_is_set_back(
    office: PostOffice,
) -> None:
    office.clock.move(hours=1)
    office.put("at once")
    office.put("tomorrow", not_before=office.clock() + timedelta(days=1))
    office.clock.move(hours=-1)
    office.deliver()
    before = office.read()
    with writing(office.operations) as session:
        number = outbox.bring_forward(session, office.clock())
    office.deliver()
    assert (before, number, office.read()) == ([], 1, ["message at once"])


def test_job_that_would_wait_until_the_clock_has_caught_up_is_woken() -> None:
    woken: list[int] = []
    first, second = threading.Event(), threading.Event()

    def wake() -> None:
        woken.append(1)
        (first if len(woken) == 1 else second).set()

    scheduler = start_scheduler([Job("wake", timedelta(hours=1), wake)])
    assert first.wait(PATIENCE_SECONDS)
    wake_all(scheduler)
    assert second.wait(PATIENCE_SECONDS)
    scheduler.shutdown()
    assert len(woken) == 2
