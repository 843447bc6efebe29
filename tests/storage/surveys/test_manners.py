"""``[surveys]`` of the settings: read, and every problem with its line."""

from __future__ import annotations

import pytest

from storage.errors import SettingsError
from storage.settings import parse_settings
from storage.surveys.manners import Manners

WRONG = """
[surveys]
days_betwen = 20
hours = "18:00-09:00"
daily_cap = 0
csat_days = "30"
reminder_days = 14
"""
TOO_LATE = (
    "A reminder after 14 days comes too late for what expires after 14."
    " Set reminder_days lower, 0 for no reminder."
)


def test_settings_are_taken() -> None:
    text = '[surveys]\ndays_between = 20\nhours = "08:30-17:00"\nreminder_days = 0\n'
    assert parse_settings(text, ()).surveys == Manners(
        days_between=20, hours=(510, 1020), reminder_days=0
    )
    assert parse_settings("", ()).surveys == Manners()


def test_every_problem_is_told_with_its_line() -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings(WRONG, ())
    assert refused.value.sentence.splitlines()[1:-1] == [
        '  line 3: I don\'t know a setting of surveys "days_betwen". Did you mean days_between?',
        '  line 4: hours must begin before they end, within one day, not "18:00-09:00".',
        "  line 5: daily_cap must be a whole number of 1 or more, not 0.",
        '  line 6: csat_days must be a whole number of 1 or more, not "30".',
        f"  line 7: {TOO_LATE}",
    ]


@pytest.mark.parametrize(
    ("kind", "purpose", "days"),
    [("csat", "contact", 45), ("nps", "contact", 90), ("csat", "relationship", 180)],
)
def test_clock_of_a_kind_is_never_shorter_than_the_common_one(
    kind: str, purpose: str, days: int
) -> None:
    assert Manners(days_between=45).clock_days(kind, purpose) == days
