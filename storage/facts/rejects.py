"""Rows set aside: a file that says for each what is wrong, on which line and with which value."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TextIO

REJECTS = "rejects"
KEPT_FOR = timedelta(days=30)
HEADER = ("line", "column", "value", "reason")


@dataclass(frozen=True, slots=True)
class Reject:
    """One fault of one row; a row with two faults has two."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RejectsWritten:
    """What a rejects file holds: how many rows, and how many faults of each kind."""

    rows: int
    reasons: Counter[str]
    file: Path | None


def write_rejects(rejects: Iterable[Reject], path: Path) -> RejectsWritten:
    """Writes rejects in the order of the file they are from; none at all makes no file.

    Faults of one row come one after the other.
    """
    waiting = iter(rejects)
    first = next(waiting, None)
    if first is None:
        return RejectsWritten(0, Counter(), None)
    try:
        with _create(path) as file:
            rows, reasons = _write_all(chain([first], waiting), file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return RejectsWritten(rows, reasons, path)


def _write_all(rejects: Iterable[Reject], file: TextIO) -> tuple[int, Counter[str]]:
    reasons: Counter[str] = Counter()
    rows, last_line = 0, None
    writer = csv.writer(file)
    writer.writerow(HEADER)
    for reject in rejects:
        writer.writerow((reject.line, reject.column, reject.value, reject.reason))
        reasons[reject.reason] += 1
        rows += reject.line != last_line
        last_line = reject.line
    return rows, reasons


def rejects_path(data_folder: Path, source: str, fact: str, now: datetime) -> Path:
    """A name not yet taken, such as ``zendesk-contacts-20261122T064510Z.csv``."""
    stem = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', source)[:80]}-{fact}-{now:%Y%m%dT%H%M%SZ}"
    folder = data_folder / REJECTS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path, number = folder / f"{stem}.csv", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.csv"
    return path


def purge_rejects(data_folder: Path, now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """Deletes rejects files that are older; they hold customers' data. Returns how many."""
    oldest = (now - kept_for).timestamp()
    old = [p for p in (data_folder / REJECTS).glob("*.csv") if p.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _create(path: Path) -> TextIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
