"""An import into ClickHouse: the table as it should be is made beside, and takes the other's place.

So a file is there as a whole, with what it says of its coverage, or not at all.
"""

# ruff: noqa: S608 - only our own names are put into SQL

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, Engine, MetaData, Table, text

from storage.clickhouse import insert_parquet
from storage.facts.copying import reading_staged, sound_rows
from storage.facts.covering import carry_coverage, drop_old_coverage, longest_gap, reached
from storage.facts.declared import SOURCE, Fact
from storage.facts.filling import fill_on_clickhouse
from storage.facts.forgetting import IsForgotten, scrub
from storage.facts.settling import Staged
from storage.facts.tables import contacts, surveys
from storage.facts.turns import ARRIVED, Turn, turn_of
from storage.facts.values import literal, quoted
from storage.facts.written import Written

SENT = "sent.parquet"


@contextmanager
def arriving(
    connection: Connection, fact: Fact, source: str, staged: Staged, columns: tuple[str, ...]
) -> Iterator[str]:
    """A table with some columns of the staged rows, gone in the end."""
    name = f"{ARRIVED}{fact.name}_{uuid4().hex}"
    connection.execute(text(f"CREATE TABLE {name} AS {fact.name}"))
    try:
        _send(connection, name, source, staged, columns)
        yield name
    finally:
        connection.execute(text(f"DROP TABLE IF EXISTS {name} SYNC"))


def count_on_clickhouse(connection: Connection, fact: Fact, source: str, staged: Staged) -> int:
    with arriving(connection, fact, source, staged, fact.key) as arrived:
        return _count_replaced(connection, fact, source, arrived)


def write_on_clickhouse(
    engine: Engine,
    fact: Fact,
    source: str,
    staged: Staged,
    until: datetime,
    is_forgotten: IsForgotten | None,
) -> Written:
    """Puts the staged rows in the place of those with their keys."""
    with (
        engine.connect() as connection,
        arriving(connection, fact, source, staged, staged.columns) as arrived,
    ):
        if is_forgotten:
            scrub(connection, fact.name, source, is_forgotten, arrived)
        with turn_of(engine, fact.name) as turn:
            replaced = _count_replaced(connection, fact, source, arrived)
            _prepare(connection, fact, source, arrived, turn, has_replaced=replaced > 0)
            written = _put_in_place(connection, fact, source, turn, until, replaced)
        if fact.table is contacts:
            _fill_surveys(engine, connection, arrived)
    return written


def _prepare(
    connection: Connection, fact: Fact, source: str, arrived: str, turn: Turn, *, has_replaced: bool
) -> None:
    """The table as it should be: the old one's files are shared, not copied."""
    wanted = turn.next_table
    connection.execute(text(f"CREATE TABLE {wanted} CLONE AS {fact.name}"))
    if has_replaced:
        deletion = text(f"DELETE FROM {wanted} WHERE {_replaced(fact, arrived)}")
        connection.execute(deletion, {"source": source})
    connection.execute(text(f"INSERT INTO {wanted} SELECT * FROM {arrived}"))
    if fact.table is surveys:
        fill_on_clickhouse(connection, wanted, _of(arrived))


def _put_in_place(
    connection: Connection, fact: Fact, source: str, turn: Turn, until: datetime, replaced: int
) -> Written:
    asked = until.astimezone(UTC).replace(tzinfo=None)
    newest = reached(connection, source, fact.name, asked)
    table = named(fact.table, turn.next_table)
    gap = longest_gap(connection, table, fact.counted_by, source, newest)
    carry_coverage(connection, fact.name, turn.next_table, (source, newest, gap))
    connection.execute(text(f"EXCHANGE TABLES {fact.name} AND {turn.next_table}"))
    connection.execute(text(f"DROP TABLE IF EXISTS {turn.next_table} SYNC"))
    drop_old_coverage(connection, fact.name)
    return Written(replaced, newest.replace(tzinfo=UTC), gap)


def _fill_surveys(engine: Engine, connection: Connection, arrived: str) -> None:
    """The surveys that are about contacts that arrived, after those are there."""
    meant = f"contact_id IN (SELECT contact_id FROM {arrived})"
    with turn_of(engine, surveys.name) as turn:
        wanting = text(f"SELECT 1 FROM {surveys.name} WHERE {meant} LIMIT 1")
        if connection.execute(wanting).first() is None:
            return
        connection.execute(text(f"CREATE TABLE {turn.next_table} CLONE AS {surveys.name}"))
        if fill_on_clickhouse(connection, turn.next_table, meant):
            carry_coverage(connection, surveys.name, turn.next_table)
            connection.execute(text(f"EXCHANGE TABLES {surveys.name} AND {turn.next_table}"))
        connection.execute(text(f"DROP TABLE IF EXISTS {turn.next_table} SYNC"))
        drop_old_coverage(connection, surveys.name)


def _of(arrived: str) -> str:
    return f"(source, survey_id) IN (SELECT source, survey_id FROM {arrived})"


def named(table: Table, name: str) -> Table:
    """A table of the same columns under another name."""
    return table.to_metadata(MetaData(), name=name)


def _count_replaced(connection: Connection, fact: Fact, source: str, arrived: str) -> int:
    counted = text(f"SELECT count() FROM {fact.name} WHERE {_replaced(fact, arrived)}")
    return int(connection.scalar(counted, {"source": source}) or 0)


def _replaced(fact: Fact, arrived: str) -> str:
    key = ", ".join(quoted(column) for column in fact.key)
    return f"{SOURCE} = :source AND ({key}) IN (SELECT {key} FROM {arrived})"


def _send(
    connection: Connection, table: str, source: str, staged: Staged, columns: tuple[str, ...]
) -> None:
    """The rows that count, in a file that the server reads as it is."""
    file = staged.path.with_name(SENT)
    named_columns = ", ".join(quoted(name) for name in columns)
    rows = f"SELECT {literal(source)} AS {SOURCE}, {named_columns} FROM ({sound_rows(staged)})"
    with reading_staged(staged, file) as sandbox:
        sandbox.run(f"COPY ({rows}) TO {literal(str(file))} (FORMAT parquet)")
    insert_parquet(connection, table, (SOURCE, *columns), file)
    file.unlink()
