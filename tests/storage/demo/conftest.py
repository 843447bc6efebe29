from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine

from storage.demo.generation import generate
from storage.facts.tables import facts

NOW = datetime(2026, 11, 18, 14, 30, 12, tzinfo=UTC)


class Demo:
    """The small organisation's facts, to be asked in SQL."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.connection.execute(text(query))]

    def row(self, query: str) -> tuple[Any, ...]:
        (row,) = self.rows(query)
        return row

    def count(self, table: str, condition: str) -> int:
        return int(self.row(f"SELECT count(*) FROM {table} WHERE {condition}")[0])


def empty_store(threads: int = 2) -> Engine:
    config = {"threads": threads}
    engine = create_engine("duckdb:///:memory:", connect_args={"config": config})
    facts.create_all(engine, checkfirst=False)
    return engine


@pytest.fixture(scope="session")
def demo_engine() -> Iterator[Engine]:
    engine = empty_store()
    generate(engine, now=NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def demo(demo_engine: Engine) -> Iterator[Demo]:
    with demo_engine.connect() as connection:
        yield Demo(connection)
