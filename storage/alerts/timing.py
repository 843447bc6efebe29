"""When a rule is looked at, and when what it found may be told. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from storage.errors import UserError
from storage.periods import local_day, zone

USUAL_QUIET = "20:00-07:00"
MUTE_ENDS_AT = time(8)
_QUIET = re.compile(r"\s*(\d{1,2})(?::(\d\d))?\s*(?:-|to|until|–|—)\s*(\d{1,2})(?::(\d\d))?\s*")  # noqa: RUF001 - dashes as phones type them
_NONE = {"", "none", "never", "no", "off"}


@dataclass(frozen=True, slots=True)
class Told:
    """What decides when a rule's findings may be told.

    ``quiet`` is such as ``20:00-07:00``, empty for none; ``told_on`` the local day of its last
    message.
    """

    timezone: str
    quiet: str = ""
    muted_until: datetime | None = None
    told_on: date | None = None

    def may_tell(self, now: datetime) -> bool:
        """Not at quiet hours, not while muted, and once a local day."""
        is_muted = self.muted_until is not None and now < self.muted_until
        is_first = self.told_on != local_day(now, self.timezone)
        return is_first and not is_muted and not is_quiet(self.quiet, now, self.timezone)


def is_due(told: Told, every: timedelta, checked_at: datetime | None, now: datetime) -> bool:
    """Whether it is time to look again: its interval is over, or something ended meanwhile.

    A clock that was put back makes it due, too.
    """
    if checked_at is None or now < checked_at or now - checked_at >= every:
        return True
    if local_day(checked_at, told.timezone) != local_day(now, told.timezone):
        return True
    was_quiet = is_quiet(told.quiet, checked_at, told.timezone)
    has_quiet_ended = was_quiet and not is_quiet(told.quiet, now, told.timezone)
    muted_until = told.muted_until
    return has_quiet_ended or (muted_until is not None and checked_at < muted_until <= now)


def read_quiet(typed: str) -> str:
    """Quiet hours as they are kept; empty for none.

    Raises:
        UserError: it can't be read.
    """
    if typed.strip().casefold() in _NONE:
        return ""
    match = _QUIET.fullmatch(typed)
    times = match and [(int(match[1]), int(match[2] or 0)), (int(match[3]), int(match[4] or 0))]
    if not times or any(hour > 24 or minute > 59 for hour, minute in times):
        raise UserError("I can't read these quiet hours.", f"Write them like {USUAL_QUIET}.")
    start, end = (f"{hour % 24:02}:{minute:02}" for hour, minute in times)
    if start == end:
        raise UserError("Quiet hours need a start and an end.", f"Write them like {USUAL_QUIET}.")
    return f"{start}-{end}"


def is_quiet(quiet: str, instant: datetime, timezone: str) -> bool:
    """By the wall clock: on the night of a clock change they last an hour more or less."""
    if not quiet:
        return False
    start, end = (time.fromisoformat(part) for part in quiet.split("-"))
    local = instant.astimezone(zone(timezone)).time()
    return start <= local < end if start < end else local >= start or local < end


def tomorrow(now: datetime, timezone: str) -> datetime:
    """The next local day, in the morning."""
    return _morning(local_day(now, timezone) + timedelta(days=1), timezone)


def next_week(now: datetime, timezone: str) -> datetime:
    """The next Monday, in the morning."""
    today = local_day(now, timezone)
    return _morning(today + timedelta(days=7 - today.weekday()), timezone)


def _morning(day: date, timezone: str) -> datetime:
    return datetime.combine(day, MUTE_ENDS_AT, zone(timezone))
