from __future__ import annotations

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.cadences.cadence import (
    Cadence,
    Days,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    PostingHours,
    Weekday,
    Weekdays,
)
from storage.cadences.reading import read_cadence, stored_cadence
from storage.cadences.writing import as_text, described
from storage.errors import UserError
from storage.periods import Grain

BERLIN = "Europe/Berlin"
MONDAY, TUESDAY, THURSDAY = Weekday.MONDAY, Weekday.TUESDAY, Weekday.THURSDAY
EXAMPLES = 'Write it like "mondays 09:00", "every working day 17:30" or "3rd working day 08:00".'
CASES: list[tuple[str, Days, time]] = [
    ("mondays 09:00", Weekdays((MONDAY,)), time(9)),
    ("Monday, 9.30", Weekdays((MONDAY,)), time(9, 30)),
    ("weekly on Mon at 9 am", Weekdays((MONDAY,)), time(9)),
    ("every monday 5:30pm", Weekdays((MONDAY,)), time(17, 30)),
    ("tue and thu 10:15", Weekdays((TUESDAY, THURSDAY)), time(10, 15)),
    ("thu, tue 12am", Weekdays((TUESDAY, THURSDAY)), time(0)),
    ("mon-thu 12pm", Weekdays(tuple(Weekday)[:4]), time(12)),
    ("saturday to monday 9:00", Weekdays((MONDAY, *tuple(Weekday)[5:])), time(9)),
    ("every day 07:05", EveryDay(), time(7, 5)),
    ("daily 23:59", EveryDay(), time(23, 59)),
    ("every working day 17:30", EveryWorkingDay(), time(17, 30)),
    ("daily on working days 17:30", EveryWorkingDay(), time(17, 30)),
    ("weekdays 17:30", EveryWorkingDay(), time(17, 30)),
    ("each business day at 17:30", EveryWorkingDay(), time(17, 30)),
    ("monthly on the 3rd 08:00", NthDay(3), time(8)),
    ("on the 31st of each month 08:00", NthDay(31), time(8)),
    ("3rd working day 08:00", NthDay(3, working=True), time(8)),
    ("the third workday of every month 08:00", NthDay(3, working=True), time(8)),
    ("every 3rd of the month 08:00", NthDay(3), time(8)),
    ("last day of the month 16:00", LastDay(), time(16)),
    ("end of month 16:00", LastDay(), time(16)),
    ("last working day of the month 16:00", LastDay(working=True), time(16)),
    ("quarterly on the 5th 09:00", NthDay(5, grain=Grain.QUARTER), time(9)),
    ("2nd working day of the quarter 9am", NthDay(2, working=True, grain=Grain.QUARTER), time(9)),
    ("last day of each quarter 09:00", LastDay(grain=Grain.QUARTER), time(9)),
]


