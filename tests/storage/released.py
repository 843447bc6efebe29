"""``python -m tests.storage.released``: databases as each version made them, with rows in them.

Each stays as SQL beside the tests and is never made anew: the tests bring every one of them up to
date. Run it after a new migration, or after a change of the fact tables, and keep what it adds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
)
from sqlalchemy.schema import CreateTable

from storage.facts.tables import facts
from storage.migrations import VERSION_TABLE
from storage.operations.schema import METADATA

OPERATIONS = Path(__file__).parent / "operations" / "released"
FACTS = Path(__file__).parent / "facts" / "released"
NUMBERS = (1, 2)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC).replace(tzinfo=None)

CHOSEN: dict[tuple[str, int], dict[str, Any]] = {
    ("imports", 1): {"outcome": "loaded"},
    ("imports", 2): {"outcome": "running", "finished_at": None},
    ("granted_roles", 1): {"role": "lead", "team": "billing"},
    ("granted_roles", 2): {"role": "admin", "team": ""},
    ("deliveries", 1): {"state": "sent", "claimed_until": None},
    ("deliveries", 2): {"state": "pending", "claimed_until": None, "sent_at": None},
}
"""What the checks of a table ask for, by its row."""


def revisions() -> list[str]:
    """Every version of the operations database, the first one first."""
    scripts = ScriptDirectory.from_config(_config())
    return [each.revision for each in reversed(list(scripts.walk_revisions()))]


def upgrade(connection: Connection, revision: str) -> None:
    """As far as that version, and no further."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def tables_of(connection: Connection) -> MetaData:
    """The tables that there are, in the order in which they may be filled."""
    found = MetaData()
    found.reflect(connection)
    if VERSION_TABLE in found.tables:
        found.remove(found.tables[VERSION_TABLE])
    return found


def operations_as_of(revision: str) -> str:
    """A database of that version as SQL."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection, revision)
        for table in tables_of(connection).sorted_tables:
            for number in NUMBERS:
                connection.execute(table.insert().values(_row(table, number)))
    with engine.connect() as connection:
        opened = connection.connection.driver_connection
        assert isinstance(opened, sqlite3.Connection)
        dumped = "\n".join(opened.iterdump())
    engine.dispose()
    return f"{dumped}\n"


def facts_as_of(tables: MetaData) -> str:
    """A store with those tables as SQL that DuckDB takes."""
    dialect = create_engine("duckdb://").dialect
    lines = []
    for table in tables.sorted_tables:
        lines.append(f"{str(CreateTable(table).compile(dialect=dialect)).strip()};")
        for number in NUMBERS:
            row = {each.name: _fact(each, number) for each in table.columns}
            named = ", ".join(f'"{name}"' for name in row)
            lines.append(f"INSERT INTO {table.name} ({named}) VALUES ({', '.join(row.values())});")
    return "\n".join(lines) + "\n"


def load_operations(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(target)) as connection:
        connection.executescript(path.read_text(encoding="utf-8"))


def load_facts(path: Path, target: Path) -> None:
    with duckdb.connect(str(target)) as connection:
        connection.execute(path.read_text(encoding="utf-8"))


def generations() -> list[Path]:
    """The fact tables as they were, the first ones first."""
    return sorted(FACTS.glob("*.sql"), key=lambda path: int(path.stem))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    return config


def _row(table: Table, number: int) -> Mapping[str, Any]:
    row = {each.name: _value(table, each, number) for each in table.columns}
    chosen = CHOSEN.get((table.name, number), {})
    return row | {name: value for name, value in chosen.items() if name in row}


def _value(table: Table, column: Column[Any], number: int) -> Any:
    modelled = METADATA.tables.get(table.name)
    known = modelled.columns.get(column.name) if modelled is not None else None
    if known is not None and isinstance(known.type, Enum):
        return known.type.enums[number % len(known.type.enums)]
    values: dict[type, Any] = {
        DateTime: AT,
        Date: AT.date(),
        Boolean: number == 1,
        Integer: number,
        Double: number,
        LargeBinary: f"sealed {number}".encode(),
        JSON: {"kept": [column.name, number]},
    }
    meant = next((key.column for key in column.foreign_keys), column)
    fit = (value for kind, value in values.items() if isinstance(column.type, kind))
    return next(fit, f"{meant.name} {number}")


def _fact(column: Column[Any], number: int) -> str:
    match column.type:
        case DateTime():
            return f"TIMESTAMP '{AT}'"
        case Date():
            return f"DATE '{date(2026, 3, number)}'"
        case Boolean():
            return "TRUE" if number == 1 else "FALSE"
        case Integer() | Double():
            return str(number)
    return f"'{column.name} {number}'"


def _missing() -> Iterator[tuple[Path, str]]:
    for revision in revisions():
        path = OPERATIONS / f"{revision}.sql"
        if not path.exists():
            yield path, operations_as_of(revision)
    kept = generations()
    now = facts_as_of(facts)
    if not kept or kept[-1].read_text(encoding="utf-8") != now:
        yield FACTS / f"{len(kept) + 1}.sql", now


def main() -> None:
    for path, text in list(_missing()):
        path.write_text(text, encoding="utf-8")
        print(f"{path.name} of {path.parent.parent.name} was added.")


if __name__ == "__main__":
    main()
