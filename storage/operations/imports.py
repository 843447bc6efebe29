"""The history of imports: which file was loaded when, by whom, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.operations.models import FileImport, ImportOutcome


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a file's rows; ``replaced`` ones are among the loaded."""

    read: int
    loaded: int
    replaced: int
    rejected: int


def start(
    session: Session, *, fact: str, file_name: str, mapping: str, who: str, at: datetime
) -> int:
    """Notes that a file is being loaded, and returns the id under which it is finished."""
    begun = FileImport(
        fact=fact,
        file_name=file_name,
        mapping=mapping,
        who=who,
        started_at=at,
        outcome=ImportOutcome.RUNNING,
    )
    session.add(begun)
    session.flush()
    return begun.id


def finish(
    session: Session,
    import_id: int,
    outcome: ImportOutcome,
    *,
    at: datetime,
    source: str | None = None,
    counts: Counts | None = None,
    until: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Notes how it ended; ``reason`` says why where nothing was loaded."""
    ended = session.get_one(FileImport, import_id)
    ended.outcome, ended.finished_at = outcome, at
    ended.source, ended.until, ended.reason = source, until, reason
    if counts is not None:
        ended.rows_read, ended.rows_loaded = counts.read, counts.loaded
        ended.rows_replaced, ended.rows_rejected = counts.replaced, counts.rejected


def mark_interrupted(session: Session, *, at: datetime) -> None:
    """Closes what a crash left running; only for who alone has the data folder."""
    session.execute(
        update(FileImport)
        .where(FileImport.outcome == ImportOutcome.RUNNING)
        .values(outcome=ImportOutcome.INTERRUPTED, finished_at=at)
    )


def newest(session: Session, limit: int = 50) -> Sequence[FileImport]:
    """The newest imports, newest first."""
    newest_first = select(FileImport).order_by(FileImport.started_at.desc(), FileImport.id.desc())
    return session.scalars(newest_first.limit(limit)).all()
