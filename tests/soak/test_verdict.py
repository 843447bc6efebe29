"""What grows is told, and what is flat or only warms up is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.soak.readings import Reading
from tests.soak.verdict import growing, is_too_short, most_grown, slope

FLAT = Reading(
    memory_megabytes=300.0,
    peak_megabytes=320.0,
    threads=45,
    descriptors=32,
    checked_out=0,
    pooled=10,
    outbox=0,
    objects={"dict": 90_000, "Card": 100},
    rows={"deliveries": 500},
    facts_megabytes=5.0,
    operations_megabytes=3.0,
)


def days(field: str, values: Sequence[object]) -> list[Reading]:
    return [replace(FLAT, **{field: value}) for value in values]  # type: ignore[arg-type]  # of any field


def test_slope_is_the_growth_a_day() -> None:
    assert slope([5, 7, 9, 11]) == 2.0
    assert slope([3, 3, 3]) == 0.0
    assert slope([0, 4, 2, 6]) == 1.6


def test_flat_week_grows_nowhere() -> None:
    assert growing([FLAT] * 7) == []


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        (
            "memory_megabytes",
            [300, 310, 320, 330, 340, 350, 360],
            "memory, MB: +10.0 a day, at most 3.0 are allowed",
        ),
        (
            "objects",
            [{"dict": 90_000 + 1000 * day} for day in range(7)],
            "objects: +1,000.0 a day, at most 460.0 are allowed",
        ),
        ("threads", [40, 41, 42, 42, 42, 43, 43], "threads: 42, 42, 42, 43, 43, and should stay"),
        ("descriptors", [30] * 6 + [31], "descriptors: 30, 30, 30, 30, 31, and should stay"),
        ("pooled", [4, 8, 9, 10, 10, 10, 10], "pooled connections: 9, 10, 10, 10, 10, and should"),
        ("checked_out", [0, 1, 0, 0, 0, 0, 0], "connections in use: 1 at the end of day 2"),
        ("outbox", [0, 0, 0, 0, 0, 0, 3], "deliveries that wait: 3 at the end of day 7"),
    ],
)
def test_growing_series_is_told(field: str, values: list[object], told: str) -> None:
    (found,) = growing(days(field, values))
    assert found[: len(told)] == told


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("memory_megabytes", [200, 280, 300, 302, 299, 301, 303]),
        ("threads", [12, 30, 45, 45, 45, 45, 45]),
        ("pooled", [2, 6, 10, 10, 10, 9, 10]),
    ],
)
def test_warming_up_is_no_growth(field: str, values: list[object]) -> None:
    assert growing(days(field, values)) == []


def test_few_days_say_nothing_of_a_slope() -> None:
    assert growing(days("memory_megabytes", [200, 300, 400, 500])) == []
    assert [is_too_short(number) for number in (1, 4, 5, 7)] == [True, True, False, False]


def test_types_that_grew_most_are_named() -> None:
    objects = [
        {"dict": 5, "Card": 1},
        {"dict": 5},
        {"dict": 10, "Card": 1},
        {"dict": 17, "Card": 1},
    ]
    assert most_grown(days("objects", objects)) == [("dict", 7)]
