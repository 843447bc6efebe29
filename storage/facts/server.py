"""The facts on a PostgreSQL server: its tables, and the indexes that answers and imports need."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.errors import UserError
from storage.facts.declared import FACTS, SOURCE
from storage.facts.growing import make_tables
from storage.facts.values import quoted
from storage.postgresql import (
    LATEST,
    check_encoding,
    lock_until_committed,
    refusal,
    server_engine,
)

SETTING = "CAREKPI_FACTS_URL"

COUNTED_BY = (
    ("contacts", ("opened_at",)),
    ("contacts", ("resolved_at",)),
    ("contacts", ("customer_id", "opened_at")),
    ("agents", ("agent_id",)),
    ("agent_days", ("day",)),
    ("surveys", ("sent_at",)),
    ("surveys", ("answered_at",)),
    ("surveys", ("contact_id",)),
    ("qa_reviews", ("reviewed_at",)),
    ("help_sessions", ("started_at",)),
    ("customers", ("customer_id", "started_on")),
    ("costs", ("day",)),
)
"""What rows are looked up by, beside their keys. DuckDB has no use for it."""


def open_server(address: URL) -> Engine:
    """The facts of a server, its tables and indexes made where they are missing."""
    engine = server_engine(address, SETTING)
    try:
        with latest(engine).begin() as connection:
            check_encoding(connection, SETTING)
            # Two processes that start at once would both make what is missing.
            lock_until_committed(connection, "facts")
            make_tables(connection)
            _make_indexes(connection)
    except DBAPIError as error:
        engine.dispose()
        raise refusal(error.orig, address, SETTING) from None
    except UserError:
        engine.dispose()
        raise
    return engine


def latest(engine: Engine) -> Engine:
    """The same engine for who waits for others and then has to see what they did."""
    return engine.execution_options(isolation_level=LATEST)


def _make_indexes(connection: Connection) -> None:
    known = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
    there = set(connection.scalars(known))
    for name, definition in _indexes():
        if name not in there:
            connection.execute(text(definition))


def _indexes() -> Iterator[tuple[str, str]]:
    """Each index by its name; those of the keys keep a row from being there twice."""
    keys = ((fact.name, (SOURCE, *fact.key), "UNIQUE ") for fact in FACTS)
    others = ((table, columns, "") for table, columns in COUNTED_BY)
    for table, columns, kind in (*keys, *others):
        name = f"ix_{table}_{'_'.join(columns)}"
        named = ", ".join(quoted(column) for column in columns)
        yield name, f"CREATE {kind}INDEX {name} ON {table} ({named})"
