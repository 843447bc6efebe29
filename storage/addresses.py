"""Which databases an address may name, told without opening any."""

from __future__ import annotations

from pathlib import Path

SERVER_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


def is_server(url: str) -> bool:
    """Whether a database lies on a server, which several processes may use at once."""
    return url.strip().partition(":")[0].lower() in SERVER_SCHEMES


def file_of(url: str) -> Path | None:
    """The file that an address names; None for a server, or where nothing is kept."""
    place = url.strip().partition(":///")[2].partition("?")[0]
    return None if is_server(url) or place in {"", ":memory:"} else Path(place)
