"""The bot as it runs, with a clock that is moved on: its app, its jobs, its deliveries, its HTTP.

The scheduler is APScheduler as ever; only when each job is due is told by the moved clock.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Condition, Event
from time import monotonic

from apscheduler.events import (  # type: ignore[import-untyped]  # it has none
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    JobExecutionEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has none
from slack_sdk import WebClient
from sqlalchemy import func, select

from bot.app import THREADS, build_app
from bot.channels import Channels
from bot.cli import carry_out
from bot.command_socket import CommandSocket, find_bot
from bot.console import Console
from bot.environment import read_data_environment
from bot.express import FastApp
from bot.home import showing_homes
from bot.monitor import Monitor
from bot.server import HttpLink
from bot.stores import Stores
from bot.workplace import Workplace
from jobs.calls import client_for_jobs
from jobs.clockwork import Parts, jobs_of, manner_of
from jobs.courier import Courier
from jobs.delivery import Delivering
from jobs.posting import Posting
from jobs.scheduler import Job, start_scheduler
from storage.monitoring.measures import Measures
from storage.operations.engine import reading
from storage.operations.outbox_models import Delivery, DeliveryState
from storage.sealing import new_key
from tests.soak.town import SLACK_WAITS_SECONDS, Access, Line

NOT_BY_ITSELF = timedelta(days=365)
PATIENCE_SECONDS = 120.0
LOOK_AGAIN_SECONDS = 0.01
A_SECOND = timedelta(seconds=1)


class StuckError(Exception):
    """Something that should come to its end did not."""


@dataclass
class SteppedClock:
    """The bot's time; who moves it moves the workspace's too."""

    now: datetime
    town: Line

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, now: datetime) -> None:
        self.now = now
        self.town.call("move", now)


class Rounds:
    """The jobs in a scheduler that wakes them when they are due by the moved clock."""

    def __init__(self, jobs: Sequence[Job], measures: Measures, now: datetime) -> None:
        self._every = {job.name: job.every for job in jobs}
        self._due_at = dict.fromkeys(self._every, now)
        self._under_way = set(self._every)
        self._changed = Condition()
        self.failed: list[str] = []
        self.number = 0
        held = [Job(job.name, NOT_BY_ITSELF, job.run) for job in jobs]
        self.scheduler: BackgroundScheduler = start_scheduler(held, measures)
        self.scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)

    def wake_due(self, now: datetime) -> None:
        """Returns when all that were due are at their end."""
        due = [name for name, due_at in self._due_at.items() if due_at <= now]
        with self._changed:
            self._under_way |= set(due)
        for name in due:
            self._due_at[name] = now + self._every[name]
            self.scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        with self._changed:
            if not self._changed.wait_for(lambda: not self._under_way, PATIENCE_SECONDS):
                raise StuckError(f"jobs go on and on: {sorted(self._under_way)}")

    def _ended(self, event: JobExecutionEvent) -> None:
        with self._changed:
            self._under_way.discard(event.job_id)
            self.number += 1
            if event.exception is not None:
                self.failed.append(f"{event.job_id}: {event.exception}")
            self._changed.notify_all()


@dataclass
class Written:
    """A console that keeps what was complained of."""

    cwd: Path
    who: str = "soak"
    is_gone: bool = False
    complaints: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        pass

    def complain(self, text: str) -> None:
        self.complaints.append(text)

    def show_progress(self, label: str, part: float) -> None:
        pass


@dataclass
class Office:
    """All that runs in the bot's process."""

    workplace: Workplace
    clock: SteppedClock
    app: FastApp
    rounds: Rounds
    delivering: Delivering
    pools: Sequence[ThreadPoolExecutor]

    def fill_pools(self) -> None:
        """Starts each thread that a pool may have, so that any more is growth.

        A pool starts one only where none is free, so a small one may take weeks to be full.
        """
        for pool in self.pools:
            _let_meet(pool, pool._max_workers)

    def pass_time(self, until: datetime) -> None:
        """Moves the clock on, does what is due by then, and delivers what comes of it."""
        self.clock.move_to(max(until, self.clock.now))
        self.rounds.wake_due(self.clock.now)
        self.deliver()

    def deliver(self) -> None:
        """Until nothing waits that is due; the clock goes on by seconds, as the pace asks."""
        deadline = monotonic() + PATIENCE_SECONDS
        waiting, claimed = self._on_their_way()
        while waiting or claimed:
            if not claimed:
                self.clock.move_to(self.clock.now + A_SECOND)
            self.delivering.wake()
            before = waiting + claimed
            self._rest()
            waiting, claimed = self._on_their_way()
            deadline = monotonic() + PATIENCE_SECONDS if waiting + claimed < before else deadline
            if monotonic() > deadline:
                raise StuckError(f"{waiting} deliveries wait, {claimed} are claimed")

    def settle(self) -> None:
        """Returns when no listener has anything left to do."""
        _let_meet(self.app.listener_runner.listener_executor, THREADS)

    def type(self, *argv: str) -> None:
        """Types a command beside the running bot, which carries it out.

        Raises:
            StuckError: it was refused.
        """
        bot = find_bot(self.workplace.folder)
        console = Written(self.workplace.folder)
        if bot is None or bot.carry_out(argv, console) != 0:
            raise StuckError(f"carekpi {' '.join(argv)}: {' '.join(console.complaints)}")

    def _on_their_way(self) -> tuple[int, int]:
        """How many wait though they are due, and how many are claimed."""
        is_due = Delivery.next_attempt_at <= self.clock.now
        with reading(self.workplace.operations) as session:
            rows = select(func.count()).select_from(Delivery)
            waiting = session.scalar(rows.where(Delivery.state == DeliveryState.PENDING, is_due))
            claimed = session.scalar(rows.where(Delivery.state == DeliveryState.CLAIMED))
        return waiting or 0, claimed or 0

    def _rest(self) -> None:
        Event().wait(LOOK_AGAIN_SECONDS)


