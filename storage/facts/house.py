"""The facts on ClickHouse: tables ordered by what is asked, and a coverage that goes with them."""

# ruff: noqa: S608 - only our own names and a quoted one are put into SQL

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    Table,
    text,
)

from storage.facts.tables import coverage, facts
from storage.facts.values import quoted

COVERAGE_TOLD = "coverage_told"
FEW_VALUES = frozenset(
    (
        *("source", "channel", "direction", "contact_kind", "issue_type", "complexity"),
        *("priority", "team", "agent_id", "status", "kind", "purpose", "outcome", "reviewer"),
        *("scorecard", "scorecard_version", "criterion", "topic", "segment", "language"),
        *("timezone", "currency", "owner_agent_id"),
    )
)
"""Texts of which a table has few different ones: kept as numbers, each text once."""
ORDERED_BY = {
    "contacts": ("source", "opened_at"),
    "agents": ("source", "agent_id"),
    "agent_days": ("source", "day"),
    "surveys": ("source", "sent_at"),
    "follow_ups": ("source", "opened_at"),
    "qa_reviews": ("source", "reviewed_at"),
    "qa_answers": ("source", "review_id"),
    "help_sessions": ("source", "started_at"),
    "customers": ("source", "customer_id"),
    "costs": ("source", "day"),
}
LEFT_OUT_BY = {
    "contacts": ("resolved_at",),
    "surveys": ("answered_at",),
    "follow_ups": ("closed_at",),
    "qa_reviews": ("sent_at",),
}
"""Times that follow the one that a table is ordered by: stretches without them are passed over.

Each has two indexes, for in an index a missing time counts as later than all: one finds what is
still open, the other, where it counts as none, what was closed since a time.
"""
REPLICATED = "Replicated"
KINDS = ("Atomic", REPLICATED, "Shared")
TOLD = """
    CREATE TABLE IF NOT EXISTS {name} (
        source LowCardinality(String), fact LowCardinality(String),
        until DateTime64(6, 'UTC'), longest_gap_seconds Float64,
        of_table UUID, told_at DateTime64(6, 'UTC') DEFAULT now64(6)
    ) ENGINE = {engine} ORDER BY (fact, source)"""
"""What was said of each source, and of which table: one that takes another's place has its own."""


def make_missing(connection: Connection, tables: Collection[str]) -> None:
    """Makes tables of these names; another process may be at the same."""
    engine = engine_of(connection)
    for table in facts.sorted_tables:
        if table is not coverage and table.name in tables:
            connection.execute(text(_creation(table, engine)))
    if coverage.name in tables:
        connection.execute(text(TOLD.format(name=COVERAGE_TOLD, engine=engine)))
        database = connection.scalar(text("SELECT currentDatabase()"))
        connection.execute(text(_coverage(str(database))))


def add_column(connection: Connection, table: Table, column: Column[Any]) -> None:
    added = f"ADD COLUMN IF NOT EXISTS {quoted(column.name)} {_kind(column)}"
    connection.execute(text(f"ALTER TABLE {table.name} {added}"))


def engine_of(connection: Connection) -> str:
    """What keeps tables here: where a database is replicated, its rows have to be too."""
    return "ReplicatedMergeTree" if kind_of_database(connection) == REPLICATED else "MergeTree"


def kind_of_database(connection: Connection) -> str:
    kind = text("SELECT engine FROM system.databases WHERE name = currentDatabase()")
    return str(connection.scalar(kind))


def _creation(table: Table, engine: str) -> str:
    columns = [f"{quoted(column.name)} {_kind(column)}" for column in table.columns]
    for name in LEFT_OUT_BY.get(table.name, ()):
        columns.append(f"INDEX {name}_known {name} TYPE minmax")
        columns.append(f"INDEX {name}_since assumeNotNull({name}) TYPE minmax")
    order = ", ".join(ORDERED_BY[table.name])
    return (
        f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)})"
        f" ENGINE = {engine} ORDER BY ({order})"
    )


def _kind(column: Column[object]) -> str:
    kinds = (
        (DateTime, "DateTime64(6, 'UTC')"),
        (Date, "Date32"),
        (Double, "Float64"),
        (Integer, "Int64"),
        (Boolean, "Bool"),
    )
    known = (kind for sql_type, kind in kinds if isinstance(column.type, sql_type))
    kind = next(known, "String")
    kind = f"Nullable({kind})" if column.nullable else kind
    return f"LowCardinality({kind})" if column.name in FEW_VALUES else kind


def _coverage(database: str) -> str:
    """The newest that was said of the tables that are there under their names now."""
    return f"""
        CREATE VIEW IF NOT EXISTS {coverage.name} AS
        SELECT
            told.source AS source, told.fact AS fact,
            argMax(told.until, told.told_at) AS until,
            argMax(told.longest_gap_seconds, told.told_at) AS longest_gap_seconds
        FROM {COVERAGE_TOLD} AS told
        WHERE (told.fact, told.of_table) IN (
            SELECT name, uuid FROM system.tables WHERE database = {_literal(database)}
        )
        GROUP BY told.source, told.fact"""


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
