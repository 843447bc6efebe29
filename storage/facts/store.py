"""Opening the facts: the file or server that a URL names, with its tables in place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import UserError
from storage.facts.memory import store_bytes
from storage.facts.tables import facts

STAGING = "staging"
EMBEDDED = "duckdb"


def open_facts(url: str, *, memory_limit: str, data_folder: Path) -> Engine:
    """The facts of a URL, their tables made where they are missing.

    ``memory_limit`` (``600MB``) is for the store and for imports into it together.

    What an import that was cut off left behind in the staging folder is removed.
    """
    address = _address(url)
    staging = prepare_staging(data_folder)
    engine = _engine(address, memory_limit, staging)
    try:
        facts.create_all(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _opening_error(address, error) from error
    _clear(staging)
    return engine


def prepare_staging(data_folder: Path) -> Path:
    """The folder that rows pass through on their way in, readable by its owner alone."""
    staging = data_folder.absolute() / STAGING
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    return staging


@contextmanager
def staging_folder(data_folder: Path) -> Iterator[Path]:
    """A folder for one import, removed with it."""
    folder = Path(mkdtemp(prefix="import-", dir=prepare_staging(data_folder)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(staging: Path) -> None:
    """Only whoever holds the store comes here, so no import can be using what is removed."""
    for left_behind in staging.glob("import-*"):
        shutil.rmtree(left_behind, ignore_errors=True)


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        sentence = "The address of the facts database can't be read."
        raise UserError(
            sentence, "Set CAREKPI_FACTS_URL like duckdb:////path/to/facts.duckdb."
        ) from error


def _engine(address: URL, memory_limit: str, staging: Path) -> Engine:
    try:
        if address.get_backend_name() == EMBEDDED:
            return _embedded_engine(address, memory_limit, staging)
        return create_engine(address)
    except NoSuchModuleError as error:
        sentence = f'I don\'t know the database "{address.drivername}" of CAREKPI_FACTS_URL.'
        raise UserError(sentence, "Use one that starts with duckdb:///.") from error


def _embedded_engine(address: URL, memory_limit: str, staging: Path) -> Engine:
    config = {
        "memory_limit": f"{store_bytes(memory_limit)}B",
        "temp_directory": str(staging / "spill"),
    }
    engine = create_engine(address, connect_args={"config": config})

    @event.listens_for(engine, "connect")
    def lock_files_away(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # Else DuckDB draws a bar of its own over whatever a command prints.
        cursor.execute("PRAGMA disable_progress_bar")
        cursor.execute("SELECT current_setting('lock_configuration')")
        if (cursor.fetchone() or (False,))[0]:
            return
        folder = str(staging).replace("'", "''")
        cursor.execute(f"SET allowed_directories = ['{folder}']")
        cursor.execute("SET enable_external_access = false")
        # With it, rows put into a table are compressed twice; no query relies on their order.
        cursor.execute("SET preserve_insertion_order = false")
        cursor.execute("SET lock_configuration = true")

    return engine


def _opening_error(address: URL, error: DBAPIError) -> UserError:
    name, reason = address.database or "", str(error.orig)
    if "lock on file" in reason:
        return UserError(
            f"The facts file {name} is in use by another process.",
            "Stop that process, or let the running bot carry out the command.",
        )
    if "not a valid DuckDB database" in reason:
        return UserError(
            f"The facts file {name} is not a DuckDB database.",
            "Move it away, or set CAREKPI_FACTS_URL to another file.",
        )
    first_line = reason.splitlines()[0] if reason else "no reason given"
    return UserError(
        f"The facts database can't be opened: {first_line}",
        "Check CAREKPI_FACTS_URL and CAREKPI_DATA.",
    )
