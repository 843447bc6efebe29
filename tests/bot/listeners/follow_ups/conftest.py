"""A store of these tests' own: a customer there has an owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.facts.tables import customers, follow_ups, surveys
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.follow_ups.loop import Loop
from tests.storage.metrics.seed import seeded_engine

OWNED = {
    "source": "calls",
    "customer_id": "repeats",
    "started_on": date(2025, 1, 1),
    "name": "Ruth <!channel> Ltd",
    "owner_agent_id": "a1",
}


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = seeded_engine(tmp_path_factory.mktemp("facts") / "facts.duckdb")
    with engine.begin() as connection:
        connection.execute(customers.insert(), [OWNED])
    yield engine
    engine.dispose()


@pytest.fixture
def facts(store: Engine) -> Iterator[Engine]:
    """Emptied of what a test has copied into it."""
    yield store
    with store.begin() as connection:
        for table in (follow_ups, surveys):
            connection.execute(table.delete().where(table.c.source == "carekpi"))


@pytest.fixture
def loop(office: Office, tmp_path: Path) -> Loop:
    return Loop(office, tmp_path)
