"""Opens the operations database; the only place that knows which engine it is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import SettingsError, UserError
from storage.migrations import migrate
from storage.postgresql import (
    LATEST,
    POSTGRESQL,
    check_encoding,
    is_locked_until_committed,
    lock_until_committed,
    read_address,
    refusal,
    server_engine,
)

WAIT_FOR_LOCK_SECONDS = 30
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
SETTING = "CAREKPI_OPERATIONS_URL"
SQLITE = {"sqlite", "sqlite+pysqlite"}


def open_operations(url: str) -> Engine:
    """The operations database at ``url``, made where there is none, and brought up to date.

    Raises:
        SettingsError: the address names no database that can be opened.
        UserError: a newer version of CareKPI has written it.
    """
    if server := read_address(url, SETTING):
        return _open_server(server)
    address = _checked(url)
    engine = _open_sqlite(address)
    try:
        with writing(engine) as session:
            migrate(session.connection())
    except DBAPIError as error:
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
    """A session in one transaction: committed at the end, rolled back where anything is raised.

    Writers follow one another on either engine, so that each sees what the one before wrote.
    """
    is_server = engine.dialect.name == POSTGRESQL
    options = {"isolation_level": LATEST} if is_server else {"is_writing": True}
    with Session(engine.execution_options(**options)) as session, session.begin():
        if is_server:
            lock_until_committed(session.connection(), "operations")
        yield session


@contextmanager
def appending(engine: Engine) -> Iterator[Session]:
    """As ``writing``, for who only adds rows that no other writer reads.

    On a server it waits for none of them.
    """
    if engine.dialect.name != POSTGRESQL:
        with writing(engine) as session:
            yield session
        return
    with Session(engine) as session, session.begin():
        yield session


@contextmanager
def alone(engine: Engine, work: str) -> Iterator[bool]:
    """Whether this process has the work to itself until the block ends; waits for no other.

    A file belongs to one process, which has all work to itself.
    """
    if engine.dialect.name != POSTGRESQL:
        yield True
        return
    with engine.execution_options(isolation_level=LATEST).begin() as connection:
        yield is_locked_until_committed(connection, "work", work)


def _open_server(address: URL) -> Engine:
    engine = server_engine(address, SETTING)
    try:
        with writing(engine) as session:
            check_encoding(session.connection(), SETTING)
            migrate(session.connection())
    except DBAPIError as error:
        engine.dispose()
        raise refusal(error.orig, address, SETTING) from None
    except UserError:
        engine.dispose()
        raise
    return engine


def _checked(url: str) -> URL:
    """The address of a SQLite file."""
    sentence = f"{SETTING} is no address of a database that CareKPI knows."
    next_step = "Leave it out to keep a file in the data folder."
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(sentence, next_step) from None
    if address.drivername not in SQLITE:
        raise SettingsError(sentence, next_step)
    return address


def _open_sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        _make_private(Path(address.database))
    engine = create_engine(
        address, connect_args={"timeout": WAIT_FOR_LOCK_SECONDS}, hide_parameters=True
    )
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
