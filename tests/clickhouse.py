"""ClickHouse for the tests: the engine itself within the process, through ``chdb``.

A process has one such engine; it is gone with its last connection, so one is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection, text

from storage.clickhouse import clickhouse_engine, read_address

SETTING = "CAREKPI_FACTS_URL"


class House:
    """All databases of a process lie in one engine; each test's is its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new, empty database, dropped in the end."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} SYNC")

    def url(self, database: str) -> str:
        return f"clickhousedb:///{database}?interface=chdb"

    def run(self, statement: str) -> None:
        self._connection.execute(text(statement))


@contextmanager
def running_house() -> Iterator[House]:
    address = read_address("clickhousedb://?interface=chdb", SETTING)
    assert address is not None
    engine = clickhouse_engine(address, SETTING)
    with engine.connect() as connection:
        yield House(connection)
    engine.dispose()
