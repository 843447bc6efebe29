from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import numbers
from storage.metrics.definition import Unit


@pytest.mark.parametrize(
    ("share", "n", "shown"),
    [
        (0.784, 412, "78.4 %"),
        (0.784, 99, "78 %"),
        (2 / 3, 12, "67 %"),
        (0.0, 12, "0 %"),
        (1.0, 1000, "100.0 %"),
        (0.9999, 1000, "over 99.9 %"),
        (0.0001, 20000, "under 0.1 %"),
        (0.999, 50, "over 99 %"),
    ],
)
def test_rate_carries_no_more_digits_than_its_sample(share: float, n: int, shown: str) -> None:
    assert numbers.value(Unit.RATE, share, n) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.42, "0.4 s"),
        (8.0, "8 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (252, "4 min 12 s"),
        (3599.6, "1 h"),
        (8040, "2 h 14 min"),
        (7200, "2 h"),
        (172799, "2 days"),
        (172740, "47 h 59 min"),
        (638424, "7 days 9 h"),
        (-90, "−1 min 30 s"),  # noqa: RUF001 - a minus, as it is read out
    ],
)
def test_duration_is_said_in_two_units_at_most(seconds: float, shown: str) -> None:
    assert numbers.duration(seconds) == shown


@given(st.floats(0, 1e9))
@settings(deadline=None)
def test_duration_never_shows_a_full_unit_of_the_smaller_kind(seconds: float) -> None:
    words = f" {numbers.duration(seconds)} "
    assert [part for part in (" 60 s ", " 60 min ", "days 24 h ") if part in words] == []


def test_duration_is_told_in_hours_up_to_two_days() -> None:
    found = [numbers.duration(hours * 3600) for hours in (24, 36, 47, 48)]
    assert found == ["24 h", "36 h", "47 h", "2 days"]


def test_count_is_grouped() -> None:
    assert numbers.value(Unit.COUNT, 1284.0, 1284) == "1,284"
    assert numbers.count(-38) == "−38"  # noqa: RUF001 - a minus, as it is read out


def test_value_without_data_is_a_dash() -> None:
    assert numbers.value(Unit.RATE, None, 0) == numbers.NO_VALUE


@pytest.mark.parametrize(
    ("unit", "low", "high", "shown"),
    [
        (Unit.RATE, 0.722, 0.771, "72 to 77 %"),
        (Unit.RATE, 0.722, 0.735, "72.2 to 73.5 %"),
        (Unit.RATE, 0.5, 0.5, "50.0 %"),
        (Unit.RATE, -0.1, 1.2, "0 to 100 %"),
        (Unit.SECONDS, 7380.0, 9060.0, "2 h 3 min to 2 h 31 min"),
        (Unit.COUNT, 900.4, 1249.6, "900 to 1,250"),
        (Unit.COUNT, -5.0, 12.0, "0 to 12"),
    ],
)
def test_span_names_both_ends(unit: Unit, low: float, high: float, shown: str) -> None:
    assert numbers.span(unit, low, high) == shown


@pytest.mark.parametrize(
    ("unit", "after", "before", "n", "shown"),
    [
        (Unit.RATE, 0.743, 0.712, 412, "+3.1 points"),
        (Unit.RATE, 0.712, 0.743, 412, "−3.1 points"),  # noqa: RUF001 - a minus
        (Unit.RATE, 0.712, 0.743, 40, "−3 points"),  # noqa: RUF001 - a minus
        (Unit.RATE, 0.5, 0.5, 400, "0.0 points"),
        (Unit.SECONDS, 600.0, 1440.0, 90, "−14 min"),  # noqa: RUF001 - a minus
        (Unit.COUNT, 212.0, 174.0, 212, "+38"),
        (Unit.COUNT, 5.0, 5.0, 5, "0"),
    ],
)
def test_difference_of_a_rate_is_in_points(
    unit: Unit, after: float, before: float, n: int, shown: str
) -> None:
    assert numbers.difference(unit, after, before, n) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (954, 9 * numbers.DAY, "0 to 9 days"),
        (159_060, 216_000, "44 h to 2 days 12 h"),
        (31.4, 9000, "1 min to 2 h 30 min"),
        (4.26, 8.0, "4.3 s to 8 s"),
    ],
)
def test_range_of_durations_is_no_finer_than_its_longer_end(
    low: float, high: float, shown: str
) -> None:
    assert numbers.span(Unit.SECONDS, low, high) == shown


def test_difference_of_durations_is_no_finer_than_they_are() -> None:
    assert numbers.difference(Unit.SECONDS, 12_596, 11_460, 99) == "+19 min"
    assert numbers.difference(Unit.SECONDS, 3 * numbers.DAY, 3 * numbers.DAY + 600, 99) == "0"
