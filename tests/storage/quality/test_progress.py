from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from storage.calendars import BusinessCalendar
from storage.quality.progress import reminder_due

NINE_TO_FIVE = ((9 * 3600, 17 * 3600),)
MONDAY_TO_SATURDAY = BusinessCalendar("Europe/Berlin", (NINE_TO_FIVE,) * 6 + ((),), holidays="DE")


@pytest.mark.parametrize(
    ("sent_at", "calendar", "due_at"),
    [
        (datetime(2026, 6, 15, 9, tzinfo=UTC), None, datetime(2026, 6, 18, 9, tzinfo=UTC)),
        (datetime(2026, 6, 18, 9, tzinfo=UTC), None, datetime(2026, 6, 23, 9, tzinfo=UTC)),
        (datetime(2026, 6, 20, 9, tzinfo=UTC), None, datetime(2026, 6, 24, 9, tzinfo=UTC)),
        (
            datetime(2026, 6, 18, 9, tzinfo=UTC),
            MONDAY_TO_SATURDAY,
            datetime(2026, 6, 22, 9, tzinfo=UTC),
        ),
    ],
    ids=["within a week", "over a weekend", "sent on a Saturday", "Saturday is worked"],
)
def test_reminder_is_due_three_working_days_later(
    sent_at: datetime, calendar: BusinessCalendar | None, due_at: datetime
) -> None:
    assert reminder_due(sent_at, "Europe/Berlin", calendar) == due_at


def test_reminder_waits_over_holidays_and_keeps_the_time_of_day_over_a_clock_change() -> None:
    friday_before = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert date(2026, 4, 3).weekday() == 4
    assert reminder_due(friday_before, "Europe/Berlin", None) == datetime(
        2026, 4, 1, 11, tzinfo=UTC
    )
    before_easter = datetime(2026, 4, 1, 7, tzinfo=UTC)
    assert reminder_due(before_easter, "Europe/Berlin", MONDAY_TO_SATURDAY) == datetime(
        2026, 4, 7, 7, tzinfo=UTC
    )
