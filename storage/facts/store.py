"""Opening the facts: the file or server that a URL names, with its tables in place."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from storage import clickhouse
from storage.errors import UserError
from storage.facts.growing import make_tables
from storage.facts.house_server import open_house
from storage.facts.memory import store_bytes
from storage.facts.server import SETTING, open_server
from storage.postgresql import read_address

STAGING = "staging"
EMBEDDED = "duckdb"
KNOWN_ADDRESSES = (
    "like duckdb:////path/to/facts.duckdb, postgresql://USER:PASSWORD@HOST/DATABASE"
    " or clickhousedb://USER:PASSWORD@HOST/DATABASE"
)


def open_facts(url: str, *, memory_limit: str, data_folder: Path) -> Engine:
    """The facts of a URL, their tables made where they are missing.

    ``memory_limit`` (``600MB``) is for the store and for imports into it together.

    What an import that was cut off left behind in the staging folder is removed.
    """
    staging = prepare_staging(data_folder)
    engine = _open(url, memory_limit, staging)
    _clear(staging)
    return engine


def _open(url: str, memory_limit: str, staging: Path) -> Engine:
    if server := read_address(url, SETTING):
        return open_server(server)
    if house := clickhouse.read_address(url, SETTING):
        return open_house(house, SETTING)
    return _open_embedded(url, memory_limit, staging)


def prepare_staging(data_folder: Path) -> Path:
    """The folder that rows pass through on their way in, readable by its owner alone."""
    staging = data_folder.absolute() / STAGING
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    return staging


@contextmanager
def staging_folder(data_folder: Path) -> Iterator[Path]:
    """A folder for one import, removed with it; locked meanwhile, so that it is known as used."""
    staging = prepare_staging(data_folder)
    with ExitStack() as held:
        with _locked(staging):
            folder = Path(mkdtemp(prefix="import-", dir=staging))
            held.enter_context(_locked(folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _clear(staging: Path) -> None:
    """Removes what imports left behind that were cut off; those under way may be of others."""
    with _locked(staging):
        for folder in staging.glob("import-*"):
            with suppress(BlockingIOError), _locked(folder, fcntl.LOCK_NB):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path, waiting: int = 0) -> Iterator[None]:
    """The folder for this process alone; the lock goes with the process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | waiting)
        yield
    finally:
        os.close(descriptor)


def _open_embedded(url: str, memory_limit: str, staging: Path) -> Engine:
    address = _address(url)
    engine = _embedded_engine(address, memory_limit, staging)
    try:
        with engine.begin() as connection:
            make_tables(connection)
    except DBAPIError as error:
        engine.dispose()
        raise _opening_error(address, error) from error
    except UserError:
        engine.dispose()
        raise
    return engine


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        sentence = "The address of the facts database can't be read."
        raise UserError(sentence, f"Set {SETTING} {KNOWN_ADDRESSES}.") from None
    if address.get_backend_name() != EMBEDDED:
        sentence = f'I don\'t know the database "{address.drivername}" of {SETTING}.'
        raise UserError(sentence, f"Set it {KNOWN_ADDRESSES}.")
    return address


def _embedded_engine(address: URL, memory_limit: str, staging: Path) -> Engine:
    config = {
        "memory_limit": f"{store_bytes(memory_limit)}B",
        "temp_directory": str(staging / "spill"),
    }
    engine = create_engine(address, connect_args={"config": config}, hide_parameters=True)

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
        # Else every file that passed through staging stays in memory, though it is read once.
        cursor.execute("SET enable_external_file_cache = false")
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
