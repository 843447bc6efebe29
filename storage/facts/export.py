"""An export as a person hands it over: unpacked, and told apart by its content, not its name."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from storage.errors import UserError
from storage.facts.encoding import AS_CSV, check_text

SAMPLE_BYTES = 1 << 20
LONGEST_LINE_BYTES = 2 * 1000**2
DELIMITERS = (",", ";", "\t", "|")
DAMAGED = (EOFError, OSError, zlib.error, zipfile.BadZipFile)


class Format(Enum):
    """What an export is written in."""

    CSV = "CSV"
    JSON_LINES = "JSON lines"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True)
class Export:
    """A file ready to be read, under a plain name of our own in the staging folder.

    ``columns`` are those of a CSV's header as they are written; of the other formats they are
    found by the reader. ``name`` is what the person calls the file. ``skip`` lines come
    before the header.
    """

    path: Path
    name: str
    format: Format
    columns: tuple[str, ...] = ()
    delimiter: str = ","
    skip: int = 0


class Record(NamedTuple):
    """One record of a text file, and the lines it is made of.

    ``line`` is the line on which it starts; ``place`` is what DuckDB calls its line. Both count
    from 1; values with line breaks set them apart.
    """

    place: int
    line: int
    lines: list[str]


def open_export(file: Path, folder: Path) -> Export:
    """Looks into a file, unpacking it into the folder where it is packed."""
    path = folder / "export"
    _check_readable(file)
    with _readable(file):
        unpacked = _unpack(file, path)
    if not unpacked:
        # Under a name of our own, no character of the real one is taken for a pattern.
        path.symlink_to(file.resolve())
    return _look_into(path, file.name)


@contextmanager
def unchanged(file: Path) -> Iterator[None]:
    """Holds that a file stays as it is while it is read, or else says that it did not.

    It is read more than once; whatever fails because two readings differ is not told.
    """
    before = _state(file)
    try:
        yield
    finally:
        if _state(file) != before:
            raise UserError(
                f"{file.name} changed while it was read, so nothing was loaded.",
                "Import it again when it is complete.",
            )


def _state(file: Path) -> tuple[int, ...] | None:
    """What is another where a file was written to, or another took its place."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _check_readable(file: Path) -> None:
    if not file.exists():
        raise UserError(f"There is no file {file}.", "Check the path.")
    if not file.is_file():
        raise UserError(f"{file} is not a file.", "Name the file to import.")


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise UserError(f"{file} may not be read.", "Check the file's permissions.") from error


def _unpack(file: Path, path: Path) -> bool:
    with file.open("rb") as packed:
        start = packed.read(4)
    if start.startswith(b"PK"):
        _unzip(file, path)
    elif start.startswith(b"\x1f\x8b"):
        _copy(file, path, gzip.GzipFile(file))
    else:
        return False
    return True


def _unzip(file: Path, path: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            member = _only_member(archive, file.name)
            _copy(file, path, archive.open(member))
    except NotImplementedError as error:
        raise UserError(f"{file.name} is packed in a way I can't read.", "Unpack it.") from error
    except zipfile.BadZipFile as error:
        raise _damaged(file, error) from error


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    inside = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
    if any(member.filename == "[Content_Types].xml" for member in inside):
        raise UserError(f"{name} is an Office document.", AS_CSV)
    if len(inside) != 1:
        raise UserError(
            f"{name} holds {len(inside)} files; one is expected.", "Import them one by one."
        )
    if inside[0].flag_bits & 1:
        raise UserError(f"{name} is protected by a password.", "Unpack it first.")
    return inside[0]


def _copy(file: Path, path: Path, packed: IO[bytes] | gzip.GzipFile) -> None:
    try:
        with packed, path.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, SAMPLE_BYTES)
    except DAMAGED as error:
        raise _damaged(file, error) from error


def _damaged(file: Path, error: Exception) -> UserError:
    if isinstance(error, OSError) and error.errno is not None:
        return UserError(f"{file.name} can't be unpacked: {error.strerror}.", "Free some space.")
    return UserError(f"{file.name} is damaged or cut off.", "Export or download it again.")


def _look_into(path: Path, name: str) -> Export:
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample.strip():
        raise UserError(f"{name} is empty.", "Export it again.")
    if sample.startswith(b"PAR1"):
        return Export(path, name, Format.PARQUET)
    check_text(sample, name, is_part=len(sample) == SAMPLE_BYTES)
    if sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        _check_json_lines(sample, name)
        return Export(path, name, Format.JSON_LINES)
    return _csv(path, name)


def _check_json_lines(sample: bytes, name: str) -> None:
    first = sample.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    if len(first) >= SAMPLE_BYTES - 16:
        return
    try:
        is_object = isinstance(json.loads(first), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise UserError(
            f"{name} is JSON, but not one object on each line.", "Export it as JSON lines or CSV."
        )


def _csv(path: Path, name: str) -> Export:
    allow_long_fields()
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        skip, delimiter = _before_header(file)
        header = _header(file, delimiter, name)
        if not any(line.strip() for line in file):
            raise UserError(f"{name} has a header but no rows.", "Export it again.")
    return Export(path, name, Format.CSV, tuple(header), delimiter, skip)


def _header(file: IO[str], delimiter: str, name: str) -> list[str]:
    try:
        return next(csv.reader(file, delimiter=delimiter))
    except csv.Error as error:
        sentence = f"{name} opens a quote in its header and never closes it."
        raise UserError(sentence, "Export it again.") from error


def _before_header(file: IO[str]) -> tuple[int, str]:
    """How many lines come before the header, blank or Excel's ``sep=;``, and what separates."""
    skip, marked = 0, None
    for line in iter(file.readline, ""):
        if line.lower().startswith("sep=") and len(line.strip()) == 5:
            marked = line[4]
        elif line.strip():
            break
        skip += 1
    delimiter = marked or max(DELIMITERS, key=line.count)
    file.seek(0)
    for _ in range(skip):
        file.readline()
    return skip, delimiter


def allow_long_fields() -> None:
    """As long as DuckDB allows a line to be; the csv module stops at 128 KiB otherwise."""
    csv.field_size_limit(LONGEST_LINE_BYTES)


def records(export: Export) -> Iterator[Record]:
    """The records of a text file from the header on, without blank lines."""
    with export.path.open(encoding="utf-8", newline="", errors="replace") as file:
        if export.format is Format.CSV:
            allow_long_fields()
            yield from _csv_records(file, export)
        else:
            yield from (Record(n, n, [line]) for n, line in enumerate(file, 1) if line.strip())


def _csv_records(file: IO[str], export: Export) -> Iterator[Record]:
    read = 0
    for place, line in enumerate(file, 1):
        # Most lines hold no quote, and are a record each: the csv module is not asked about them.
        lines = _record_from(line, file, read, export) if '"' in line else [line]
        if line.strip("\r\n") and place > export.skip:
            yield Record(place, read + 1, lines)
        read += len(lines)


def _record_from(first: str, file: IO[str], read: int, export: Export) -> list[str]:
    """The lines of one record that starts with a line; the others are taken from the file."""
    lines: list[str] = []
    try:
        next(csv.reader(_kept(chain([first], file), lines), delimiter=export.delimiter))
    except csv.Error as error:
        raise UserError(
            f"{export.name} opens a quote on line {read + 1} and never closes it, so the rows after"
            " it can't be told apart.",
            "Correct that line, then import again.",
        ) from error
    return lines


def _kept(lines: Iterable[str], kept: list[str]) -> Iterator[str]:
    for line in lines:
        kept.append(line)
        yield line
