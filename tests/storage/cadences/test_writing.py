from __future__ import annotations

from datetime import time

import pytest

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
from storage.cadences.writing import as_text, described, ordinal
from storage.periods import Grain

EVERY = tuple(Weekday)


@pytest.mark.parametrize(
    ("days", "told", "stored"),
    [
        (EveryDay(), "every day", "every day"),
        (EveryWorkingDay(), "every working day", "every working day"),
        (Weekdays(EVERY[:1]), "Mondays", "mondays"),
        (
            Weekdays((EVERY[1], EVERY[3])),
            "Tuesdays and Thursdays",
            "tuesdays and thursdays",
        ),
        (
            Weekdays((EVERY[0], EVERY[1], EVERY[4])),
            "Mondays, Tuesdays and Fridays",
            "mondays and tuesdays and fridays",
        ),
        (
            Weekdays(EVERY[1:4]),
            "Tuesdays to Thursdays",
            "tuesdays and wednesdays and thursdays",
        ),
        (NthDay(3), "the 3rd of each month", "3rd day of the month"),
        (NthDay(31), "the 31st of each month, or its last day,", "31st day of the month"),
        (
            NthDay(3, working=True),
            "the 3rd working day of each month",
            "3rd working day of the month",
        ),
        (LastDay(), "the last day of each month", "last day of the month"),
        (
            LastDay(working=True, grain=Grain.QUARTER),
            "the last working day of each quarter",
            "last working day of the quarter",
        ),
    ],
)
def test_cadence_in_words(days: Days, told: str, stored: str) -> None:
    cadence = Cadence(days, time(9), "Europe/Berlin")
    assert described(cadence) == f"{told} at 09:00 (Europe/Berlin)"
    assert as_text(cadence) == f"{stored} 09:00 in Europe/Berlin"


def test_holidays_and_hours_for_posting_in_words() -> None:
    office = PostingHours(time(8), time(18))
    cadence = Cadence(EveryWorkingDay(), time(9), "Europe/Berlin", "DE-BE", office)
    assert described(cadence) == (
        "every working day at 09:00"
        " (Europe/Berlin, holidays of DE-BE, only between 08:00 and 18:00)"
    )
    assert as_text(cadence) == (
        "every working day 09:00 in Europe/Berlin holidays of DE-BE only between 08:00 and 18:00"
    )


def test_ordinals() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 23, 30, 31)
    assert " ".join(map(ordinal, numbers)) == (
        "1st 2nd 3rd 4th 11th 12th 13th 20th 21st 22nd 23rd 30th 31st"
    )