def _pools() -> list[ThreadPoolExecutor]:
    """All that there are in this process."""
    return [each for each in gc.get_objects() if type(each) is ThreadPoolExecutor]


def _let_meet(pool: Executor, threads: int) -> None:
    """Returns when each of the pool's threads has come here: none has anything left to do."""
    barrier = Barrier(threads)
    for met in [pool.submit(barrier.wait, PATIENCE_SECONDS) for _ in range(threads)]:
        met.result()


@contextmanager
def opened(folder: Path, town: Line, clock: SteppedClock) -> Iterator[Office]:
    """The bot until the block ends, over signed HTTP, connected to the town."""
    others = _pools()
    access: Access = town.call("access")
    environ = {"CAREKPI_KEYS": new_key()}
    workplace = Workplace(read_data_environment(environ, folder), clock)
    with ExitStack() as running:
        running.callback(workplace.close)
        measures = Measures()
        stores = _stores(workplace, measures)
        app = _app(stores, clock, access)
        running.callback(app.listener_runner.listener_executor.shutdown)
        running.enter_context(_taking_commands(workplace))
        parts = _parts(workplace, stores, access)
        courier = Courier(parts.operations, Posting(parts.slack), clock, manner_of(parts))
        delivering = Delivering(courier)
        delivering.start()
        running.callback(delivering.stop)
        rounds = Rounds(jobs_of(parts), measures, clock.now)
        running.callback(rounds.scheduler.shutdown)
        running.callback(parts.stopping.set)
        link = HttpLink(app, "127.0.0.1", 0, Monitor(measures=measures))
        town.call("connect", link.start())
        running.callback(link.stop)
        pools = [each for each in _pools() if each not in others]
        yield Office(workplace, clock, app, rounds, delivering, pools)


def _app(stores: Stores, clock: SteppedClock, access: Access) -> FastApp:
    client = WebClient(token=access.bot_token, base_url=access.api_url)
    app = build_app(client, stores, clock, signing_secret=access.signing_secret)
    # Bolt gives up after Slack's three seconds; on a busy machine they tell nothing of the bot.
    for listener in app._listeners:
        listener.ack_timeout = SLACK_WAITS_SECONDS
    return app


def _stores(workplace: Workplace, measures: Measures) -> Stores:
    return Stores(
        workplace.facts,
        workplace.operations,
        workplace.settings,
        workplace.environment.admins,
        workplace.sealer,
        measures,
    )


def _parts(workplace: Workplace, stores: Stores, access: Access) -> Parts:
    slack = client_for_jobs(access.bot_token, access.api_url)
    return Parts(
        facts=stores.facts,
        operations=stores.operations,
        settings=stores.settings,
        folder=workplace.folder,
        clock=workplace.clock,
        slack=slack,
        show_home=showing_homes(slack, stores, workplace.clock),
        destination_of=Channels(slack, workplace.operations).destination,
        admins=stores.admins,
        sealer=stores.sealer,
        measures=stores.measures,
    )


@contextmanager
def _taking_commands(workplace: Workplace) -> Iterator[None]:
    def carried_out(argv: Sequence[str], console: Console) -> int:
        return carry_out(argv, console, workplace)

    commands = CommandSocket(workplace.folder, carried_out)
    commands.start()
    try:
        yield
    finally:
        commands.stop()
