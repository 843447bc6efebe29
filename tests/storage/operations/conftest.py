"""A fresh operations database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.operations.engine import open_operations

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Engine]:
    engine = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    yield engine
    engine.dispose()
