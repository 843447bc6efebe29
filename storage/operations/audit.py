"""Who changed what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.operations.models import AuditEntry


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
