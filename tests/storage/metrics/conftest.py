from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection, Engine

from tests.storage.metrics.seed import seeded_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = seeded_engine()
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
