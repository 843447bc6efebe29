from __future__ import annotations

from datetime import date

import pytest

from storage.calendars import BusinessCalendar
from storage.errors import SettingsError
from storage.settings import Settings, parse_settings

HOUR = 3600
NINE_TO_FIVE = ((9 * HOUR, 17 * HOUR),)


def read(text: str) -> Settings:
    return parse_settings(text, ())


def problems(text: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read(text)
    return [line.strip() for line in str(raised.value).splitlines()[1:-1]]


def test_calendar_is_read_whole() -> None:
    settings = read("""
timezone = "America/New_York"
[calendars.Billing]
timezone = "Europe/Berlin"
monday = ["13:00 - 17:30", "08:00-12:00"]
sunday = ["00:00-24:00"]
holidays = "de-be"
closed_days = [2026-12-24, "2026-12-31"]
[calendars."*"]
friday = ["09:00-17:00"]
""")
    lunch = ((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR + 1800))
    assert settings.calendars == {
        "Billing": BusinessCalendar(
            "Europe/Berlin",
            (lunch, (), (), (), (), (), ((0, 24 * HOUR),)),
            "DE-BE",
            frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
        ),
        "*": BusinessCalendar("America/New_York", ((), (), (), (), NINE_TO_FIVE, (), ())),
    }


def test_calendar_of_a_team_is_its_own_or_that_of_the_others() -> None:
    own = '[calendars.Billing]\nmonday = ["09:00-17:00"]\n'
    assert read(own).calendar_name("billing") == "Billing"
    assert read(own).calendar_name("care") is None
    others = read(own + '[calendars."*"]\nmonday = ["09:00-17:00"]\n')
    assert others.calendar_name("care") == "*"


def test_problems_of_calendars_are_told_together_each_with_its_line() -> None:
    text = """smal_sample = 3
[calendars.billing]
timezone = "Berlin"
mondey = ["08:00-12:00"]
monday = ["08:00-12:00", "11:30-17:00"]
holidays = "DE-BX"
[calendars.care]
closed_days = ["24.12.2026"]
"""
    assert problems(text) == [
        'line 1: I don\'t know a setting "smal_sample". Did you mean small_sample?',
        (
            'line 3: timezone is "Berlin", which is no time zone. Use a name like Europe/Berlin or'
            " UTC."
        ),
        'line 4: I don\'t know a part of a calendar "mondey". Did you mean monday?',
        "line 5: monday has hours that overlap, at 11:30.",
        (
            'line 6: holidays is "DE-BX": DE has no part "BX". Known are: Augsburg, BB, BE, BW, BY,'
            " HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH."
        ),
        'line 7: This calendar has no hours. Write some, such as: monday = ["09:00-17:00"]',
        'line 8: closed_days has "24.12.2026"; write a day as 2026-12-24.',
    ]


NOT_A_COUNTRY = 'Use a country, such as "DE", or a part of one, such as "DE-BE".'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'monday = "09:00-17:00"',
            'monday must be a list of hours, such as ["08:00-12:00", "13:00-17:30"].',
        ),
        ('monday = ["9-17"]', 'monday must have hours such as "08:00-12:00", not "9-17".'),
        ("monday = [9]", 'monday must have hours such as "08:00-12:00", not 9.'),
        ('monday = ["08:00-24:30"]', 'monday has "08:00-24:30"; a day ends at 24:00.'),
        (
            'monday = ["22:00-06:00"]',
            (
                'monday has "22:00-06:00", which ends before it starts. Write a night as two: until'
                " 24:00, and from 00:00 on the next day."
            ),
        ),
        ('holidays = "Germany"', f'holidays is "Germany". {NOT_A_COUNTRY}'),
        ("holidays = 49", f"holidays is 49. {NOT_A_COUNTRY}"),
        (
            "closed_days = 2026-12-24",
            "closed_days must be a list of days, such as [2026-12-24, 2026-12-31].",
        ),
        (
            "timezone = true",
            "timezone is true, which is no time zone. Use a name like Europe/Berlin or UTC.",
        ),
    ],
)
def test_unfit_part_of_a_calendar_is_named(line: str, told: str) -> None:
    text = f'[calendars.care]\n{line}\ntuesday = ["09:00-17:00"]\n'
    assert problems(text) == [f"line 2: {told}"]


def test_calendars_are_sections() -> None:
    told = "calendars are sections: write [calendars.billing] above the hours of a team."
    assert problems("calendars = 5\n") == [f"line 1: {told}"]
    assert problems('[calendars]\nmonday = ["09:00-17:00"]\n') == [f"line 1: {told}"]


def test_team_with_two_calendars_is_refused() -> None:
    text = (
        '[calendars.care]\nmonday = ["09:00-17:00"]\n[calendars.Care]\nmonday = ["09:00-17:00"]\n'
    )
    assert problems(text) == [
        'line 3: "Care" and "care" are one team: keep one of the two calendars.'
    ]
