"""What is thrown away when its time is over."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from jobs.scheduler import Job
from storage.facts.rejects import purge_rejects
from storage.operations.engine import writing
from storage.operations.events import forget
from storage.operations.outbox import forget_deliveries
from storage.operations.paces import forget_paces
from storage.operations.reviews import purge_drafts
from storage.periods import Clock

logger = logging.getLogger(__name__)

ONCE_A_DAY = timedelta(days=1)
KEPT_FOR = timedelta(days=90)


def purging_events(operations: Engine, clock: Clock) -> Job:
    """Forgets the events that Slack will not send again: its last try comes within minutes."""

    def purge() -> None:
        with writing(operations) as session:
            forget(session, before=clock() - ONCE_A_DAY)

    return Job("purge seen events", ONCE_A_DAY, purge)


def purging_deliveries(operations: Engine, clock: Clock) -> Job:
    """Deletes what became of a message when it is 90 days old, and paces of conversations."""

    def purge() -> None:
        with writing(operations) as session:
            forget_deliveries(session, clock() - KEPT_FOR)
            forget_paces(session, clock() - ONCE_A_DAY)

    return Job("purge deliveries", ONCE_A_DAY, purge)


def purging_drafts(operations: Engine, clock: Clock) -> Job:
    """Throws away reviews that were begun and not touched for 90 days, with what they say."""

    def purge() -> None:
        with writing(operations) as session:
            if purged := purge_drafts(session, clock() - KEPT_FOR):
                logger.info("Threw away %s drafts of reviews older than 90 days", purged)

    return Job("purge drafts", ONCE_A_DAY, purge)


def purging_rejects(data_folder: Path, clock: Clock) -> Job:
    """Deletes rejects files when they are 30 days old."""

    def purge() -> None:
        if deleted := purge_rejects(data_folder, clock()):
            logger.info("Deleted %s rejects files older than 30 days", deleted)

    return Job("purge rejects", ONCE_A_DAY, purge)
