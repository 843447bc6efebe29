from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine

from storage.facts.tables import facts
from storage.metrics.answer import Answer, Query
from storage.metrics.query import answer
from storage.settings import Settings
from tests.postgresql import Server
from tests.storage.engines import ENGINES, connected
from tests.storage.metrics.seed import NOW, seeded, seeded_engine


@pytest.fixture(scope="session")
def duckdb_seed() -> Iterator[Engine]:
    engine = seeded_engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_seed(postgresql: Server) -> Iterator[Engine]:
    with postgresql.database() as url:
        engine = seeded(connected(url))
        yield engine
        engine.dispose()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """The seed on each engine that answers questions."""
    seed: Engine = request.getfixturevalue(f"{request.param}_seed")
    return seed


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def embedded(duckdb_seed: Engine) -> Iterator[Connection]:
    with duckdb_seed.connect() as connection:
        yield connection


class Remembered:
    """Answers of the embedded engine, each worked out once a process, as the seed stays as it is.

    For what is asked in several tests; a test of how an answer is made asks by itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[Query, bool], Answer] = {}

    def __call__(self, query: Query, *, withhold: bool = False) -> Answer:
        if (query, withhold) not in self._known:
            with self._engine.connect() as connection:
                self._known[query, withhold] = answer(
                    connection, query, NOW, Settings(), withhold_small_groups=withhold
                )
        return self._known[query, withhold]


@pytest.fixture(scope="session")
def remembered(duckdb_seed: Engine) -> Remembered:
    return Remembered(duckdb_seed)


@pytest.fixture
def server(postgresql_seed: Engine) -> Iterator[Connection]:
    with postgresql_seed.connect() as connection:
        yield connection


@pytest.fixture(params=ENGINES)
def empty_connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to tables without rows, which are gone after the test."""
    if request.param == "duckdb":
        engine = create_engine("duckdb://")
        facts.create_all(engine, checkfirst=False)
        with engine.connect() as opened:
            yield opened
        engine.dispose()
        return
    engine = request.getfixturevalue("postgresql_empty")
    with engine.connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def postgresql_empty(postgresql: Server) -> Iterator[Engine]:
    with postgresql.database() as url:
        engine = connected(url)
        facts.create_all(engine, checkfirst=False)
        yield engine
        engine.dispose()
