from __future__ import annotations

from dataclasses import replace

import pytest

from storage.metrics.answer import Row
from storage.metrics.definition import Unit
from storage.metrics.suggesting import Suggestion, better_quartile, rounded, suggestions
from storage.metrics.target import Target
from tests.bot.blocks.answers import CHAT, PHONE, answered, metric, trend

EIGHT = [0.70, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77]


def test_better_quartile_is_the_upper_one_where_higher_is_better() -> None:
    assert better_quartile(metric("FCR"), EIGHT) == pytest.approx(0.7525)
    assert better_quartile(metric("Reopens"), EIGHT) == pytest.approx(0.7175)


def test_better_quartile_needs_eight_periods_and_a_better() -> None:
    assert better_quartile(metric("FCR"), EIGHT[:7]) is None
    assert better_quartile(metric("AHT"), EIGHT) is None


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.7525, Unit.RATE, 0.75),
        (0.0183, Unit.RATE, 0.018),
        (0.9834, Unit.RATE, 0.983),
        (18.7, Unit.SECONDS, 19),
        (131, Unit.SECONDS, 130),
        (2465, Unit.SECONDS, 2460),
        (28_700, Unit.SECONDS, 28_800),
        (201_000, Unit.SECONDS, 201_600),
        (1284, Unit.COUNT, 1300),
        (212.4, Unit.COUNT, 210),
        (7.25, Unit.COUNT, 7),
        (0, Unit.COUNT, 0),
        (42.37, Unit.POINTS, 42),
        (4.327, Unit.MONEY, 4.3),
    ],
)
def test_suggestion_is_rounded_as_people_would(value: float, unit: Unit, expected: float) -> None:
    assert rounded(value, unit) == pytest.approx(expected)


def test_suggestions_rest_on_periods_that_are_no_small_samples() -> None:
    few = trend(CHAT, EIGHT, n=29)
    answer = answered(
        "FCR", Row(PHONE, 0.77, 500), Row(CHAT, 0.77, 29), points=(*trend(PHONE, EIGHT), *few)
    )
    assert suggestions(answer) == [Suggestion(PHONE, Target(low=0.75), 8)]


def test_suggestion_of_a_count_takes_few_as_they_are() -> None:
    answer = answered("Resolved", Row((), 12, 12), points=trend((), [12.0] * 8, n=12))
    assert suggestions(answer) == [Suggestion((), Target(low=12), 8)]


def test_suggestions_pass_over_periods_without_data() -> None:
    points = trend(PHONE, [None, *EIGHT[:7]])
    answer = answered("FCR", Row(PHONE, 0.77, 500), points=points)
    assert suggestions(answer) == []
    assert suggestions(replace(answer, trend=trend(PHONE, [None, *EIGHT]))) == [
        Suggestion(PHONE, Target(low=0.75), 8)
    ]
