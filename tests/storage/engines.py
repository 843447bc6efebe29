"""The engines that the same tests run on."""

from __future__ import annotations

from sqlalchemy import Engine

from storage import clickhouse, postgresql

SETTING = "CAREKPI_FACTS_URL"
SERVERS = ("postgresql", "clickhouse")
CHECKED = ("duckdb", "postgresql")
"""Those whose figures are held against SQL by hand; the others' are held against theirs."""
ENGINES = ("duckdb", *SERVERS)


def connected(url: str) -> Engine:
    """An engine on a server's database."""
    if house := clickhouse.read_address(url, SETTING):
        return clickhouse.clickhouse_engine(house, SETTING)
    address = postgresql.read_address(url, SETTING)
    assert address is not None
    return postgresql.server_engine(address, SETTING)
