"""The file of a backup: a tar of the databases, closed by a manifest with their checksums."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from storage.errors import UserError

FACTS, OPERATIONS, SETTINGS = "facts.duckdb", "operations.sqlite", "carekpi.toml"
NAMES = (OPERATIONS, FACTS, SETTINGS)
MANIFEST = "manifest.json"
FORMAT = 1
LARGEST_MANIFEST_BYTES = 1_000_000
BLOCK_BYTES = 1_048_576
PRIVATE_FILE = 0o600
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; ``files`` are checksums (SHA-256) by name."""

    version: str
    taken_at: datetime
    files: Mapping[str, str]


@dataclass
class Writer:
    """The archive while files are put into it."""

    tar: tarfile.TarFile
    files: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, path: Path) -> None:
        """Puts a file in; it may not grow meanwhile."""
        with path.open("rb") as opened:
            information = _entry(name, path.stat().st_size)
            hashed = _Hashed(opened)
            self.tar.addfile(information, hashed)
        self.files[name] = hashed.digest

    def close(self, version: str, taken_at: datetime) -> None:
        """The manifest goes last: without it an archive is known as half written."""
        told = {
            "format": FORMAT,
            "version": version,
            "taken_at": taken_at.astimezone(UTC).isoformat(),
            "files": self.files,
        }
        content = json.dumps(told | {"sha256": _digest(told)}, indent=2).encode()
        self.tar.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))


@contextmanager
def writing_archive(path: Path) -> Iterator[Writer]:
    """An archive that is there under its name once the block is done, and not at all before."""
    if path.exists():
        raise UserError(f"{path.name} is there already.", "Choose another name.")
    unfinished = path.with_name(path.name + UNFINISHED)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    with os.fdopen(descriptor, "r+b") as file:
        _have_alone(file, path)
        try:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


def extract(path: Path, folder: Path) -> Manifest:
    """Puts the files of an archive into ``folder``, and returns its manifest once all agree.

    Raises:
        UserError: it is none, or not whole, or something in it was changed.
    """
    try:
        with tarfile.open(path, mode="r:") as tar:
            return _extract(tar, path, folder)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", "Check the path.") from None
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def _extract(tar: tarfile.TarFile, path: Path, folder: Path) -> Manifest:
    found: dict[str, str] = {}
    for member in tar:
        if member.name == MANIFEST and member.isreg():
            return _agreed(_content(tar, member), found, path)
        if member.name not in NAMES or member.name in found or not member.isreg():
            raise _damaged(path)
        found[member.name] = _copy(tar, member, folder / member.name)
    raise UserError(
        f"{path.name} was not written to its end.", "Take another backup; this one is of no use."
    )


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    content = tar.extractfile(member)
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        while content and (block := content.read(BLOCK_BYTES)):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if target.stat().st_size != member.size:
        raise tarfile.ReadError
    return digest.hexdigest()


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    opened = tar.extractfile(member)
    if opened is None or member.size > LARGEST_MANIFEST_BYTES:
        raise tarfile.ReadError
    content: dict[str, Any] = json.loads(opened.read())
    return content


def _agreed(told: dict[str, Any], found: Mapping[str, str], path: Path) -> Manifest:
    """The manifest, if it is whole and the files are those that it tells of."""
    if told.get("format") != FORMAT and isinstance(told.get("format"), int):
        raise UserError(
            f"{path.name} was written by another version of CareKPI ({told.get('version')}).",
            "Restore it with that version or a newer one.",
        )
    if told.pop("sha256") != _digest(told) or told["files"] != found:
        raise _damaged(path)
    return Manifest(told["version"], datetime.fromisoformat(told["taken_at"]), found)


def _damaged(path: Path) -> UserError:
    return UserError(
        f"{path.name} is no backup of CareKPI, or it was changed since it was written.",
        "Nothing was restored. Use another backup.",
    )


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, PRIVATE_FILE
    return entry


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _have_alone(file: BinaryIO, path: Path) -> None:
    """What a backup that was killed left behind is written over, one under way is left alone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(f"{path.name} is being written.", "Choose another name.") from None
    file.truncate(0)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._hash.update(block)
        return block

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()
