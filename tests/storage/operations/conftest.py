"""A fresh operations database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.operations.engine import open_operations
from storage.operations.schema import METADATA
from tests.postgresql import Server
from tests.storage.engines import connected
from tests.storage.operations.template import make_operations

LOCK_TIMEOUT_MS = 5_000
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_database(postgresql: Server) -> Iterator[str]:
    with postgresql.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def operations_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each engine that the product never opened."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'operations.sqlite'}"
        return
    url: str = request.getfixturevalue("server_database")
    yield url
    _empty(url)


@pytest.fixture(scope="session")
def server_operations(postgresql: Server) -> Iterator[Engine]:
    with postgresql.database() as url:
        engine = open_operations(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def operations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date database of each engine with no rows."""
    if request.param == "sqlite":
        engine = make_operations(tmp_path)
        yield engine
        engine.dispose()
        return
    engine = request.getfixturevalue("server_operations")
    yield engine
    engine.dispose()
    _delete_all(engine)


def _delete_all(engine: Engine) -> None:
    """With so few rows this is far quicker than truncating, or making the tables anew."""
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
        sequences = text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind='S'")
        connection.execute(sequences)


def _empty(url: str) -> None:
    engine = connected(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
