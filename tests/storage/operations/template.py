"""Operations databases that are up to date from the start, as most tests need them.

What the migrations make is looked at in test_engine.py; here they run once a process.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from storage.operations.engine import open_operations


def make_operations(folder: Path, content: bytes | None = None) -> Engine:
    """Opens a new database in ``folder``, where the product looks for it.

    It is empty, or holds what ``content_of`` gave of another one.
    """
    return open_operations(put_operations(folder, content))


def put_operations(folder: Path, content: bytes | None = None) -> str:
    """The address of a new database in ``folder``."""
    path = folder / "operations.sqlite"
    path.write_bytes(content or _migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    engine = open_operations("sqlite://")
    content = content_of(engine)
    engine.dispose()
    return content


def content_of(engine: Engine) -> bytes:
    """All that a database holds, as a file of its own would."""
    with engine.connect() as connection:
        opened = connection.connection.driver_connection
        assert opened is not None
        content: bytes = opened.serialize()
    return content
