"""Staged rows into the store: the only statements of an import that change it."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, TextClause, select, text
from sqlalchemy.exc import DBAPIError

from storage.clickhouse import CLICKHOUSE
from storage.facts.copying import bring_in, is_clickhouse, is_server
from storage.facts.covering import longest_gap, reached, tell_coverage
from storage.facts.declared import SOURCE, Fact
from storage.facts.exchanging import count_on_clickhouse, write_on_clickhouse
from storage.facts.filling import fill_surveys
from storage.facts.forgetting import IsForgotten, scrub
from storage.facts.server import latest
from storage.facts.settling import Staged
from storage.facts.values import quoted
from storage.facts.written import Written
from storage.postgresql import POSTGRESQL, lock_until_committed


def count_replaced(engine: Engine, fact: Fact, source: str, staged: Staged) -> int:
    """How many rows of the source the staged ones would take the place of."""
    with engine.connect() as connection:
        if is_clickhouse(connection):
            return count_on_clickhouse(connection, fact, source, staged)
        if not _has_rows(connection, fact, source):
            return 0
        arrived = bring_in(connection, fact, staged, fact.key)
        counted = text(f"SELECT count(*) FROM {fact.name} WHERE {_replaced(fact, arrived)}")
        return int(connection.execute(counted, {"source": source}).scalar_one())


def write(
    engine: Engine,
    fact: Fact,
    source: str,
    staged: Staged,
    until: datetime,
    is_forgotten: IsForgotten | None = None,
) -> Written:
    """Puts the staged rows in the place of those with their keys, in one transaction.

    Of whoever was forgotten the name, address and the like are left out.
    """
    if engine.dialect.name == CLICKHOUSE:
        return write_on_clickhouse(engine, fact, source, staged, until, is_forgotten)
    with _storing(engine) as connection:
        _wait_for_others(connection, fact, source)
        arrived = bring_in(connection, fact, staged, staged.columns)
        replaced = _delete(connection, fact, source, arrived)
        connection.execute(_insert(fact, staged, arrived), {"source": source})
        fill_surveys(connection, fact, source, arrived)
        if is_forgotten:
            scrub(connection, fact.name, source, is_forgotten)
        newest, longest_gap_seconds = _cover(connection, fact, source, until)
        _tell_planner(connection, fact)
    _settle_on_disk(engine)
    return Written(replaced, newest.replace(tzinfo=UTC), longest_gap_seconds)


def _storing(engine: Engine) -> AbstractContextManager[Connection]:
    return (latest(engine) if engine.dialect.name == POSTGRESQL else engine).begin()


def _wait_for_others(connection: Connection, fact: Fact, source: str) -> None:
    """A server takes imports from several processes; those of one source follow one another."""
    if is_server(connection):
        lock_until_committed(connection, "import", fact.name, source)


def _tell_planner(connection: Connection, fact: Fact) -> None:
    if is_server(connection):
        connection.execute(text(f"ANALYZE {fact.name}"))


def _delete(connection: Connection, fact: Fact, source: str, arrived: str) -> int:
    if not _has_rows(connection, fact, source):
        return 0
    deletion = text(f"DELETE FROM {fact.name} WHERE {_replaced(fact, arrived)}")
    return int(connection.execute(deletion, {"source": source}).rowcount)


def _has_rows(connection: Connection, fact: Fact, source: str) -> bool:
    of_source = fact.table.c[SOURCE] == source
    return (
        connection.execute(select(fact.table.c[SOURCE]).where(of_source).limit(1)).first()
        is not None
    )


def _replaced(fact: Fact, arrived: str) -> str:
    key = ", ".join(quoted(column) for column in fact.key)
    return f"{SOURCE} = :source AND ({key}) IN (SELECT {key} FROM ({arrived}) AS arrived)"


def _insert(fact: Fact, staged: Staged, arrived: str) -> TextClause:
    columns = ", ".join(quoted(name) for name in staged.columns)
    return text(
        f"INSERT INTO {fact.name} ({SOURCE}, {columns})"
        f" SELECT CAST(:source AS VARCHAR), {columns} FROM ({arrived}) AS arrived"
    )


def _cover(
    connection: Connection, fact: Fact, source: str, until: datetime
) -> tuple[datetime, float]:
    """Says up to when the source's rows reach."""
    newest = reached(connection, source, fact.name, until.astimezone(UTC).replace(tzinfo=None))
    gap = longest_gap(connection, fact.table, fact.counted_by, source, newest)
    tell_coverage(connection, source, fact.name, newest, gap)
    return newest, gap


def _settle_on_disk(engine: Engine) -> None:
    """Lets go of replaced rows at once, unless somebody is reading; then it happens later."""
    if engine.dialect.name == POSTGRESQL:
        return
    with engine.connect() as connection:
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
        except DBAPIError:
            connection.rollback()
