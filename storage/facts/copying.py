"""Staged rows within reach of the store: DuckDB reads their file, PostgreSQL is sent them."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from storage.clickhouse import CLICKHOUSE
from storage.facts.declared import ColumnKind, Fact
from storage.facts.memory import LEAST_FOR_READING
from storage.facts.reading import FAULTS
from storage.facts.sandbox import Sandbox
from storage.facts.settling import Staged
from storage.facts.values import literal, quoted
from storage.postgresql import POSTGRESQL

ARRIVED = "carekpi_arrived"
REPLACEMENT = "\ufffd"
"""In the place of a zero byte, the one letter that PostgreSQL's texts can't hold."""


def is_server(connection: Connection) -> bool:
    return connection.dialect.name == POSTGRESQL


def is_clickhouse(connection: Connection) -> bool:
    return connection.dialect.name == CLICKHOUSE


@contextmanager
def reading_staged(staged: Staged, *written: Path) -> Iterator[Sandbox]:
    """A database of its own that sees the staged files and those to be written, nothing else."""
    paths = [path for path in (staged.path, staged.excluded, *written) if path is not None]
    with Sandbox(staged.path.parent, paths, LEAST_FOR_READING) as sandbox:
        yield sandbox


def sound_rows(staged: Staged) -> str:
    """DuckDB's SQL for the staged rows that count."""
    rows = f"FROM read_parquet({literal(str(staged.path))}, file_row_number = true)"
    excluded = ""
    if staged.excluded is not None:
        places = f"SELECT place FROM read_parquet({literal(str(staged.excluded))})"
        excluded = f" AND file_row_number NOT IN ({places})"
    return f"SELECT * {rows} WHERE {FAULTS} IS NULL{excluded}"


def bring_in(connection: Connection, fact: Fact, staged: Staged, columns: tuple[str, ...]) -> str:
    """The store's SQL for some columns of the staged rows, until its transaction ends."""
    if not is_server(connection):
        return sound_rows(staged)
    named = ", ".join(quoted(name) for name in columns)
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE {ARRIVED} ON COMMIT DROP"
            f" AS SELECT {named} FROM {fact.name} WITH NO DATA"
        )
    )
    _send(connection, fact, staged, columns)
    connection.execute(text(f"ANALYZE {ARRIVED}"))
    return f"SELECT {named} FROM {ARRIVED}"


def _send(connection: Connection, fact: Fact, staged: Staged, columns: tuple[str, ...]) -> None:
    """The rows in the server's own bulk format, some thousands in memory at a time."""
    named = ", ".join(quoted(name) for name in columns)
    values = ", ".join(_sendable(fact, name) for name in columns)
    cursor = connection.connection.cursor()
    with (
        reading_staged(staged) as sandbox,
        cursor.copy(f"COPY {ARRIVED} ({named}) FROM STDIN") as copy,
    ):
        for row in sandbox.rows(f"SELECT {values} FROM ({sound_rows(staged)})"):
            copy.write_row(row)


def _sendable(fact: Fact, column: str) -> str:
    if fact.kind(column) is not ColumnKind.TEXT:
        return quoted(column)
    return f"replace({quoted(column)}, chr(0), {literal(REPLACEMENT)})"
