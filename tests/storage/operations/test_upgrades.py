"""A database of every earlier version is brought up to date, and nothing in it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import autogenerate
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from storage.migrations import NEWEST, VERSION_TABLE, version_of
from storage.operations.engine import open_operations
from storage.operations.schema import METADATA
from tests.storage.engines import connected
from tests.storage.released import OPERATIONS, load_operations, revisions, tables_of, upgrade

Rows = dict[str, list[dict[str, Any]]]


def rows_of(connection: Connection) -> Rows:
    found = {}
    for table in tables_of(connection).sorted_tables:
        ordered = table.select().order_by(*table.primary_key.columns)
        found[table.name] = [dict(row) for row in connection.execute(ordered).mappings()]
    return found


def kept(before: Rows, after: Rows) -> Rows:
    """What is there of what was there: the same tables and columns."""
    return {
        name: [
            {column: row[column] for column in earlier}
            for row, earlier in zip(after[name], rows, strict=True)
        ]
        for name, rows in before.items()
    }


def as_released(revision: str, url: str, folder: Path) -> Rows:
    """Puts a database of that version where ``url`` says, and returns its rows."""
    file = folder / "released.sqlite"
    load_operations(OPERATIONS / f"{revision}.sql", file)
    released = create_engine(f"sqlite:///{file}")
    with released.connect() as connection:
        rows = rows_of(connection)
    released.dispose()
    if make_url(url).get_backend_name() == "sqlite":
        file.rename(str(make_url(url).database))
    else:
        _onto_server(revision, url, rows)
    return rows


def _onto_server(revision: str, url: str, rows: Rows) -> None:
    engine = connected(url)
    with engine.begin() as connection:
        upgrade(connection, revision)
        for table in tables_of(connection).sorted_tables:
            connection.execute(table.insert(), rows[table.name])
    engine.dispose()


def test_every_version_is_kept_as_it_was() -> None:
    assert [path.stem for path in sorted(OPERATIONS.glob("*.sql"))] == revisions(), (
        "python -m tests.storage.released adds the one that is missing"
    )


@pytest.mark.parametrize("revision", revisions())
def test_upgrade_keeps_every_row(revision: str, operations_url: str, tmp_path: Path) -> None:
    before = as_released(revision, operations_url, tmp_path)
    engine = open_operations(operations_url)
    with engine.connect() as connection:
        assert kept(before, rows_of(connection)) == before
        assert version_of(connection) == NEWEST
        # What the steps make, the first version's way there shows: it takes them all.
        if revision == revisions()[0]:
            assert differences(connection) == []
    engine.dispose()
    assert min(len(rows) for rows in before.values()) == 2


def differences(connection: Connection) -> list[Any]:
    """How the tables differ from what this version makes of nothing."""
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
    )
    return list(autogenerate.compare_metadata(context, METADATA))


def test_upgrade_that_breaks_off_leaves_the_earlier_version(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'operations.sqlite'}"
    before = as_released("0003", url, tmp_path)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE appeals (id INTEGER)"))
    with pytest.raises(Exception, match="appeals already exists"):
        open_operations(url)
    with engine.connect() as connection:
        assert (version_of(connection), kept(before, rows_of(connection))) == ("0003", before)
        assert "digests" not in tables_of(connection).tables
    engine.dispose()
