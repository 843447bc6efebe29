"""One file into one fact: read, checked, and put in the place of what was there before."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.errors import UserError
from storage.facts.columns import Columns
from storage.facts.declared import Fact, find_fact
from storage.facts.export import Export, open_export, unchanged
from storage.facts.expressions import first_line
from storage.facts.forgetting import IsForgotten
from storage.facts.mapping import DEFAULT_MAPPING, Mapping, find_mapping
from storage.facts.memory import reading_bytes
from storage.facts.reading import Reading
from storage.facts.rejects import RejectsWritten, rejects_path, write_rejects
from storage.facts.sandbox import Sandbox, reading_error
from storage.facts.settling import Settling, Staged
from storage.facts.store import staging_folder
from storage.facts.writing import count_replaced, write
from storage.facts.written import Written
from storage.periods import zone

READ_UNTIL, SETTLED_AT = 0.6, 0.7
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What a person asks to be loaded, and how.

    ``timezone`` is asked for this file alone; without it the mapping's holds, else
    ``organisation_timezone``. ``source`` is by default the mapping's name.
    """

    fact: str
    mapping: str = DEFAULT_MAPPING
    source: str | None = None
    timezone: str | None = None
    organisation_timezone: str = "UTC"
    until: datetime | None = None
    strict: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file. ``rejected`` counts rows, ``reasons`` their faults.

    ``superseded`` rows lost to another row of the same key, as the mapping says. ``refused``
    means that rows were rejected where none may be, and nothing was loaded.
    """

    file: str
    fact: str
    source: str
    rows_read: int
    loaded: int
    replaced: int
    rejected: int
    superseded: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    rejects_file: Path | None = None
    until: datetime | None = None
    longest_gap_seconds: float = 0.0
    seconds: float = 0.0
    dry_run: bool = False
    refused: bool = False


def load_file(  # noqa: PLR0913 - what an import needs is named by whoever starts it
    engine: Engine,
    order: LoadOrder,
    file: Path,
    *,
    data_folder: Path,
    now: datetime,
    progress: Callable[[float], None],
    memory_limit: str,
    is_forgotten: IsForgotten | None = None,
) -> LoadReport:
    """Loads one file as ordered: wholly, or not at all.

    ``progress`` is told how far it is, from 0 to 1, and may be called from another thread.
    ``memory_limit`` is the one that the engine was opened with. Who ``is_forgotten`` comes in
    without name, address and the like.
    """
    fact = find_fact(order.fact)
    mapping = find_mapping(order.mapping, fact)
    load = _Load(
        engine, order, file, data_folder, now, progress, memory_limit, fact, mapping, is_forgotten
    )
    zone(load.timezone)
    with _one_at_a_time, staging_folder(data_folder) as folder:
        return load.run(folder)


@dataclass(frozen=True, slots=True)
class _Load:
    """One import while it runs."""

    engine: Engine
    order: LoadOrder
    file: Path
    data_folder: Path
    now: datetime
    progress: Callable[[float], None]
    memory_limit: str
    fact: Fact
    mapping: Mapping
    is_forgotten: IsForgotten | None

    @property
    def source(self) -> str:
        return (self.order.source or "").strip() or self.mapping.name

    @property
    def timezone(self) -> str:
        return self.order.timezone or self.mapping.timezone or self.order.organisation_timezone

    def run(self, folder: Path) -> LoadReport:
        started = time.monotonic()
        with unchanged(self.file):
            staged, rejected = self._read(open_export(self.file, folder), folder)
        self.progress(SETTLED_AT)
        try:
            report = self._load(staged, rejected, started)
        except DBAPIError as error:
            raise _writing_error(error) from error
        self.progress(1.0)
        return report

    def _read(self, export: Export, folder: Path) -> tuple[Staged, RejectsWritten]:
        try:
            return self._staged(export, folder)
        except duckdb.Error as error:
            raise reading_error(error, export.name) from error
        except OSError as error:
            reason = (error.strerror or "unknown").lower()
            raise UserError(
                f"{export.name} can't be read or its unfit rows not written down: {reason}.",
                "Check that the disk has room, then import again.",
            ) from error

    def _staged(self, export: Export, folder: Path) -> tuple[Staged, RejectsWritten]:
        staged = folder / "staged.parquet"
        excluded = folder / "excluded.parquet"
        with Sandbox(
            folder, (export.path, staged, excluded), reading_bytes(self.memory_limit)
        ) as sandbox:
            columns = Columns(sandbox, export, self.mapping.null_marks)
            reading = Reading(sandbox, columns, self.mapping, self.fact)
            reading.prepare(self.timezone)
            reading.stage(str(staged), lambda part: self.progress(part * READ_UNTIL))
            settling = Settling(sandbox, export, self.mapping, self.fact)
            settled = settling.settle(reading.filled)
            path = rejects_path(self.data_folder, self.source, self.fact.name, self.now)
            return settled, write_rejects(settling.rejects(), path)

    def _load(self, staged: Staged, rejected: RejectsWritten, started: float) -> LoadReport:
        refused = self.order.strict and rejected.rows > 0
        until = self.order.until or staged.newest or self.now
        written = Written(0, until, 0.0)
        if self.order.dry_run:
            replaced = count_replaced(self.engine, self.fact, self.source, staged)
            written = Written(replaced, until, 0.0)
        elif not refused and staged.accepted:
            written = write(self.engine, self.fact, self.source, staged, until, self.is_forgotten)
        return LoadReport(
            file=self.file.name,
            fact=self.fact.name,
            source=self.source,
            rows_read=staged.rows_read,
            loaded=0 if refused else staged.accepted,
            replaced=written.replaced,
            rejected=rejected.rows,
            superseded=staged.superseded,
            reasons=rejected.reasons,
            rejects_file=rejected.file,
            until=written.until,
            longest_gap_seconds=written.longest_gap_seconds,
            seconds=time.monotonic() - started,
            dry_run=self.order.dry_run,
            refused=refused,
        )


def _writing_error(error: DBAPIError) -> UserError:
    return UserError(
        f"The rows can't be written: {first_line(Exception(str(error.orig)))}",
        "Nothing was changed. Check that the disk has room, then import again.",
    )
