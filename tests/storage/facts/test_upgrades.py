"""A store of every earlier version gets what came later, and nothing in it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from storage.errors import UserError
from storage.facts.growing import difference
from storage.facts.store import open_facts
from storage.facts.tables import facts
from tests.postgresql import Server
from tests.storage.engines import ENGINES, connected
from tests.storage.facts.conftest import MEMORY
from tests.storage.released import facts_as_of, generations, load_facts, tables_of

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that the product never opened."""
    if request.param == "duckdb":
        yield f"duckdb:///{tmp_path / 'facts.duckdb'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as address:
        yield address


def put_released(path: Path, url: str, folder: Path) -> None:
    if url.startswith("duckdb"):
        load_facts(path, folder / "facts.duckdb")
        return
    engine = connected(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(path.read_text(encoding="utf-8"))
    engine.dispose()


def engine_of(url: str) -> Engine:
    return create_engine(url) if url.startswith("duckdb") else connected(url)


def open_store(url: str, folder: Path) -> Engine:
    return open_facts(url, memory_limit=MEMORY, data_folder=folder / "data")


def rows_of(connection: Connection, columns: dict[str, list[str]]) -> Rows:
    found = {}
    for table, names in columns.items():
        named = ", ".join(f'"{name}"' for name in names)
        query = text(f"SELECT {named} FROM {table} ORDER BY {named}")
        found[table] = [dict(row) for row in connection.execute(query).mappings()]
    return found


def columns_of(url: str) -> dict[str, list[str]]:
    engine = engine_of(url)
    with engine.connect() as connection:
        tables = tables_of(connection).sorted_tables
        found = {table.name: table.columns.keys() for table in tables}
    engine.dispose()
    return found


def test_newest_tables_are_kept_as_they_are() -> None:
    assert generations()[-1].read_text(encoding="utf-8") == facts_as_of(facts), (
        "python -m tests.storage.released keeps what the tables are now"
    )


@pytest.mark.parametrize("path", generations(), ids=lambda path: path.stem)
def test_upgrade_keeps_every_row(path: Path, url: str, tmp_path: Path) -> None:
    put_released(path, url, tmp_path)
    columns = columns_of(url)
    earlier = engine_of(url)
    with earlier.connect() as connection:
        before = rows_of(connection, columns)
    earlier.dispose()
    engine = open_store(url, tmp_path)
    with engine.connect() as connection:
        found = difference(connection)
        assert (found.missing_tables, found.missing, found.unknown) == ((), (), ())
        assert rows_of(connection, columns) == before
    engine.dispose()
    assert {len(rows) for rows in before.values()} == {2}


def test_store_of_a_newer_version_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    put_released(generations()[0], url, tmp_path)
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE contacts ADD COLUMN mood VARCHAR"))
    engine.dispose()
    before = columns_of(url)
    with pytest.raises(UserError) as raised:
        open_store(url, tmp_path)
    assert str(raised.value) == (
        "The facts were written by a newer version of CareKPI. Update CareKPI, or restore the"
        " backup made before the update."
    )
    assert columns_of(url) == before
