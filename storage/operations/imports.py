"""The history of imports: which file was loaded when, by whom, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.operations.audit import By, record
from storage.operations.models import FileImport, ImportOutcome

FEWEST_LOADS = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a file's rows; ``replaced`` ones are among the loaded."""

    read: int
    loaded: int
    replaced: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended; ``reason`` says why where nothing was loaded."""

    outcome: ImportOutcome
    at: datetime
    source: str | None = None
    counts: Counts | None = None
    until: datetime | None = None
    reason: str | None = None


def start(session: Session, fact: str, file_name: str, mapping: str, by: By) -> int:
    """Notes that a file is being loaded, and returns the id under which it is finished."""
    begun = FileImport(
        fact=fact,
        file_name=file_name,
        mapping=mapping,
        who=by.who,
        started_at=by.at,
        outcome=ImportOutcome.RUNNING,
    )
    session.add(begun)
    session.flush()
    return begun.id


def finish(session: Session, import_id: int, ending: Ending) -> None:
    ended = session.get_one(FileImport, import_id)
    ended.outcome, ended.finished_at = ending.outcome, ending.at
    ended.source, ended.until, ended.reason = ending.source, ending.until, ending.reason
    if ending.counts is not None:
        ended.rows_read, ended.rows_loaded = ending.counts.read, ending.counts.loaded
        ended.rows_replaced = ending.counts.replaced
        ended.rows_rejected = ending.counts.rejected
    _audited(session, ended, ending.counts)


def _audited(session: Session, ended: FileImport, counts: Counts | None) -> None:
    said = f"{ended.outcome.value}: {counts.loaded} loaded" if counts else ended.outcome.value
    by = By(ended.who, ended.finished_at or ended.started_at)
    record(session, by, "file imported", ended.fact, f"{ended.file_name}, {said}")


def mark_interrupted(session: Session, *, at: datetime, begun_before: datetime) -> None:
    """Closes what a crash left running; who alone has the data folder can be sure of them all."""
    session.execute(
        update(FileImport)
        .where(FileImport.outcome == ImportOutcome.RUNNING, FileImport.started_at <= begun_before)
        .values(outcome=ImportOutcome.INTERRUPTED, finished_at=at)
    )


def longest_waits(session: Session, since: datetime) -> dict[tuple[str, str], float | None]:
    """The longest that newer data was waited for: from where a load ended until the next load.

    In seconds, by source and fact; None where fewer than ``FEWEST_LOADS`` loads were finished
    since, so that nobody knows how often it comes.
    """
    chosen = select(FileImport).where(
        FileImport.outcome == ImportOutcome.LOADED, FileImport.finished_at >= since
    )
    loads: dict[tuple[str, str], list[FileImport]] = {}
    for each in session.scalars(chosen.order_by(FileImport.finished_at, FileImport.id)):
        if each.source and each.until:
            loads.setdefault((each.source, each.fact), []).append(each)
    return {key: _longest_wait(found) for key, found in loads.items()}


def _longest_wait(loads: Sequence[FileImport]) -> float | None:
    if len(loads) < FEWEST_LOADS:
        return None
    waits = (
        (after.finished_at - before.until).total_seconds()
        for before, after in pairwise(loads)
        if before.until and after.finished_at
    )
    return max(waits)


def newest(session: Session, limit: int = 50) -> Sequence[FileImport]:
    """The newest imports, newest first."""
    newest_first = select(FileImport).order_by(FileImport.started_at.desc(), FileImport.id.desc())
    return session.scalars(newest_first.limit(limit)).all()
