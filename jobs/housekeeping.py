"""What is thrown away when its time is over."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from jobs.scheduler import Job
from storage.errors import UserError
from storage.facts import aging as facts_aging
from storage.facts.rejects import purge_rejects
from storage.facts.tables import contacts, surveys
from storage.facts.turns import changing
from storage.operations import aging
from storage.operations.audit import By, forget_entries, record
from storage.operations.engine import writing
from storage.operations.events import forget
from storage.operations.paces import forget_paces
from storage.periods import Clock
from storage.retention import Retention, before
from storage.settings import Settings

logger = logging.getLogger(__name__)

ONCE_A_DAY = timedelta(days=1)
RETENTION = Retention()
OURSELVES = "retention"
"""Who the audit trail names where nobody asked for it."""

Forget = Callable[[Session, datetime], int]
ForgetFacts = Callable[[Connection, datetime], int]


def purging_events(operations: Engine, clock: Clock, kept: Retention = RETENTION) -> Job:
    """Forgets the events that Slack will not send again: its last try comes within minutes."""

    def purge() -> None:
        with writing(operations) as session:
            forget(session, before=clock() - timedelta(days=kept.events_days))

    return Job("purge seen events", ONCE_A_DAY, purge)


def purging_deliveries(operations: Engine, clock: Clock, kept: Retention = RETENTION) -> Job:
    """Deletes what became of a message when it is old enough, and paces of conversations."""

    def purge() -> None:
        with writing(operations) as session:
            aging.forget_deliveries(session, clock() - timedelta(days=kept.deliveries_days))
            forget_paces(session, clock() - ONCE_A_DAY)

    return Job("purge deliveries", ONCE_A_DAY, purge)


def purging_rejects(data_folder: Path, clock: Clock, kept: Retention = RETENTION) -> Job:
    """Deletes rejects files when they are old enough."""

    def purge() -> None:
        days = kept.rejects_days
        if deleted := purge_rejects(data_folder, clock(), timedelta(days=days)):
            logger.info("Deleted %s rejects files older than %s days", deleted, days)

    return Job("purge rejects", ONCE_A_DAY, purge)


def purging_texts(facts: Engine, operations: Engine, clock: Clock, settings: Settings) -> Job:
    """Takes out what people wrote and what names them, when it is kept for long enough.

    That it was done stands in the audit trail, with how much and how old.
    """
    kept = settings.retention

    def purge() -> None:
        now = clock()
        chores: list[tuple[str, datetime | None, Forget]] = [
            ("drafts of reviews", before(now, kept.drafts_days), aging.forget_drafts),
            (
                "texts of coaching",
                before(now, kept.coaching_texts_days),
                aging.forget_coaching_texts,
            ),
            (
                "comments of answers",
                before(now, kept.survey_comments_days),
                aging.forget_comments,
            ),
            ("entries of the audit trail", before(now, kept.audit_days), forget_entries),
        ]
        for what, since, do in chores:
            if since:
                _forget(operations, By(OURSELVES, now), (what, since), do)
        of_facts: list[tuple[str, datetime | None, ForgetFacts]] = [
            (
                "comments of surveys",
                before(now, kept.survey_comments_days),
                facts_aging.forget_comments,
            ),
            ("contacts", kept.contacts_before(now, settings.timezone), facts_aging.forget_contacts),
        ]
        for what, since, do_facts in of_facts:
            if since:
                _forget_facts((facts, operations), By(OURSELVES, now), (what, since), do_facts)

    return Job("purge texts", ONCE_A_DAY, purge)


def _forget(operations: Engine, by: By, which: tuple[str, datetime], do: Forget) -> None:
    what, since = which
    with _told_if_put_off(what), writing(operations) as session:
        if number := do(session, since):
            _note(session, by, what, since, number)


def _forget_facts(
    stores: tuple[Engine, Engine], by: By, which: tuple[str, datetime], do: ForgetFacts
) -> None:
    (facts, operations), (what, since) = stores, which
    with _told_if_put_off(what):
        with changing(facts, contacts.name, surveys.name) as connection:
            number = do(connection, since)
        if number:
            with writing(operations) as session:
                _note(session, by, what, since, number)


def _note(session: Session, by: By, what: str, since: datetime, number: int) -> None:
    record(session, by, "forgotten by age", what, f"{number} from before {since:%Y-%m-%d}")
    logger.info("Took away %s %s from before %s", number, what, f"{since:%Y-%m-%d}")


@contextmanager
def _told_if_put_off(what: str) -> Iterator[None]:
    """One that is in the way of an import, say, waits until tomorrow, and keeps no other."""
    try:
        yield
    except (SQLAlchemyError, UserError) as error:
        logger.warning("Old %s are taken away later: %s", what, type(error).__name__)
