"""The clock: what it says, and where it can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.playground.errors import PlaygroundError
from bot.playground.page.desk import Desk
from bot.playground.people import Person

MORNING = time(9)
JUMPS = {
    "hour": "One hour on",
    "tomorrow": "Tomorrow 09:00",
    "monday": "Next Monday 09:00",
}


def clock_says(desk: Desk, person: Person) -> str:
    """``Mon 2 Mar 2026, 10:00``, where that person is."""
    now = desk.state.clock().astimezone(ZoneInfo(person.tz))
    return f"{now:%a} {now.day} {now:%b %Y, %H:%M}"


def move(desk: Desk, person: Person, jump: str, typed: str) -> None:
    """Move the clock on, and let everybody know.

    Raises:
        PlaygroundError: the clock can't be moved, or not there.
    """
    if desk.move_clock is None:
        raise PlaygroundError("The clock of this workspace can't be moved.")
    now = desk.state.clock()
    then = _target(now.astimezone(ZoneInfo(person.tz)), jump, typed)
    if then <= now:
        raise PlaygroundError("The clock only moves forward. Choose a later time.")
    desk.move_clock(then.astimezone(UTC))
    desk.announce()
    desk.workspace.redeliver()


def _target(now: datetime, jump: str, typed: str) -> datetime:
    """Local times are those of the wall: 09:00 stays 09:00 over a clock change."""
    if jump == "hour":
        return (now.astimezone(UTC) + timedelta(hours=1)).astimezone(now.tzinfo)
    if jump == "tomorrow":
        return _morning(now, 1)
    if jump == "monday":
        return _morning(now, 7 - now.weekday())
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=now.tzinfo)
    except ValueError as error:
        raise PlaygroundError("Choose a date and a time.") from error


def _morning(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), MORNING, now.tzinfo)
