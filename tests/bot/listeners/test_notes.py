"""A coaching note, as its author and its agent live it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.stores import Stores
from storage.facts.tables import qa_answers, qa_reviews
from storage.sealing import Sealer, new_key
from tests.bot.listeners.coaching import SCORE, SECRET, Coaching
from tests.bot.listeners.conftest import Office
from tests.storage.metrics.seed import seeded_engine


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store of this module's own: reviews are copied into it."""
    engine = seeded_engine(str(tmp_path_factory.mktemp("facts") / "facts.duckdb"))
    yield engine
    engine.dispose()


@pytest.fixture
def coaching(office: Office, tmp_path: Path) -> Coaching:
    return Coaching(office, tmp_path)


def test_x(coaching):
    coaching.send()
    for m in coaching.read(coaching.amy): print(m)
    print('--'); 
    for m in coaching.read(coaching.ray): print(m)
    coaching.click(coaching.amy, "Thanks, read")
    for p in (coaching.amy, coaching.ray):
        for m in coaching.read(p): print('>>',m)
    coaching.click(coaching.amy, "Show the score")
    print(coaching.office.workspace.modal(coaching.amy).read())
    assert 0
