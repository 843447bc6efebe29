"""Both databases as they are at one moment, and copies of them, while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, text

from storage.facts.store import open_facts
from storage.facts.tables import facts as fact_tables
from storage.facts.values import literal, quoted
from storage.operations.engine import writing

BEGIN_READING = {"sqlite": "SELECT count(*) FROM sqlite_master", "duckdb": "FROM coverage LIMIT 1"}
MEMORY_FOR_MAKING = "200MB"

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """Connections that see what was committed at one moment; None where a server has it."""

    facts: Connection | None
    operations: Connection | None


@contextmanager
def one_moment(facts: Engine | None, operations: Engine | None) -> Iterator[Moment]:
    """Nobody commits to the operations database while both are looked at for the first time.

    What operations say was copied into the facts is there, since it is said after; and the facts
    hold nothing of ours that operations do not know, since it is copied from there.
    """
    with ExitStack() as reading:
        with ExitStack() as waiting:
            if operations is not None:
                waiting.enter_context(writing(operations)).connection()
            moment = Moment(_reader(facts, reading), _reader(operations, reading))
        yield moment


def _reader(engine: Engine | None, reading: ExitStack) -> Connection | None:
    """A connection in a transaction that has begun to see."""
    if engine is None:
        return None
    connection = reading.enter_context(engine.connect())
    connection.execute(text(BEGIN_READING[engine.dialect.name])).all()
    return connection


def copy_operations(connection: Connection, target: Path) -> None:
    """The SQLite database as the connection sees it, in one file without a log beside it."""
    source = connection.connection.driver_connection
    if not isinstance(source, sqlite3.Connection):
        raise TypeError("only SQLite is copied as a file")
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def copy_facts(connection: Connection, target: Path, progress: Progress) -> None:
    """The DuckDB database as the connection sees it; ``target`` lies in the staging folder.

    The open store has its configuration locked, which ``COPY FROM DATABASE`` can't do with.
    """
    open_facts(
        f"duckdb:///{target}", memory_limit=MEMORY_FOR_MAKING, data_folder=target.parent
    ).dispose()
    name = f"copy_{uuid4().hex}"
    connection.execute(text(f"ATTACH {literal(str(target))} AS {name}"))
    try:
        for number, table in enumerate(fact_tables.sorted_tables, 1):
            columns = ", ".join(quoted(column.name) for column in table.columns)
            rows = f"SELECT {columns} FROM {quoted(table.name)}"  # noqa: S608 - our own names
            into = f"{name}.{quoted(table.name)} ({columns})"
            connection.execute(text(f"INSERT INTO {into} {rows}"))
            progress(number / len(fact_tables.sorted_tables))
        connection.commit()
    finally:
        connection.rollback()
        connection.execute(text(f"DETACH {name}"))
        connection.rollback()
