"""The database that reads an export: in memory, shut off from every file but that one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from storage.errors import UserError
from storage.facts.expressions import first_line

BYTES_A_THREAD = 100 * 1000**2
POLL_SECONDS = 0.1


class Sandbox:
    """A connection that reads and writes the given files, and nothing else on the machine."""

    def __init__(self, folder: Path, paths: Sequence[Path], memory_bytes: int) -> None:
        self.connection = duckdb.connect(config={"memory_limit": f"{memory_bytes}B"})
        threads = max(1, min(os.cpu_count() or 1, memory_bytes // BYTES_A_THREAD))
        allowed = ", ".join(_literal(path) for path in paths)
        for setting in (
            f"threads = {threads}",
            f"temp_directory = {_literal(folder / 'spill')}",
            "enable_progress_bar = true",
            "enable_progress_bar_print = false",
            "TimeZone = 'UTC'",
            f"allowed_paths = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self.connection.execute(f"SET {setting}")

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def run(self, sql: str) -> None:
        self.connection.execute(sql)

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time."""
        cursor = self.connection.cursor()
        cursor.execute(sql)
        while some := cursor.fetchmany(10_000):
            yield from some

    def value(self, sql: str) -> Any:
        row = self.connection.execute(sql).fetchone()
        return row[0] if row else None

    @contextmanager
    def watched(self, progress: Callable[[float], None]) -> Iterator[None]:
        """Reports how far the running query is, from 0 to 1, until it ends."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(POLL_SECONDS):
                progress(max(0.0, self.connection.query_progress()) / 100)

        watcher = threading.Thread(target=watch, name="import progress", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def reading_error(error: duckdb.Error, name: str) -> UserError:
    """A failure while an export is read, as a sentence."""
    if isinstance(error, duckdb.PermissionException):
        return UserError(
            "The mapping tries to read something other than the file being imported.",
            "Take that out of the mapping.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return UserError(
            f"There is too little memory to read {name}.",
            "Raise memory_limit in carekpi.toml, or import the file in parts.",
        )
    return UserError(
        f"{name} can't be read: {first_line(error)}", "Check the file and the mapping."
    )


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
