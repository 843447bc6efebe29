"""Copies surveys and their answers among the facts, a little after they were committed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.scheduler import Job
from storage.facts.answers import TOLD_EVERY_SECONDS, put_surveys, storing, tell_complete
from storage.operations.engine import alone, reading, writing
from storage.operations.survey_copies import is_any_left, mark_copied, uncopied
from storage.periods import Clock

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=2)
COPYING = "copy surveys"
AT_ONCE = 500
"""Rows of one transaction: the facts take few commits a second, and rows in masses."""


def copying_surveys(operations: Engine, facts: Engine, clock: Clock) -> Job:
    """Of several processes one does so for all; what is copied twice is there once."""
    copier = _Copier(operations, facts, clock)
    return Job(COPYING, EVERY, copier.run)


def copy_surveys(operations: Engine, facts: Engine, now: datetime) -> int:
    """Copies all that there is, and returns how many rows that were."""
    copied = 0
    while some := _copy_some(operations, facts, now):
        copied += some
    return copied


class _Copier:
    def __init__(self, operations: Engine, facts: Engine, clock: Clock) -> None:
        self._operations, self._facts, self._clock = operations, facts, clock
        self._told_at: datetime | None = None

    def run(self) -> None:
        """What goes wrong is tried again when it is next woken."""
        try:
            self._run(self._clock())
        except SQLAlchemyError as error:
            # Not the error itself: it may hold what somebody wrote.
            logger.warning("Surveys are not copied yet: %s", type(error).__name__)

    def _run(self, now: datetime) -> None:
        with alone(self._operations, COPYING) as is_ours:
            copied = copy_surveys(self._operations, self._facts, now) if is_ours else 0
        if copied:
            self._told_at = now
        elif self._told_at is None or (now - self._told_at).total_seconds() >= TOLD_EVERY_SECONDS:
            with storing(self._facts) as connection:
                tell_complete(connection, now)
            self._told_at = now


def _copy_some(operations: Engine, facts: Engine, now: datetime) -> int:
    with reading(operations) as session:
        if not is_any_left(session):
            return 0
    with storing(facts) as connection:
        with reading(operations) as session:
            copies = uncopied(session, AT_ONCE)
        if copies:
            put_surveys(connection, [copy.row for copy in copies], now)
    with writing(operations) as session:
        mark_copied(session, copies, now)
    return len(copies)
