"""Half hours to talk, on days that the team works."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from storage.calendars import BusinessCalendar
from storage.quality.meeting import half_hours

HOUR = 3600
WEEKDAYS = ((9 * HOUR, 17 * HOUR),)
CLOSED_ON_MONDAY = BusinessCalendar(
    "America/New_York", ((), WEEKDAYS, WEEKDAYS, WEEKDAYS, WEEKDAYS, (), ())
)
EVENINGS = BusinessCalendar("UTC", (((17 * HOUR, 21 * HOUR),),) * 7)
ALWAYS_CLOSED = BusinessCalendar("UTC", ((),) * 7, closed_days=frozenset({date(2026, 6, 17)}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "calendar", "starts"),
    [
        (at(17, 5), None, (at(17, 8), at(17, 12), at(18, 8))),
        (at(17, 7), None, (at(17, 12), at(18, 8), at(18, 12))),
        (at(19, 11), None, (at(22, 8), at(22, 12), at(23, 8))),
        (at(19, 20), CLOSED_ON_MONDAY, (at(23, 14), at(23, 18), at(24, 14))),
        (at(17, 5), EVENINGS, (at(17, 19), at(18, 19), at(19, 19))),
        (at(17, 5), ALWAYS_CLOSED, ()),
    ],
)
def test_times_are_on_working_days_and_two_hours_off(
    now: datetime, calendar: BusinessCalendar | None, starts: tuple[datetime, ...]
) -> None:
    assert half_hours(now, "Europe/Berlin", calendar) == starts
