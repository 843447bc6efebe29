"""The engines that the same tests run on."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.postgresql import read_address, server_engine

SETTING = "CAREKPI_FACTS_URL"
ENGINES = ("duckdb", "postgresql")


def connected(url: str) -> Engine:
    """An engine on a server's database."""
    address = read_address(url, SETTING)
    assert address is not None
    return server_engine(address, SETTING)
