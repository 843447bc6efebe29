"""Puts what a backup holds in the place of what is there, once all of it was found sound."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from storage.backups.archive import FACTS, OPERATIONS, Manifest, extract
from storage.errors import UserError
from storage.facts.store import open_facts, staging_folder
from storage.operations import audit
from storage.operations.audit import By
from storage.operations.engine import open_operations, writing
from storage.operations.outbox import doubt_unsent
from storage.settings import Settings

BESIDES = ("", ".wal", "-wal", "-shm", "-journal")
"""What an engine keeps beside its file; a database is whole only with it."""
ASIDE = "before-restore"


@dataclass(frozen=True, slots=True)
class Restoring:
    """What is restored where: ``places`` are files by their name in the archive."""

    file: Path
    data_folder: Path
    places: Mapping[str, Path]
    by: By
    replacing: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and the folders in which what was there before is kept."""

    manifest: Manifest
    aside: tuple[Path, ...]


def restore(order: Restoring) -> Restored:
    """For who has the data folder alone. Until all is checked, nothing that is there is touched.

    Raises:
        UserError: the archive is not sound, or something is there that must not be replaced.
    """
    there = list(_there(order))
    if there and not order.replacing:
        held = ", ".join(sorted(path.name for path in there))
        raise UserError(
            f"{order.data_folder} is not empty: it holds {held}.",
            "Choose another folder with --data, or add --replace: what is there is kept aside.",
        )
    with _failing_in_a_sentence(order), staging_folder(order.data_folder) as folder:
        manifest = extract(order.file, folder)
        _refuse_what_is_on_a_server(manifest, order)
        _bring_up_to_date(manifest, folder, order)
        aside = _put_aside(there, order.by.at)
        for name in manifest.files:
            order.places[name].parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _move(folder / name, order.places[name])
    return Restored(manifest, aside)


def refuse_used(path: Path) -> None:
    """Refuses a SQLite file that another process has open: it alone knows what it wrote last."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise UserError(
            f"{path} is in use by another process ({error}).", "Stop the bots that use it first."
        ) from error
    except sqlite3.DatabaseError:
        # It is damaged, so this may be why it is to be replaced.
        return


def _there(order: Restoring) -> Iterator[Path]:
    for place in order.places.values():
        for besides in BESIDES:
            path = place.with_name(place.name + besides)
            if path.exists():
                yield path


def _refuse_what_is_on_a_server(manifest: Manifest, order: Restoring) -> None:
    settings = {FACTS: "CAREKPI_FACTS_URL", OPERATIONS: "CAREKPI_OPERATIONS_URL"}
    for name in manifest.files:
        if name not in order.places:
            raise UserError(
                f"The backup holds {name}, but {settings[name]} names a server.",
                f"Take {settings[name]} out of the environment to restore the file.",
            )


def _bring_up_to_date(manifest: Manifest, folder: Path, order: Restoring) -> None:
    """Opens what was unpacked as the bot would: what it could not use is refused here."""
    if OPERATIONS in manifest.files:
        _check_operations(folder / OPERATIONS)
        engine = open_operations(f"sqlite:///{folder / OPERATIONS}")
        with writing(engine) as session:
            taken = f"taken {manifest.taken_at:%Y-%m-%d %H:%M} UTC"
            doubt_unsent(session, manifest.taken_at)
            audit.record(session, order.by, "backup restored", order.file.name, taken)
        engine.dispose()
        with closing(sqlite3.connect(folder / OPERATIONS)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    if FACTS in manifest.files:
        open_facts(
            f"duckdb:///{folder / FACTS}", memory_limit=Settings().memory_limit, data_folder=folder
        ).dispose()


def _check_operations(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA quick_check").fetchone()
    if found != ("ok",):
        raise sqlite3.DatabaseError(str(found[0]))


def _put_aside(there: list[Path], now: datetime) -> tuple[Path, ...]:
    """Beside each file, so that it is moved and not copied."""
    name = f"{ASIDE}-{now.astimezone(UTC):%Y%m%d-%H%M%S}-{uuid4().hex[:4]}"
    folders = []
    for path in there:
        aside = path.parent / name
        if aside not in folders:
            aside.mkdir(mode=0o700)
            folders.append(aside)
        path.rename(aside / path.name)
    return tuple(folders)


def _move(source: Path, target: Path) -> None:
    try:
        shutil.move(source, target)
    except OSError as error:
        raise UserError(
            f"{target} can't be written: {(error.strerror or 'no reason given').lower()}.",
            f"What was there before is in {target.parent}, in a folder {ASIDE}-….",
        ) from error


@contextmanager
def _failing_in_a_sentence(order: Restoring) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{order.file.name} can't be restored: {(error.strerror or 'unknown').lower()}.",
            "Make room, or choose another folder with --data.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise UserError(
            f"{order.file.name} can't be restored: {error}.", "Use another backup."
        ) from error
