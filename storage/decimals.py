"""PostgreSQL's decimals, read as the numbers that other engines give."""

from __future__ import annotations

from psycopg.adapt import Buffer, Loader


class PlainNumberLoader(Loader):
    """A sum of counts is a decimal there; it is read as the whole number that it is."""

    def load(self, data: Buffer) -> int | float:
        written = bytes(data)
        return int(written) if written.lstrip(b"-").isdigit() else float(written)
