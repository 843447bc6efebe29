"""Makes the fact tables that a store does not have yet, and the columns that came later."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.clickhouse import CLICKHOUSE
from storage.facts import house
from storage.facts.growing import add_missing_columns
from storage.facts.tables import facts


def make_tables(connection: Connection) -> None:
    if connection.dialect.name == CLICKHOUSE:
        house.make_tables(connection)
        return
    facts.create_all(connection)
    add_missing_columns(connection)
