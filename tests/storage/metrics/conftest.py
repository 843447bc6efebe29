from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Connection, Engine

from tests.storage.engines import ENGINES, facts_engine
from tests.storage.metrics.seed import seeded


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The seed on each engine that answers questions."""
    with facts_engine(request) as opened:
        yield seeded(opened)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
