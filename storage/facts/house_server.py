"""Opening the facts on ClickHouse."""

from __future__ import annotations

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage.clickhouse import clickhouse_engine, refusal
from storage.errors import SettingsError, UserError
from storage.facts.growing import make_tables
from storage.facts.house import KINDS, kind_of_database


def open_house(address: URL, setting: str) -> Engine:
    """The facts of a server, its tables made where they are missing."""
    engine = clickhouse_engine(address, setting)
    try:
        with engine.connect() as connection:
            _check_kind(connection, setting)
            make_tables(connection)
    except DBAPIError as error:
        engine.dispose()
        raise refusal(error.orig, address, setting) from None
    except UserError:
        engine.dispose()
        raise
    return engine


def _check_kind(connection: Connection, setting: str) -> None:
    """Tables can take each other's place only where each has a mark of its own."""
    kind = kind_of_database(connection)
    if kind not in KINDS:
        raise SettingsError(
            f"The database of {setting} is of the kind {kind}, in which tables can't be exchanged.",
            "Make one with: CREATE DATABASE carekpi ENGINE = Atomic.",
        )
