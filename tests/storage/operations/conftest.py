"""A fresh operations database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.operations.engine import open_operations
from tests.postgresql import Server
from tests.storage.engines import connected

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_database(postgresql: Server) -> Iterator[str]:
    with postgresql.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def operations_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'operations.sqlite'}"
        return
    url: str = request.getfixturevalue("server_database")
    yield url
    _empty(url)


@pytest.fixture
def operations(operations_url: str) -> Iterator[Engine]:
    engine = open_operations(operations_url)
    yield engine
    engine.dispose()


def _empty(url: str) -> None:
    engine = connected(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
