"""A disk that is full: what can't be kept is refused whole, and works when there is room."""

from __future__ import annotations

import logging
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from storage.errors import UserError
from storage.facts.loading import LoadOrder, LoadReport, load_file
from storage.facts.store import open_facts
from storage.operations import audit, outbox, targets
from storage.operations.engine import reading, writing
from storage.operations.outbox import Parcel, Priority
from tests.bot.listeners.conftest import open_office
from tests.storage.operations.template import make_operations

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = "contact_id,channel,opened_at\n"
MEMORY = "300MB"


@contextmanager
def full(operations: Engine) -> Iterator[None]:
    """The operations database can't grow, as on a disk without room."""
    operations.dispose()

    def let_not_grow(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(operations, "connect", let_not_grow)
    yield
    event.remove(operations, "connect", let_not_grow)
    operations.dispose()


@contextmanager
def no_file_longer_than(size_bytes: int) -> Iterator[None]:
    """What this process writes is refused from there on."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_change_that_can_not_be_kept_is_refused_and_works_when_there_is_room(
    seeded_facts: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    operations = make_operations(tmp_path)
    changes = (f"target reopens {number / 10}%" for number in range(1, 500))
    with open_office(tmp_path, seeded_facts, operations=operations) as office:
        kept = 0
        with full(operations), caplog.at_level(logging.ERROR):
            while "went wrong" not in (told := office.ask(office.admin, next(changes)).read()):
                kept += 1
            meanwhile = _set(operations)
        again = office.ask(office.admin, next(changes)).read()
        after = _set(operations)
        with reading(operations) as session:
            sound = session.scalar(text("PRAGMA integrity_check"))
    assert told.startswith("Something went wrong on our side, and it has been written down.")
    assert again.startswith("Target set")
    assert (meanwhile, after, sound) == ((kept, kept), (kept + 1, kept + 1), "ok")
    assert "database or disk is full" in caplog.text


def test_messages_that_find_no_room_are_put_in_later_whole(tmp_path: Path) -> None:
    operations = make_operations(tmp_path)
    content = {"message": {"text": "x" * 2_000}}
    parcels = [
        Parcel(f"{number}", "test", Priority.NOTE, f"C{number}", "test:1", content)
        for number in range(500)
    ]
    with full(operations), pytest.raises(OperationalError, match="disk is full"):
        _put(operations, parcels)
    with reading(operations) as session:
        assert outbox.states(session, "test:1") == {}
    _put(operations, parcels)
    with reading(operations) as session:
        assert sum(outbox.states(session, "test:1").values()) == 500
    operations.dispose()


def test_import_that_finds_no_room_changes_nothing_and_works_when_there_is(
    tmp_path: Path,
) -> None:
    facts = open_facts(
        f"duckdb:///{tmp_path / 'facts.duckdb'}", memory_limit=MEMORY, data_folder=tmp_path
    )
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    few.write_text(f"{HEADER}first,phone,2026-02-02T10:00:00Z\n")
    rows = (f"contact {n * 7919},phone,2026-02-02T10:00:00Z\n" for n in range(100_000))
    many.write_text(HEADER + "".join(rows))
    _load(facts, few)
    with no_file_longer_than(1_000_000), pytest.raises(UserError) as refused:
        _load(facts, many)
    meanwhile = _number(facts)
    assert _load(facts, many).loaded == 100_000
    after = _number(facts)
    facts.dispose()
    assert "File too large" in str(refused.value)
    assert (meanwhile, after) == (1, 100_001)


def _set(operations: Engine) -> tuple[int, int]:
    """How many targets were set, and how many times that stands in the audit trail."""
    with reading(operations) as session:
        told = [each for each in audit.newest(session, 1000) if each.what.startswith("target")]
        return targets.newest_id(session), len(told)


def _put(operations: Engine, parcels: list[Parcel]) -> None:
    with writing(operations) as session:
        outbox.enqueue(session, parcels, NOW)


def _load(facts: Engine, file: Path) -> LoadReport:
    return load_file(
        facts,
        LoadOrder("contacts"),
        file,
        data_folder=file.parent,
        now=NOW,
        progress=lambda _part: None,
        memory_limit=MEMORY,
    )


def _number(facts: Engine) -> int:
    with facts.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM contacts")) or 0
