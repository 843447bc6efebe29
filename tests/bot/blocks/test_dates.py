from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.blocks import dates
from storage.periods import Grain, period_of, range_of

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("grain", "day", "shown"),
    [
        (Grain.DAY, date(2026, 11, 17), "yesterday (Tue 17 Nov)"),
        (Grain.DAY, date(2026, 11, 9), "Mon 9 Nov"),
        (Grain.DAY, date(2016, 3, 15), "Tue 15 Mar 2016"),
        (Grain.WEEK, date(2026, 11, 11), "week 46 (9 to 15 Nov)"),
        (Grain.WEEK, date(2016, 3, 1), "week 9 (29 Feb to 6 Mar 2016)"),
        (Grain.WEEK, date(2016, 1, 1), "week 53 (28 Dec 2015 to 3 Jan 2016)"),
        (Grain.MONTH, date(2016, 3, 15), "March 2016"),
        (Grain.QUARTER, date(2016, 3, 15), "Q1 2016"),
        (Grain.YEAR, date(2016, 3, 15), "2016"),
    ],
)
def test_period_is_named_as_it_is_lived(grain: Grain, day: date, shown: str) -> None:
    assert dates.period_name(period_of(grain, day, "UTC"), TODAY) == shown


def test_range_is_named_by_both_days() -> None:
    days = range_of(date(2016, 3, 1), date(2016, 3, 15), "UTC")
    assert dates.period_name(days, TODAY) == "1 to 15 Mar 2016"
    assert dates.period_name(range_of(TODAY, TODAY, "UTC"), TODAY) == "18 Nov"


@pytest.mark.parametrize(
    ("grain", "shown"),
    [
        (Grain.DAY, "until 15:05"),
        (Grain.WEEK, "Mon to Wed"),
        (Grain.MONTH, "1 to 18 Nov"),
        (Grain.QUARTER, "1 Oct to 18 Nov"),
        (Grain.YEAR, "1 Jan to 18 Nov"),
    ],
)
def test_running_period_says_how_far_it_has_come(grain: Grain, shown: str) -> None:
    now = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
    period = period_of(grain, TODAY, "Europe/Berlin")
    assert dates.elapsed_name(period, now, TODAY) == shown


def test_midnight_has_not_entered_the_new_day() -> None:
    midnight = datetime(2016, 4, 15, tzinfo=UTC)
    period = period_of(Grain.MONTH, date(2016, 4, 15), "UTC")
    assert dates.elapsed_name(period, midnight, date(2016, 4, 15)) == "1 to 14 Apr"
    start = datetime(2016, 4, 1, tzinfo=UTC)
    assert dates.elapsed_name(period, start, date(2016, 4, 1)) == "1 Apr"


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 11, 18, 5, 40, tzinfo=UTC), "today 06:40"),
        (datetime(2026, 11, 17, 22, 55, tzinfo=UTC), "yesterday 23:55"),
        (datetime(2026, 11, 17, 23, 5, tzinfo=UTC), "today 00:05"),
        (datetime(2026, 10, 1, 5, 0, tzinfo=UTC), "1 Oct 07:00"),
        (datetime(2016, 10, 1, 5, 0, tzinfo=UTC), "1 Oct 2016 07:00"),
    ],
)
def test_instant_is_told_by_the_local_clock(instant: datetime, shown: str) -> None:
    now = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
    assert dates.instant_name(instant, now, "Europe/Berlin") == shown


@pytest.mark.parametrize(
    ("grain", "label", "point"),
    [
        (Grain.DAY, "Tue 15 Mar", "15 Mar"),
        (Grain.WEEK, "Week 11", "14 Mar"),
        (Grain.MONTH, "March 2016", "Mar 2016"),
        (Grain.QUARTER, "Q1 2016", "Q1 2016"),
        (Grain.YEAR, "2016", "2016"),
    ],
)
def test_short_names_fit_a_button_and_an_axis(grain: Grain, label: str, point: str) -> None:
    period = period_of(grain, date(2016, 3, 15), "UTC")
    assert (dates.period_label(period), dates.point_name(period)) == (label, point)
