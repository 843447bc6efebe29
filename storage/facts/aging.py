"""Takes out of the facts what is older than it is to be kept."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from storage.facts.tables import contacts, surveys


def forget_comments(connection: Connection, before: datetime) -> int:
    """Empties the comments of surveys answered before a time; scores stay. Returns how many."""
    answered_at = func.coalesce(surveys.c.answered_at, surveys.c.sent_at)
    old = and_(surveys.c.comment.is_not(None), answered_at < _kept_as(before))
    number = _counted(connection, old)
    if number:
        connection.execute(update(surveys).where(old).values(comment=None))
    return number


def forget_contacts(connection: Connection, before: datetime) -> int:
    """Deletes contacts that ended before a time; one that is still open stays. Returns how many."""
    at, contact = _kept_as(before), contacts.c
    has_ended = or_(contact.resolved_at < at, and_(contact.abandoned, contact.opened_at < at))
    old = and_(contact.opened_at < at, has_ended)
    number = _counted(connection, old)
    if number:
        connection.execute(delete(contacts).where(old))
    return number


def _counted(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).where(which)) or 0


def _kept_as(instant: datetime) -> datetime:
    """Facts hold UTC without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)