@pytest.mark.parametrize(("text", "days", "at"), CASES)
def test_cadence_as_people_write_it(text: str, days: Days, at: time) -> None:
    assert read_cadence(text, BERLIN) == Cadence(days, at, BERLIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mondays 09:00", Cadence(Weekdays((MONDAY,)), time(9), BERLIN, "DE")),
        (
            "mondays 09:00 america/new_york",
            Cadence(Weekdays((MONDAY,)), time(9), "America/New_York", "DE"),
        ),
        (
            "every working day 08:00 in UTC holidays us-ca between 8am and 18:00",
            Cadence(EveryWorkingDay(), time(8), "UTC", "US-CA", PostingHours(time(8), time(18))),
        ),
        (
            "every working day 08:00 holidays CH-Stadt Zurich between 07:00 and 09:00",
            Cadence(
                EveryWorkingDay(),
                time(8),
                BERLIN,
                "CH-Stadt Zurich",
                PostingHours(time(7), time(9)),
            ),
        ),
    ],
)
def test_zone_holidays_and_hours_may_follow(text: str, expected: Cadence) -> None:
    assert read_cadence(text, BERLIN, "DE") == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", f'I don\'t know when "" is. {EXAMPLES}'),
        ("0 9 * * 1", '"0 9 * * 1" lacks a time. Write it after the days, as in "mondays 09:00".'),
        ("mondays", '"mondays" lacks a time. Write it after the days, as in "mondays 09:00".'),
        (
            "mondays at 9",
            '"mondays at 9" lacks a time. Write it after the days, as in "mondays 09:00".',
        ),
        ("09:00", f'I don\'t know when "09:00" is. {EXAMPLES}'),
        ("modnays 09:00", 'I don\'t know when "modnays 09:00" is. Did you mean "mondays"?'),
        ("full moon 09:00", f'I don\'t know when "full moon 09:00" is. {EXAMPLES}'),
        (
            "every other monday 09:00",
            f'I don\'t know when "every other monday 09:00" is. {EXAMPLES}',
        ),
        ("second monday 09:00", f'I don\'t know when "second monday 09:00" is. {EXAMPLES}'),
        ("every 3rd day 09:00", f'I don\'t know when "every 3rd day 09:00" is. {EXAMPLES}'),
        ("weekly on the 3rd 09:00", f'I don\'t know when "weekly on the 3rd 09:00" is. {EXAMPLES}'),
        ("1st and 15th 09:00", f'I don\'t know when "1st and 15th 09:00" is. {EXAMPLES}'),
        ("monday to 09:00", f'I don\'t know when "monday to 09:00" is. {EXAMPLES}'),
        ("every 09:00", f'I don\'t know when "every 09:00" is. {EXAMPLES}'),
        ("monthly on 3 09:00", 'I don\'t know when "monthly on 3 09:00" is. Did you mean "3rd"?'),
        ("weekly 09:00", 'A weekly one needs a weekday. Write it as in "mondays 09:00".'),
        (
            "monthly 09:00",
            '"monthly 09:00" lacks the day. Write it as in "monthly on the 3rd 08:00".',
        ),
        ("mondays 24:00", '"24:00" is no time of the day. Write it as 09:00 or 17:30.'),
        ("mondays 09:60", '"09:60" is no time of the day. Write it as 09:00 or 17:30.'),
        ("mondays 13pm", '"13pm" is no time of the day. Write it as 09:00 or 17:30.'),
        ("32nd 09:00", "No month has a day 32. Choose one from 1 to 31, or the last."),
        (
            "mondays 09:00 sharp",
            'I don\'t know a time zone "sharp". Use a name like Europe/Berlin or UTC.',
        ),
        (
            "mondays 09:00 between 10:00 and 18:00",
            (
                "09:00 lies outside of the hours for posting, 10:00 to 18:00."
                " Choose a time within them."
            ),
        ),
        ("x" * 70 + " 09:00", f'I don\'t know when "{"x" * 60}…" is. {EXAMPLES}'),
    ],
)
def test_what_is_no_cadence_is_told_with_a_next_step(text: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        read_cadence(text, BERLIN)
    assert str(refused.value) == told


TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
GRAINS = st.sampled_from([Grain.MONTH, Grain.QUARTER])
DAYS = st.one_of(
    st.just(EveryDay()),
    st.just(EveryWorkingDay()),
    st.builds(Weekdays, st.lists(st.sampled_from(Weekday), min_size=1, max_size=7).map(tuple)),
    st.builds(NthDay, st.integers(1, 31), st.just(False), GRAINS),  # noqa: FBT003 - by position
    st.builds(NthDay, st.integers(1, 23), st.just(True), GRAINS),  # noqa: FBT003 - by position
    st.builds(LastDay, st.booleans(), GRAINS),
)
ZONES = st.sampled_from(["UTC", BERLIN, "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Cuba"])
COUNTRIES = st.sampled_from(["", "DE", "DE-BE", "US", "CH-Stadt Zurich"])


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    hours = draw(st.none() | st.builds(PostingHours, TIMES, TIMES))
    at = draw(TIMES.filter(lambda each: hours is None or each in hours))
    return Cadence(draw(DAYS), at, draw(ZONES), draw(COUNTRIES), hours)


@settings(deadline=None)
@given(cadences())
def test_stored_text_is_read_back_as_the_same_cadence(cadence: Cadence) -> None:
    text = as_text(cadence)
    assert stored_cadence(text) == cadence
    assert as_text(stored_cadence(text)) == text


@settings(deadline=None)
@given(cadences())
def test_description_is_read_back_as_the_same_cadence(cadence: Cadence) -> None:
    assert read_cadence(described(cadence), "UTC") == cadence


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    with suppress(UserError):
        assert read_cadence(f"{text} 09:00", BERLIN).at == time(9)
