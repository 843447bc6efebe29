"""Gives a store the tables that it lacks, and those of an earlier version what came later."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, text
from sqlalchemy.schema import CreateColumn

from storage.errors import UserError
from storage.facts.tables import facts
from storage.facts.values import quoted

_THERE = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_catalog = current_database() AND table_schema = current_schema()"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a store lacks of this version's tables, and what it has that a later one made."""

    missing_tables: tuple[str, ...]
    missing: tuple[tuple[Table, Column[object]], ...]
    unknown: tuple[str, ...]

    @property
    def is_older(self) -> bool:
        return bool(self.missing_tables or self.missing)


def difference(connection: Connection) -> Difference:
    """How the tables of a store differ from those of this version."""
    columns: dict[str, set[str]] = {}
    # Asked for once: to look for one table after another took most of an opening.
    for table_name, column_name in connection.execute(text(_THERE)):
        columns.setdefault(table_name, set()).add(column_name)
    missing: list[tuple[Table, Column[object]]] = []
    unknown: list[str] = []
    for table in facts.sorted_tables:
        if there := columns.get(table.name):
            missing += [(table, each) for each in table.columns if each.name not in there]
            unknown += [f"{table.name}.{name}" for name in sorted(there - set(table.c.keys()))]
    absent = tuple(table.name for table in facts.sorted_tables if table.name not in columns)
    return Difference(absent, tuple(missing), tuple(unknown))


def make_tables(connection: Connection) -> None:
    """Makes what is missing; every column that came later may be empty, so no row has to change.

    Raises:
        UserError: a newer version made columns that this one would leave empty.
    """
    found = difference(connection)
    if found.unknown:
        raise UserError(
            "The facts were written by a newer version of CareKPI.",
            "Update CareKPI, or restore the backup made before the update.",
        )
    absent = [facts.tables[name] for name in found.missing_tables]
    facts.create_all(connection, absent, checkfirst=False)
    for table, column in found.missing:
        if column.nullable:
            kind = CreateColumn(column).compile(dialect=connection.dialect)
            connection.execute(text(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {kind}"))
