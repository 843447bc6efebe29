"""A store of these tests' own, as reviews are copied into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.facts.tables import qa_reviews
from tests.bot.listeners.coaching_notes.desk import Coaching
from tests.bot.listeners.conftest import Office
from tests.storage.metrics.seed import seeded_engine


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store of this module's own: reviews are copied into it."""
    engine = seeded_engine(tmp_path_factory.mktemp("facts") / "facts.duckdb")
    with engine.begin() as connection:
        connection.execute(qa_reviews.delete())
    yield engine
    engine.dispose()


@pytest.fixture
def facts(store: Engine) -> Iterator[Engine]:
    """Emptied of what a test has put in beside."""
    yield store
    with store.begin() as connection:
        connection.execute(qa_reviews.delete().where(qa_reviews.c.source == "other tool"))


@pytest.fixture
def coaching(office: Office, tmp_path: Path) -> Coaching:
    return Coaching(office, tmp_path)
