"""The engines that the same tests run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine

from storage.postgresql import read_address, server_engine
from tests.postgresql import Server

ENGINES = ("duckdb", "postgresql")


@contextmanager
def facts_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database of the engine that a fixture is asked for."""
    if request.param == "duckdb":
        engine = create_engine("duckdb://")
        yield engine
        engine.dispose()
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as url:
        address = read_address(url, "CAREKPI_FACTS_URL")
        assert address is not None
        engine = server_engine(address)
        yield engine
        engine.dispose()
