"""The clock: wakes each job when it is due, and knows nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # it has none


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again, first at the start; it must bear being done twice."""

    name: str
    every: timedelta
    run: Callable[[], None]


def start_scheduler(jobs: Sequence[Job]) -> BackgroundScheduler:
    """Wakes the jobs from now on. One that raises is logged, and is woken again when next due."""
    # A job that takes longer than its interval is passed over, which is as it should be.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in jobs:
        scheduler.add_job(
            job.run,
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
