"""Which databases an address may name, told without opening any."""

from __future__ import annotations

SERVER_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


def is_server(url: str) -> bool:
    """Whether a database lies on a server, which several processes may use at once."""
    return url.strip().partition(":")[0].lower() in SERVER_SCHEMES
