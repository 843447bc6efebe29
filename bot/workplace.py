"""The data folder, as one process has it open: its lock, its settings, its two databases."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bot.environment import DataEnvironment
from storage.errors import UserError
from storage.periods import Clock
from storage.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from storage.sealing import Sealer

LOCK_NAME = "carekpi.lock"
LONGEST_IMPORT = timedelta(days=1)
"""Where others import too, what runs for longer than this is taken for cut off."""
PATIENCE_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.1


class Workplace:
    """What commands and the bot work on; each part is opened when it is first asked for."""

    def __init__(self, environment: DataEnvironment, clock: Clock) -> None:
        self.environment = environment
        self.clock = clock

    @property
    def folder(self) -> Path:
        return self.environment.folder

    @cached_property
    def settings(self) -> Settings:
        from storage.metrics.catalog import METRICS

        return read_settings(self.folder, [metric.key for metric in METRICS])

    @cached_property
    def sealer(self) -> Sealer:
        from storage.sealing import Sealer

        return Sealer([key.reveal() for key in self.environment.keys])

    @cached_property
    def facts(self) -> Engine:
        from storage.facts.store import open_facts

        return open_facts(
            self.environment.facts_url.reveal(),
            memory_limit=self.settings.memory_limit,
            data_folder=self.folder,
        )

    @cached_property
    def operations(self) -> Engine:
        from storage.operations import imports
        from storage.operations.engine import open_operations, writing

        engine = open_operations(self.environment.operations_url.reveal())
        now = self.clock()
        begun_before = now - LONGEST_IMPORT if self.environment.is_shared else now
        with writing(engine) as session:
            imports.mark_interrupted(session, at=now, begun_before=begun_before)
        return engine

    @property
    def is_open(self) -> bool:
        """Whether this process has the databases open already, as a running bot has."""
        return "operations" in self.__dict__

    def close(self) -> None:
        for name in ("facts", "operations"):
            if engine := self.__dict__.pop(name, None):
                engine.dispose()


def make_private_folder(folder: Path) -> None:
    """The data folder, readable by its owner alone where it is ours to make."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The data folder {folder} can't be made: {(error.strerror or 'unknown').lower()}.",
            "Choose another with --data or CAREKPI_DATA.",
        ) from error


class FolderInUseError(UserError):
    """Another process has the data folder."""


Found = TypeVar("Found")


@contextmanager
def at_work(
    environment: DataEnvironment, find_bot: Callable[[Path], Found | None]
) -> Iterator[Found | None]:
    """Where facts are on a server, anybody may work beside others; else only who has the folder."""
    if environment.facts_on_server:
        make_private_folder(environment.folder)
        yield None
        return
    with holding(environment.folder, lambda: find_bot(environment.folder)) as bot:
        yield bot


@contextmanager
def holding(
    folder: Path,
    find_bot: Callable[[], Found | None],
    patience_seconds: float = PATIENCE_SECONDS,
) -> Iterator[Found | None]:
    """Has the folder for this process alone, and yields None; or else the bot that has it.

    ``find_bot`` is asked as long as the lock is taken: a bot that starts takes it before it
    listens, and one that stops gives it back after.
    """
    make_private_folder(folder)
    with _lock_file(folder) as descriptor:
        yield _acquire(descriptor, folder, find_bot, monotonic() + patience_seconds)


@contextmanager
def _lock_file(folder: Path) -> Iterator[int]:
    path = folder / LOCK_NAME
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UserError(
            f"{path} can't be written: {(error.strerror or 'unknown').lower()}.",
            "Choose a data folder that you may write to, with --data or CAREKPI_DATA.",
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(
    descriptor: int, folder: Path, find_bot: Callable[[], Found | None], deadline: float
) -> Found | None:
    while not _try_lock(descriptor):
        if bot := find_bot():
            return bot
        if monotonic() > deadline:
            raise FolderInUseError(
                f"Another carekpi command is using the data folder {folder}.",
                "Try again when it has finished.",
            )
        Event().wait(LOOK_AGAIN_SECONDS)
    return None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
            return False
        raise
    return True
