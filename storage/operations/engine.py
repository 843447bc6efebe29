"""Opens the operations database; the only place that knows which engine it is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import SettingsError, UserError
from storage.migrations import migrate

WAIT_FOR_LOCK_SECONDS = 30
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SETTING = "CAREKPI_OPERATIONS_URL"


def open_operations(url: str) -> Engine:
    """The operations database at ``url``, made where there is none, and brought up to date.

    Raises:
        SettingsError: the address names no database that can be opened.
        UserError: a newer version of CareKPI has written it.
    """
    address = _checked(url)
    if address.get_backend_name() == "sqlite":
        engine = _open_sqlite(address)
    else:
        engine = create_engine(address)
    try:
        with engine.execution_options(is_writing=True).begin() as connection:
            migrate(connection)
    except (OperationalError, DBAPIError) as error:
        engine.dispose()
        raise _unreadable(address, error) from error
    except UserError:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back where anything is raised."""
    bound = engine.execution_options(is_writing=True)
    with Session(bound) as session, session.begin():
        yield session


def _checked(url: str) -> URL:
    try:
        address = make_url(url)
        address.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingsError(
            f"{SETTING} is no address of a database that CareKPI knows.",
            "Leave it out to keep a file in the data folder.",
        ) from error
    return address


def _open_sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        _make_private(Path(address.database))
    engine = create_engine(address, connect_args={"timeout": WAIT_FOR_LOCK_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """The file is there before SQLite opens it, so it is at no time readable by others."""
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
        path.chmod(PRIVATE_FILE)
    except OSError as error:
        raise UserError(
            f"{path} can't be written: {(error.strerror or 'no reason given').lower()}.",
            "Choose a data folder that you may write to.",
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """The driver's own idea of transactions commits before DDL; ours starts them itself."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that read first would be refused, not kept waiting."""
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _unreadable(address: URL, error: DBAPIError) -> UserError:
    return UserError(
        f"The operations database {address.render_as_string()} can't be used: {error.orig}.",
        f"Restore it from a backup, or see what {SETTING} says.",
    )
