"""Against the worked examples of Krippendorff (2011), sections A, B and C."""

from __future__ import annotations

import pytest

from storage.quality.agreement import Level, Unit, alpha, share_alike


def units_of(*observers: str) -> list[Unit]:
    """What each observer gave, unit by unit; a dot is nothing."""
    return [
        [None if value == "." else float(ord(value)) for value in unit]
        for unit in zip(*observers, strict=True)
    ]


BINARY = units_of("0100000010", "1110010000")
NOMINAL = units_of("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = units_of(
    "123321412...",
    "1233224125.3",
    ".3332342251.",
    "12332441251.",
)


def test_two_observers_with_yes_and_no() -> None:
    assert round(alpha(BINARY, Level.NOMINAL) or 0, 3) == 0.095


def test_two_observers_with_categories() -> None:
    assert round(alpha(NOMINAL, Level.NOMINAL) or 0, 3) == 0.692


@pytest.mark.parametrize(("level", "expected"), [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815)])
def test_four_observers_who_left_some_out(level: Level, expected: float) -> None:
    assert round(alpha(FOUR_OBSERVERS, level) or 0, 3) == expected


def test_where_all_give_the_same_there_is_nothing_to_say() -> None:
    assert alpha([[1.0, 1.0], [1.0, 1.0, 1.0]], Level.ORDINAL) is None


def test_where_only_one_answers_there_is_nothing_to_say() -> None:
    assert alpha([[1.0, None], [None, 2.0]], Level.NOMINAL) is None


def test_all_alike_but_different_from_unit_to_unit_is_full_agreement() -> None:
    assert alpha([[1.0, 1.0], [3.0, 3.0]], Level.ORDINAL) == 1.0


def test_share_of_pairs_alike() -> None:
    assert share_alike([2.0, 2.0, None, 1.0]) == 1 / 3
    assert share_alike([2.0, None]) is None
