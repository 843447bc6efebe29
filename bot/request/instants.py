"""Times as people type them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from storage.errors import UserError
from storage.periods import FIRST_YEAR, LAST_YEAR, zone


def parse_instant(text: str, timezone: str) -> datetime:
    """An instant; one without a zone of its own is a local time there.

    Example: ``2016-06-01T00:00Z``, ``2016-06-01 09:30``, ``2016-06-01``.
    """
    local = zone(timezone)
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise _unreadable(text) from error
    if not FIRST_YEAR <= read.year < LAST_YEAR:
        raise _unreadable(text)
    return (read if read.tzinfo else read.replace(tzinfo=local)).astimezone(UTC)


def _unreadable(text: str) -> UserError:
    return UserError(
        f'I can\'t read the time "{text}".', "Write it like 2016-06-01T00:00Z or 2016-06-01 09:30."
    )
