"""Who changed what, who looked at whose figures, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.operations.models import AuditEntry

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and when."""

    who: str
    at: datetime


def record(session: Session, by: By, what: str, about: str, details: str) -> None:
    """Adds an entry in the transaction of the change itself, so there is never one without it."""
    session.add(AuditEntry(who=by.who, at=by.at, what=what, about=about, details=details))


def newest(session: Session, limit: int = 50) -> Sequence[AuditEntry]:
    """The newest entries, newest first."""
    newest_first = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from ``since`` on, with these words in what they are about or who did it."""

    since: datetime
    about: str = ""
    who: str = ""


def entries(session: Session, wanted: Wanted) -> Iterator[AuditEntry]:
    """The entries that are wanted, the oldest first; read bit by bit, however many there are."""
    chosen = select(AuditEntry).where(AuditEntry.at >= wanted.since)
    for column, words in ((AuditEntry.about, wanted.about), (AuditEntry.who, wanted.who)):
        if words:
            chosen = chosen.where(column.icontains(words, autoescape=True))
    ordered = chosen.order_by(AuditEntry.at, AuditEntry.id)
    yield from session.scalars(ordered.execution_options(yield_per=AT_ONCE))


def forget_entries(session: Session, before: datetime) -> int:
    """Deletes those made before a time, and returns how many."""
    return session.execute(delete(AuditEntry).where(AuditEntry.at < before)).rowcount  # type: ignore[attr-defined,no-any-return]  # a delete's result has it
