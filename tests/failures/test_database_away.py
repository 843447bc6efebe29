"""A database that goes away for a while and comes back: nothing is lost, nobody lends a hand."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.delivery import Delivering
from jobs.digests import DigestDesk, plan_due
from jobs.posting import Posting
from jobs.scheduler import Job, start_scheduler
from storage.access import InChannel
from storage.cadences.cadence import Cadence, EveryDay
from storage.digests.starter import starter
from storage.facts.store import open_facts
from storage.metrics.definition import Audience
from storage.monitoring.measures import Measures
from storage.operations import digests, outbox, targets
from storage.operations.audit import By
from storage.operations.digest_models import Occurrence, OccurrenceState
from storage.operations.engine import open_operations, reading, writing
from storage.operations.group_commit import GroupCommit, NotKeptError
from storage.operations.outbox import Parcel, Priority
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from storage.settings import Settings
from tests.bot.listeners.conftest import open_office
from tests.failures.conftest import GoingDatabase
from tests.jobs.conftest import PostOffice

PATIENCE_SECONDS = 20.0
AWAY = "CareKPI can't reach its data right now, so nothing was done. Please try again soon."


@pytest.fixture
def operations(going: GoingDatabase) -> Iterator[Engine]:
    engine = open_operations(going.url)
    yield engine
    engine.dispose()


def test_people_are_told_and_answered_when_operations_are_back(
    going: GoingDatabase,
    operations: Engine,
    seeded_facts: Engine,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_office(tmp_path, seeded_facts, operations=operations) as office:
        before = office.ask(office.executive, "volume 2026-05").read()
        with going.away(), caplog.at_level(logging.ERROR):
            told = office.ask(office.executive, "volume 2026-05").read()
            changed = office.ask(office.admin, "target volume at least 10").read()
            faults = [r for r in caplog.records if r.getMessage().startswith("Fault ")]
        again = office.ask(office.executive, "volume 2026-05").read()
        with reading(operations) as session:
            standing = targets.newest_id(session)
    assert told.startswith(AWAY)
    assert changed.startswith(AWAY)
    assert [fault.getMessage().partition(": ")[2].partition('"')[0] for fault in faults] == [
        "The PostgreSQL server of CAREKPI_OPERATIONS_URL takes no connection to "
    ] * 2
    assert (again, standing) == (before, 0)


def test_people_are_told_and_answered_when_facts_are_back(
    going: GoingDatabase, tmp_path: Path
) -> None:
    facts = open_facts(going.url, memory_limit="200MB", data_folder=tmp_path)
    with open_office(tmp_path, facts) as office:
        before = office.ask(office.executive, "volume 2026-05").read()
        with going.away():
            told = office.ask(office.executive, "volume 2026-05").read()
        again = office.ask(office.executive, "volume 2026-05").read()
    facts.dispose()
    assert told.startswith(AWAY)
    assert again == before


def test_messages_wait_and_each_arrives_once(
    going: GoingDatabase, operations: Engine, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_for_jobs(office.workspace.bot_token, office.workspace.api_url)
    manner = Manner(Pacing(60_000))
    delivering = Delivering(Courier(operations, Posting(client), office.clock, manner))
    with writing(operations) as session:
        _put(session, office, "before")
    with going.away(), caplog.at_level(logging.ERROR):
        delivering.start()
        office.workspace.wait_for(lambda: caplog.records, PATIENCE_SECONDS)
        meanwhile = office.read()
    with writing(operations) as session:
        _put(session, office, "after")

    def later() -> bool:
        """In one conversation a message a second is posted."""
        office.clock.move(seconds=2)
        return len(office.read()) == 2

    office.workspace.wait_for(later, PATIENCE_SECONDS)
    delivering.stop()
    with reading(operations) as session:
        assert outbox.states(session, "test:1") == {DeliveryState.SENT: 2}
    assert (meanwhile, sorted(office.read())) == ([], ["after", "before"])
    assert [record.getMessage().partition(": ")[0] for record in caplog.records] == [
        "Nothing is posted, for the outbox can't be read"
    ]


def test_digest_whose_facts_are_away_is_computed_when_they_are_back(
    going: GoingDatabase, office: PostOffice, tmp_path: Path
) -> None:
    facts = open_facts(going.url, memory_limit="200MB", data_folder=tmp_path)
    desk = DigestDesk(
        facts,
        office.operations,
        Settings(),
        office.clock,
        lambda _: InChannel(frozenset({"*"})),
    )
    by = By(office.ann.id, office.clock())
    daily = Cadence(EveryDay(), time(9), "UTC")
    order = replace(starter(Audience.EXECUTIVE, "UTC", office.care.id), cadence=daily)
    with writing(office.operations) as session:
        digests.make(session, order, by)
    office.clock.move(days=1)
    with going.away():
        plan_due(desk, "one")
        meanwhile = _states(office.operations)
    office.clock.move(minutes=5)
    plan_due(desk, "one")
    facts.dispose()
    assert meanwhile == [OccurrenceState.DUE]
    assert _states(office.operations) == [OccurrenceState.PLANNED]


def test_click_that_can_not_be_kept_is_not_believed_to_be(
    going: GoingDatabase, operations: Engine
) -> None:
    commit = GroupCommit[str, str](operations, lambda _session, items: items)
    with going.away(), pytest.raises(NotKeptError):
        commit.write("lost")
    assert commit.write("kept") == "kept"


def test_job_that_needs_the_database_is_told_once_and_goes_on(
    going: GoingDatabase, operations: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    measures, tries, back = Measures(), list[int](), threading.Event()
    more = threading.Event()

    def look() -> None:
        tries.append(1)
        if len(tries) == 3:
            more.set()
        with reading(operations) as session:
            outbox.states(session, "test:1")
        back.set()

    with caplog.at_level(logging.INFO, "jobs.scheduler"):
        with going.away():
            scheduler = start_scheduler([Job("look", timedelta(milliseconds=50), look)], measures)
            assert more.wait(PATIENCE_SECONDS)
        assert back.wait(PATIENCE_SECONDS)
        scheduler.shutdown()
    said = [record.getMessage() for record in caplog.records]
    assert [each[:52] for each in said] == [
        "Job look can't be done now, and is tried again: The ",
        "Job look is done again",
    ]


def _put(session: Session, office: PostOffice, key: str) -> None:
    content = {"message": {"text": key}}
    parcel = Parcel(key, "test", Priority.NOTE, office.care.id, "test:1", content)
    outbox.enqueue(session, [parcel], office.clock())


def _states(operations: Engine) -> list[OccurrenceState]:
    with reading(operations) as session:
        return list(session.scalars(select(Occurrence.state)))
