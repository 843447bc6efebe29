"""Operations databases that are up to date from the start, as most tests need them.

What the migrations make is looked at in test_engine.py; here they run once a process.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from storage.operations.engine import open_operations


def make_operations(folder: Path) -> Engine:
    """Opens a new database in ``folder``, where the product looks for it."""
    return open_operations(put_operations(folder))


def put_operations(folder: Path) -> str:
    """The address of a new database in ``folder``."""
    path = folder / "operations.sqlite"
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    engine = open_operations("sqlite://")
    with engine.connect() as connection:
        opened = connection.connection.driver_connection
        assert opened is not None
        content: bytes = opened.serialize()
    engine.dispose()
    return content
