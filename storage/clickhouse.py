"""A ClickHouse server for the facts: its address, its connections, and what it refuses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.addresses import is_clickhouse
from storage.errors import SettingsError

CLICKHOUSE = "clickhousedb"
DRIVER = f"{CLICKHOUSE}+carekpi"
CONNECTIONS = 10
SESSION = {
    "aggregate_functions_null_for_empty": 1,
    "cast_keep_nullable": 1,
    "group_by_use_nulls": 1,
    "join_use_nulls": 1,
    "prefer_column_name_to_alias": 1,
    "session_timezone": "UTC",
}
"""For each connection: what is not there is NULL, as elsewhere, and no zero or empty text."""


def read_address(url: str, setting: str) -> URL | None:
    """The address of a ClickHouse server, with the dialect that is used; None for another engine.

    Raises:
        SettingsError: it is one, but can't be read. The sentence shows nothing of it.
    """
    if not is_clickhouse(url):
        return None
    try:
        address = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise _unreadable(setting) from None
    if "@" in (address.host or ""):
        raise _unreadable(setting)
    return address.set(drivername=DRIVER)


def _unreadable(setting: str) -> SettingsError:
    return SettingsError(
        f"{setting} is no address of a ClickHouse database.",
        "Write clickhousedb://USER:PASSWORD@HOST:8123/DATABASE; in the password @ becomes %40,"
        " : becomes %3A and / becomes %2F.",
    )


def clickhouse_engine(address: URL, setting: str) -> Engine:
    registry.register(f"{CLICKHOUSE}.carekpi", "storage.clickhouse_dialect", "CareDialect")
    engine = create_engine(address, pool_size=CONNECTIONS, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
    for name, value in SESSION.items():
        connection.client.set_client_setting(name, str(value))
