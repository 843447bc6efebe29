"""Which databases an address may name, told without opening any."""

from __future__ import annotations

SERVER_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
CLICKHOUSE_SCHEMES = ("clickhousedb", "clickhouse", "clickhousedb+connect")


def is_postgresql(url: str) -> bool:
    return _scheme(url) in SERVER_SCHEMES


def is_clickhouse(url: str) -> bool:
    return _scheme(url) in CLICKHOUSE_SCHEMES


def is_server(url: str) -> bool:
    """Whether a database lies on a server, which several processes may use at once."""
    return is_postgresql(url) or is_clickhouse(url)


def _scheme(url: str) -> str:
    return url.strip().partition(":")[0].lower()
