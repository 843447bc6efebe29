"""Gives a store the tables that it lacks, and those of an earlier version what came later."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateColumn

from storage.facts.tables import facts
from storage.facts.values import quoted

_THERE = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_catalog = current_database() AND table_schema = current_schema()"
)


def make_tables(connection: Connection) -> None:
    """Every column that came later may be empty, so no row has to change."""
    # Asked for once: to look for one table after another took most of an opening.
    there = {(table, column) for table, column in connection.execute(text(_THERE))}
    known = {table for table, _ in there}
    missing = [table for table in facts.sorted_tables if table.name not in known]
    facts.create_all(connection, missing, checkfirst=False)
    for table in facts.sorted_tables:
        for column in table.columns if table.name in known else ():
            if column.nullable and (table.name, column.name) not in there:
                kind = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {kind}"))
