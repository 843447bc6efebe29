"""Gives a store that an earlier version has made the columns that came later."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateColumn

from storage.facts.tables import facts
from storage.facts.values import quoted


def add_missing_columns(connection: Connection) -> None:
    """Every column that came later may be empty, so no row has to change."""
    inspector = inspect(connection)
    for table in facts.sorted_tables:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.nullable and column.name not in there:
                kind = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {kind}"))
