"""Which databases an address may name, told without opening any."""

from __future__ import annotations

from pathlib import Path

SERVER_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
CLICKHOUSE_SCHEMES = ("clickhousedb", "clickhouse", "clickhousedb+connect")


def is_postgresql(url: str) -> bool:
    return _scheme(url) in SERVER_SCHEMES


def is_clickhouse(url: str) -> bool:
    return _scheme(url) in CLICKHOUSE_SCHEMES


def is_server(url: str) -> bool:
    """Whether a database lies on a server, which several processes may use at once."""
    return is_postgresql(url) or is_clickhouse(url)


def file_of(url: str) -> Path | None:
    """The file that an address names; None for a server, or where nothing is kept."""
    place = url.strip().partition(":///")[2].partition("?")[0]
    return None if is_server(url) or place in {"", ":memory:"} else Path(place)


def _scheme(url: str) -> str:
    return url.strip().partition(":")[0].lower()
