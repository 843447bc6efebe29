"""Gives a store that an earlier version has made the columns that came later."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, inspect, text
from sqlalchemy.schema import CreateColumn

from storage.errors import UserError
from storage.facts.tables import facts
from storage.facts.values import quoted


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
    inspector = inspect(connection)
    names = set(inspector.get_table_names())
    missing: list[tuple[Table, Column[object]]] = []
    unknown: list[str] = []
    for table in facts.sorted_tables:
        if table.name in names:
            there = {column["name"] for column in inspector.get_columns(table.name)}
            missing += [(table, each) for each in table.columns if each.name not in there]
            unknown += [f"{table.name}.{name}" for name in sorted(there - set(table.c.keys()))]
    absent = tuple(table.name for table in facts.sorted_tables if table.name not in names)
    return Difference(absent, tuple(missing), tuple(unknown))


def add_missing_columns(connection: Connection) -> None:
    """Every column that came later may be empty, so no row has to change.

    Raises:
        UserError: a newer version made columns that this one would leave empty.
    """
    found = difference(connection)
    if found.unknown:
        raise UserError(
            "The facts were written by a newer version of CareKPI.",
            "Update CareKPI, or restore the backup made before the update.",
        )
    for table, column in found.missing:
        if column.nullable:
            kind = CreateColumn(column).compile(dialect=connection.dialect)
            connection.execute(text(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {kind}"))
