"""Takes a backup of what is kept in files, while others go on working."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Error as SqliteError

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from storage.backups.archive import FACTS, OPERATIONS, SETTINGS, Writer, writing_archive
from storage.backups.moment import Moment, Progress, copy_facts, copy_operations, one_moment
from storage.errors import UserError
from storage.facts.store import staging_folder

FIRST_PART = 0.1
COPIES = 2
"""Each file is copied once for itself and once into the archive."""


@dataclass(frozen=True, slots=True)
class BackupOrder:
    """What is backed up, and where to; None where a database is on a server."""

    facts: Engine | None
    operations: Engine | None
    data_folder: Path
    file: Path
    version: str
    now: datetime


def take_backup(order: BackupOrder, progress: Progress) -> int:
    """Writes the archive, readable by its owner alone, and returns its size in bytes.

    Raises:
        UserError: it can't be written; nothing of it is left then.
    """
    with _failing_in_a_sentence(order.file):
        _refuse_full_disk(order)
        with (
            writing_archive(order.file) as archive,
            staging_folder(order.data_folder) as folder,
            one_moment(order.facts, order.operations) as moment,
        ):
            _put_in(archive, moment, folder, progress)
            _put_settings_in(archive, order.data_folder)
            archive.close(order.version, order.now)
        return order.file.stat().st_size


def _put_in(archive: Writer, moment: Moment, folder: Path, progress: Progress) -> None:
    """Each copy goes away once it is in, as disks are small."""
    if moment.operations is not None:
        copy_operations(moment.operations, folder / OPERATIONS)
        moment.operations.rollback()
        archive.add(OPERATIONS, folder / OPERATIONS)
        (folder / OPERATIONS).unlink()
    progress(FIRST_PART)
    if moment.facts is not None:
        copy_facts(moment.facts, folder / FACTS, lambda part: progress(FIRST_PART + 0.8 * part))
        archive.add(FACTS, folder / FACTS)
    progress(1.0)


def _put_settings_in(archive: Writer, data_folder: Path) -> None:
    settings = data_folder / SETTINGS
    if settings.exists():
        archive.add(SETTINGS, settings)


def _refuse_full_disk(order: BackupOrder) -> None:
    """Before anything is begun; what fills up meanwhile is told all the same."""
    needed = sum(_size(engine) for engine in (order.facts, order.operations) if engine)
    for folder in {order.data_folder, order.file.parent}:
        if shutil.disk_usage(folder).free < needed:
            raise OSError(28, os.strerror(28))


def _size(engine: Engine) -> int:
    path = Path(engine.url.database or "")
    return path.stat().st_size if path.is_file() else 0


@contextmanager
def _failing_in_a_sentence(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise _not_written(file, why) from error
    except (DBAPIError, SqliteError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        raise _not_written(file, (reason.splitlines() or ["no reason given"])[0]) from error


def _not_written(file: Path, why: str) -> UserError:
    return UserError(
        f"The backup {file.name} can't be written: {why}.",
        "Nothing of it was left behind. Make room, or choose another place.",
    )
