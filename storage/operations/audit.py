"""Who changed what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.operations.models import AuditEntry


def record(
    session: Session, *, who: str, what: str, about: str, details: str, at: datetime
) -> None:
    """Adds an entry in the transaction of the change itself, so there is never one without it."""
    session.add(AuditEntry(who=who, what=what, about=about, details=details, at=at))


def newest(session: Session, limit: int = 50) -> Sequence[AuditEntry]:
    """The newest entries, newest first."""
    newest_first = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest_first.limit(limit)).all()
