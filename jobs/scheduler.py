"""The clock: wakes each job when it is due, and knows nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter

from apscheduler.events import (  # type: ignore[import-untyped]  # it has none
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    JobExecutionEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has none
from sqlalchemy.exc import OperationalError

from storage.errors import UnreachableError
from storage.monitoring.measures import Measures
from storage.monitoring.occasion import occasion

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again, first at the start; it must bear being done twice."""

    name: str
    every: timedelta
    run: Callable[[], None]


def start_scheduler(jobs: Sequence[Job], measures: Measures | None = None) -> BackgroundScheduler:
    """Wakes the jobs from now on. One that raises is logged, and is woken again when next due."""
    # A job that takes longer than its interval is passed over, which is as it should be.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC)
    turns = _Turns(measures or Measures())
    scheduler.add_listener(turns.ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    for job in jobs:
        scheduler.add_job(
            turns.of(job),
            "interval",
            seconds=job.every.total_seconds(),
            id=job.name,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


def wake_all(scheduler: BackgroundScheduler) -> None:
    """Wakes every job now, as at the start: each waits for a time that may be far off."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC))


class _Turns:
    """Each turn of a job is an occasion of its own, and measured."""

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._begun: dict[str, tuple[datetime, float]] = {}
        self._put_off: set[str] = set()

    def of(self, job: Job) -> Callable[[], None]:
        def run() -> None:
            self._begun[job.name] = datetime.now(UTC), perf_counter()
            with occasion(f"job {job.name}"):
                self._run(job)

        return run

    def _run(self, job: Job) -> None:
        """What a database that is away keeps from being done is told once, and when it is done."""
        try:
            job.run()
        except (OperationalError, UnreachableError) as error:
            if job.name not in self._put_off:
                logger.warning("Job %s can't be done now, and is tried again: %s", job.name, error)
            self._put_off.add(job.name)
            return
        if job.name in self._put_off:
            logger.info("Job %s is done again", job.name)
        self._put_off.discard(job.name)

    def ended(self, event: JobExecutionEvent) -> None:
        begun_at, since = self._begun[event.job_id]
        lag = begun_at - event.scheduled_run_time
        self._measures.job_ended(
            event.job_id,
            perf_counter() - since,
            lag_seconds=lag.total_seconds(),
            failed=event.exception is not None or event.job_id in self._put_off,
        )
