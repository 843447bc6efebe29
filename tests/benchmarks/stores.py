"""The store of a benchmark's folder: a DuckDB file, or ClickHouse within the process that opens it.

ClickHouse's data lie in a folder that one process at a time may have open.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
from sqlalchemy import Connection, Engine, Table, text

from storage.clickhouse import clickhouse_engine, insert_parquet, read_address
from storage.facts.server import SETTING
from storage.facts.store import open_facts
from storage.facts.tables import coverage, facts

MEMORY = "600MB"
DUCKDB, CLICKHOUSE = ENGINES = ("duckdb", "clickhouse")
HOUSE, DATABASE = "house", "care"
ROWS_A_FILE = 5_000_000


def open_store(folder: Path) -> Engine:
    """The facts of a folder, whichever engine keeps them there."""
    return open_facts(_address(folder), memory_limit=MEMORY, data_folder=folder)


def is_clickhouse(folder: Path) -> bool:
    return (folder / HOUSE).is_dir()


def make_clickhouse(folder: Path) -> None:
    """From now on ClickHouse keeps the facts of this folder."""
    address = read_address(_in_house(folder, "default"), SETTING)
    if address is None:
        raise RuntimeError("ClickHouse's own address is not known as one")
    engine = clickhouse_engine(address, SETTING)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE IF NOT EXISTS {DATABASE}"))
    engine.dispose()


def size_bytes(folder: Path) -> int:
    """What the facts take on the disk."""
    whole = [*(folder / HOUSE).rglob("*"), *folder.glob("facts.duckdb*")]
    return sum(each.stat().st_blocks * 512 for each in whole if each.is_file())


def _address(folder: Path) -> str:
    is_house = is_clickhouse(folder)
    return _in_house(folder, DATABASE) if is_house else f"duckdb:///{folder}/facts.duckdb"


def _in_house(folder: Path, database: str) -> str:
    return f"clickhousedb:///{database}?interface=chdb&path={folder.absolute() / HOUSE}"


def copy_facts(store: Path, connection: Connection, names: Collection[str]) -> None:
    """Some tables of a DuckDB file into ClickHouse, some million rows at a time."""
    with duckdb.connect(str(store), read_only=True) as embedded:
        embedded.execute("PRAGMA disable_progress_bar")
        for name in names:
            _copy(embedded, connection, facts.tables[name], store.with_suffix(".parquet"))
            _tell_coverage(embedded, connection, name)


def _copy(
    embedded: duckdb.DuckDBPyConnection, connection: Connection, table: Table, file: Path
) -> None:
    columns = tuple(table.c.keys())
    (rows,) = embedded.execute(f"SELECT count(*) FROM {table.name}").fetchall()[0]
    for start in range(0, rows, ROWS_A_FILE):
        part = f"rowid >= {start} AND rowid < {start + ROWS_A_FILE}"
        selected = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {part}"
        embedded.execute(f"COPY ({selected}) TO '{file}' (FORMAT parquet)")
        insert_parquet(connection, table.name, columns, file)
        file.unlink()


def _tell_coverage(embedded: duckdb.DuckDBPyConnection, connection: Connection, fact: str) -> None:
    said = f"SELECT source, until, longest_gap_seconds FROM {coverage.name} WHERE fact = ?"
    for source, until, gap in embedded.execute(said, [fact]).fetchall():
        told = {"source": source, "fact": fact, "until": until, "gap": gap}
        connection.execute(_COVERED, told)


_COVERED = text("""
    INSERT INTO coverage_told (source, fact, until, longest_gap_seconds, of_table)
    SELECT :source, :fact, CAST(:until AS DateTime64(6, 'UTC')), :gap, uuid
    FROM system.tables WHERE database = currentDatabase() AND name = :fact""")
