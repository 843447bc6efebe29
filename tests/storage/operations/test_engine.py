"""Opening the operations database: its pragmas, its versions, its file, its transactions."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from alembic import autogenerate
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.errors import SettingsError, UserError
from storage.facts.tables import facts
from storage.migrations import NEWEST, VERSION_TABLE, migrate
from storage.operations import audit, channels
from storage.operations.audit import By
from storage.operations.engine import alone, open_operations, reading, writing
from storage.operations.schema import METADATA
from tests.storage.operations.conftest import NOW


def test_engine_new_file_is_private_durable_and_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "new" / "operations.sqlite"
    engine = open_operations(f"sqlite:///{path}")
    with reading(engine) as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        version = session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        modes = {
            stat.S_IMODE(file.stat().st_mode) for file in (path, path.with_name(path.name + "-wal"))
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }
    assert version == NEWEST
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_engine_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "operations.sqlite"
    path.touch(mode=0o644)
    open_operations(f"sqlite:///{path}").dispose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_migrations_make_the_tables_of_the_models(operations: Engine) -> None:
    with operations.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert autogenerate.compare_metadata(context, METADATA) == []


def test_migrations_make_every_named_check_of_the_models(operations: Engine) -> None:
    """Alembic compares no checks, so the names are compared here."""
    modelled = create_engine("sqlite://")
    METADATA.create_all(modelled)
    expected = _in_file(modelled)
    modelled.dispose()
    if operations.dialect.name == "postgresql":
        assert _on_server(operations) == {each.split()[0] for each in expected}
    else:
        assert _in_file(operations) == expected


def test_engine_work_on_a_server_is_one_processes_until_it_is_done(
    server_operations: Engine,
) -> None:
    with (
        alone(server_operations, "sweep") as first,
        alone(server_operations, "sweep") as second,
        alone(server_operations, "mop") as other,
    ):
        assert (first, second, other) == (True, False, True)
    with alone(server_operations, "sweep") as after:
        assert after


def test_engine_work_on_a_file_is_of_the_process_that_has_it(tmp_path: Path) -> None:
    engine = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    with alone(engine, "sweep") as ours, writing(engine):
        assert ours
    engine.dispose()


def _on_server(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        named = connection.execute(
            text("SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE contype <> 'n'")
        )
        return {name for name, table in named if table in METADATA.tables}


def _in_file(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        made = connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'table'")).all()
    return {
        line.strip().split("CONSTRAINT ")[1].rstrip(", )")
        for sql in made
        for line in sql.splitlines()
        if "CONSTRAINT" in line and "carekpi_version" not in line
    }


def test_migrations_newest_is_the_last_script() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


def test_engine_newer_database_is_refused_in_a_sentence(operations_url: str) -> None:
    engine = open_operations(operations_url)
    with writing(engine) as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UserError) as raised:
        open_operations(operations_url)
    assert str(raised.value) == (
        "The operations database was written by a newer version of CareKPI."
        " Update CareKPI, or restore the backup made before the update."
    )


def test_migrations_that_break_off_leave_nothing(tmp_path: Path) -> None:
    path = tmp_path / "operations.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE granted_roles (id INTEGER)")
        connection.commit()
    with pytest.raises(UserError):
        open_operations(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
    assert tables == [("granted_roles",)]


def test_engine_two_processes_that_start_at_once_make_one_database(operations_url: str) -> None:
    program = (
        "import sys; from storage.operations.engine import open_operations;"
        "sys.stdin.read(); open_operations(sys.argv[1]); print('open')"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, operations_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    assert [process.communicate(timeout=30)[0] for process in both] == ["open\n", "open\n"]


def test_migrate_leaves_a_current_database_alone(operations: Engine) -> None:
    catalogues = {
        "sqlite": "SELECT * FROM sqlite_master",
        "postgresql": "SELECT oid, relname, relfilenode FROM pg_class ORDER BY oid",
    }
    catalogue = text(catalogues[operations.dialect.name])
    with operations.connect() as connection:
        before = connection.execute(catalogue).all()
        migrate(connection)
        assert connection.execute(catalogue).all() == before


@pytest.mark.parametrize("url", ["not an address", "oracle+nothing://host/x", "duck://x"])
def test_engine_unknown_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingsError) as raised:
        open_operations(url)
    assert str(raised.value) == (
        "CAREKPI_OPERATIONS_URL is no address of a database that CareKPI knows."
        " Leave it out to keep a file in the data folder."
    )


def test_engine_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "operations.sqlite"
    path.write_text("hello, I am a letter and no database" * 50)
    with pytest.raises(UserError) as raised:
        open_operations(f"sqlite:///{path}")
    assert str(raised.value) == (
        f"The operations database sqlite:///{path} can't be used: file is not a database."
        " Restore it from a backup, or see what CAREKPI_OPERATIONS_URL says."
    )


def test_writing_rolls_back_where_anything_is_raised(operations: Engine) -> None:
    with pytest.raises(IntegrityError), writing(operations) as session:
        channels.name_teams(session, "C1", frozenset({"billing", ""}), By("U1", NOW))
    with reading(operations) as session:
        assert channels.every_channel(session) == {}


def test_writing_naive_instant_is_refused(operations: Engine) -> None:
    naive = NOW.replace(tzinfo=None)
    refused = pytest.raises(StatementError, match="an instant without a zone")
    with refused, writing(operations) as session:
        channels.name_teams(session, "C1", frozenset({"billing"}), By("U1", naive))


def test_writing_writers_of_one_channel_follow_one_another(operations: Engine) -> None:
    """Each deletes what is there and puts its own in place: at once, they would collide."""
    all_ready = Barrier(4)

    def name(team: str) -> None:
        all_ready.wait(10)
        with writing(operations) as session:
            channels.name_teams(session, "C1", frozenset({"all", team}), By("U1", NOW))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(name, ("a", "b", "c", "d")))
    with reading(operations) as session:
        teams = channels.teams_of(session, "C1")
        assert (len(teams), "all" in teams) == (2, True)
        assert len(audit.newest(session)) == 4


def test_reading_sees_one_moment(operations: Engine) -> None:
    with reading(operations) as session:
        before = channels.every_channel(session)
        with writing(operations) as other:
            channels.name_teams(other, "C1", frozenset({"billing"}), By("U1", NOW))
        assert (before, channels.every_channel(session)) == ({}, {})


def test_tables_may_stand_beside_those_of_the_facts_in_one_database() -> None:
    assert set(METADATA.tables) & set(facts.tables) == set()
