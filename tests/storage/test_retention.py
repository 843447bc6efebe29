"""``[retention]`` of the settings: what is kept for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import SettingsError
from storage.retention import Retention, before
from storage.settings import parse_settings

WRONG = """
[retention]
audit_day = 20
rejects_days = 0
deliveries_days = 7
contacts_months = -1
"""
NOW = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def test_settings_are_taken_and_0_keeps_for_good() -> None:
    text = "[retention]\nrejects_days = 7\naudit_days = 0\ncontacts_months = 24\n"
    assert parse_settings(text, ()).retention == Retention(
        rejects_days=7, audit_days=0, contacts_months=24
    )
    assert parse_settings("", ()).retention == Retention()
    assert before(NOW, 0) is None
    assert before(NOW, 30) == NOW - timedelta(days=30)


def test_every_problem_is_told_with_its_line() -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings(WRONG, ())
    assert refused.value.sentence.splitlines()[1:-1] == [
        '  line 3: I don\'t know a setting of retention "audit_day". Did you mean audit_days?',
        "  line 4: rejects_days must be a whole number of 1 or more, not 0.",
        ("  line 5: deliveries_days must be 30 or more, or a message might be sent twice, not 7."),
        "  line 6: contacts_months must be a whole number of 1 or more, not -1.",
    ]


@pytest.mark.parametrize(
    ("months", "timezone", "oldest"),
    [
        (0, "UTC", None),
        (1, "UTC", "2026-10-01T00:00:00+00:00"),
        (1, "Europe/Berlin", "2026-11-01T00:00:00+01:00"),
        (11, "UTC", "2025-12-01T00:00:00+00:00"),
        (24, "UTC", "2024-11-01T00:00:00+00:00"),
    ],
)
def test_months_that_stay_stay_whole(months: int, timezone: str, oldest: str | None) -> None:
    found = Retention(contacts_months=months).contacts_before(NOW, timezone)
    assert (found.isoformat() if found else None) == oldest
