"""Copies see one moment of both databases, whatever is committed while they are made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Engine, insert, text

from storage.backups.moment import copy_facts, copy_operations, one_moment
from storage.facts.store import staging_folder
from storage.facts.tables import coverage, facts
from storage.operations import channels
from storage.operations.audit import By
from storage.operations.engine import writing
from tests.storage.facts.conftest import NOW, Store, opened_in
from tests.storage.operations.template import make_operations

BY = By("U1", NOW)


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Engine]:
    engine = make_operations(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened_in(tmp_path) as opened:
        yield opened


def cover(engine: Engine, source: str) -> None:
    row = {"source": source, "fact": "contacts", "until": NOW.replace(tzinfo=None)}
    with engine.begin() as connection:
        connection.execute(insert(coverage).values(row | {"longest_gap_seconds": 0.0}))


def name_channel(engine: Engine, channel_id: str) -> None:
    with writing(engine) as session:
        channels.name_teams(session, channel_id, frozenset({"billing"}), BY)


def test_copies_hold_what_was_there_when_they_were_begun(
    store: Store, operations: Engine, tmp_path: Path
) -> None:
    cover(store.engine, "before")
    name_channel(operations, "C1")
    progress: list[float] = []
    with (
        staging_folder(tmp_path / "data") as folder,
        one_moment(store.engine, operations) as moment,
    ):
        name_channel(operations, "C2")
        cover(store.engine, "after")
        assert moment.facts is not None
        assert moment.operations is not None
        copy_operations(moment.operations, folder / "operations.sqlite")
        copy_facts(moment.facts, folder / "facts.duckdb", progress.append)
        with closing(sqlite3.connect(folder / "operations.sqlite")) as copy:
            named = copy.execute("SELECT channel_id FROM channel_teams").fetchall()
            mode = copy.execute("PRAGMA journal_mode").fetchone()
        with duckdb.connect(str(folder / "facts.duckdb"), read_only=True) as copied:
            sources = copied.execute("SELECT source FROM coverage").fetchall()
    assert (named, mode, sources) == ([("C1",)], ("delete",), [("before",)])
    assert progress[-1] == 1.0
    assert store.rows("SELECT source FROM coverage ORDER BY 1") == [("after",), ("before",)]


def test_copy_of_facts_has_every_table_with_its_rules_and_lets_go_of_the_file(
    store: Store, tmp_path: Path
) -> None:
    described = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
    ordered = f"{described} WHERE database_name = current_database() ORDER BY ALL"
    with staging_folder(tmp_path / "data") as folder, one_moment(store.engine, None) as moment:
        assert moment.facts is not None
        copy_facts(moment.facts, folder / "facts.duckdb", lambda _part: None)
        with duckdb.connect(str(folder / "facts.duckdb")) as copied:
            columns = copied.execute(ordered).fetchall()
    assert columns == store.rows(ordered)
    assert {table for table, *_ in columns} == set(facts.tables)
    with store.engine.connect() as connection:
        attached = connection.scalars(
            text("SELECT database_name FROM duckdb_databases() WHERE NOT internal")
        ).all()
    assert attached == ["facts"]


def test_writers_go_on_while_copies_are_made(operations: Engine) -> None:
    with one_moment(None, operations):
        name_channel(operations, "C1")
    name_channel(operations, "C2")
    with operations.connect() as connection:
        named = connection.scalars(text("SELECT channel_id FROM channel_teams ORDER BY 1")).all()
    assert named == ["C1", "C2"]
