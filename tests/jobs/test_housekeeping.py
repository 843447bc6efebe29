from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from jobs.housekeeping import (
    purging_deliveries,
    purging_events,
    purging_rejects,
    purging_texts,
)
from storage.facts.store import open_facts
from storage.facts.tables import contacts
from storage.operations import handover
from storage.operations.audit import By, newest, record
from storage.operations.engine import writing
from storage.operations.events import is_first
from storage.operations.outbox import Parcel, Priority, enqueue, states
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from storage.retention import Retention
from storage.settings import Settings
from tests.storage.operations.template import make_operations

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_events_are_forgotten_after_a_day(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    with writing(operations) as session:
        is_first(session, "Ev1", NOW)
        is_first(session, "Ev2", NOW + timedelta(hours=2))
    purging_events(operations, lambda: NOW + timedelta(hours=25)).run()
    with writing(operations) as session:
        assert [is_first(session, name, NOW) for name in ("Ev1", "Ev2")] == [True, False]
    operations.dispose()


def test_what_became_of_messages_is_kept_for_90_days(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    with writing(operations) as session:
        parcel = Parcel("only", "test", Priority.NOTE, "C1", "test:1", {"message": {"text": "hi"}})
        enqueue(session, [parcel], NOW)
        (claim,) = handover.claim(session, "test", NOW, 1, Pacing())
        handover.mark_sent(session, claim.id, "C1", "1.1", NOW)
    left = []
    for days in (90, 91):
        clock = partial(NOW.__add__, timedelta(days=days))
        purging_deliveries(operations, clock).run()
        with writing(operations) as session:
            left.append(states(session, "test:1"))
    operations.dispose()
    assert left == [{DeliveryState.SENT: 1}, {}]


def test_settings_say_how_long_events_deliveries_and_rejects_are_kept(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    kept = Retention(rejects_days=2, events_days=3, deliveries_days=30)
    rejects = tmp_path / "rejects"
    rejects.mkdir()
    for name, days in (("old.csv", 3), ("new.csv", 1)):
        (rejects / name).touch()
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(rejects / name, (at, at))
    with writing(operations) as session:
        for name, days in (("old", 4), ("new", 2)):
            is_first(session, name, NOW - timedelta(days=days))
        for name, days in (("old", 31), ("new", 29)):
            content = {"message": {"text": "hi"}}
            at_that_time = NOW - timedelta(days=days)
            parcel = Parcel(name, "test", Priority.NOTE, name, f"test:{name}", content)
            enqueue(session, [parcel], at_that_time)
            for claim in handover.claim(session, "test", at_that_time, 1, Pacing()):
                handover.mark_sent(session, claim.id, "C1", "1.1", at_that_time)
    for job in (
        purging_rejects(tmp_path, lambda: NOW, kept),
        purging_events(operations, lambda: NOW, kept),
        purging_deliveries(operations, lambda: NOW, kept),
    ):
        job.run()
    with writing(operations) as session:
        assert [is_first(session, name, NOW) for name in ("old", "new")] == [True, False]
        assert [states(session, f"test:{name}") for name in ("old", "new")] == [
            {},
            {DeliveryState.SENT: 1},
        ]
    operations.dispose()
    assert [path.name for path in rejects.iterdir()] == ["new.csv"]


def test_what_went_by_age_stands_in_the_audit_trail_and_that_goes_in_its_time(
    tmp_path: Path,
) -> None:
    operations = make_operations(tmp_path)
    url = f"duckdb:///{tmp_path / 'facts.duckdb'}"
    facts = open_facts(url, memory_limit="200MB", data_folder=tmp_path)
    settings = Settings(retention=Retention(contacts_months=12))
    with facts.begin() as connection:
        for name, opened_at in (("old", NOW - timedelta(days=500)), ("new", NOW)):
            row = {"source": "desk", "contact_id": name, "channel": "phone", "abandoned": False}
            row |= {"opened_at": opened_at.replace(tzinfo=None), "direction": "inbound"}
            row |= {"resolved_at": opened_at.replace(tzinfo=None)}
            connection.execute(contacts.insert().values(row))
    with writing(operations) as session:
        record(session, By("U1", NOW - timedelta(days=731)), "role given", "ann", "")
    job = purging_texts(facts, operations, lambda: NOW, settings)
    for _ in range(2):
        job.run()
    with facts.connect() as connection:
        assert list(connection.scalars(select(contacts.c.contact_id))) == ["new"]
    with writing(operations) as session:
        told = [(each.who, each.what, each.about, each.details) for each in newest(session)]
    facts.dispose()
    operations.dispose()
    assert told == [
        ("retention", "forgotten by age", "contacts", "1 from before 2025-11-01"),
        (
            "retention",
            "forgotten by age",
            "entries of the audit trail",
            "1 from before 2024-11-18",
        ),
    ]


def test_facts_that_are_away_keep_nothing_else_from_going(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    operations = make_operations(tmp_path)
    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with writing(operations) as session:
        record(session, By("U1", NOW - timedelta(days=731)), "role given", "ann", "")
    purging_texts(away, operations, lambda: NOW, Settings()).run()
    with writing(operations) as session:
        assert [each.what for each in newest(session)] == ["forgotten by age"]
    operations.dispose()
    assert [each.getMessage() for each in caplog.records] == [
        "Old comments of surveys are taken away later: OperationalError"
    ]
