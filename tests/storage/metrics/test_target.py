from __future__ import annotations

import pytest

from storage.metrics.definition import Segment
from storage.metrics.judging import grain_of
from storage.metrics.target import Target, Verdict, scope_of, single_bound
from storage.periods import Grain
from tests.bot.blocks.answers import metric


@pytest.mark.parametrize(
    ("target", "value", "interval", "expected"),
    [
        (Target(low=0.75), 0.80, (0.77, 0.83), Verdict.MET),
        (Target(low=0.75), 0.70, (0.67, 0.73), Verdict.MISSED),
        (Target(low=0.75), 0.74, (0.71, 0.77), Verdict.NEAR),
        (Target(low=0.75), 0.80, (0.75, 0.85), Verdict.NEAR),
        (Target(high=3600), 3000, (2800, 3200), Verdict.MET),
        (Target(high=3600), 4000, (3800, 4200), Verdict.MISSED),
        (Target(0.75, 0.85), 0.80, (0.78, 0.82), Verdict.MET),
        (Target(0.75, 0.85), 0.90, (0.88, 0.92), Verdict.MISSED),
        (Target(0.75, 0.85), 0.70, (0.68, 0.72), Verdict.MISSED),
        (Target(0.75, 0.85), 0.84, (0.82, 0.86), Verdict.NEAR),
        (Target(high=200), 200, None, Verdict.MET),
        (Target(high=200), 201, None, Verdict.MISSED),
    ],
)
def test_verdict_is_near_where_the_interval_holds_a_bound(
    target: Target, value: float, interval: tuple[float, float] | None, expected: Verdict
) -> None:
    assert target.verdict(value, interval) is expected


def test_single_bound_goes_by_what_is_better() -> None:
    assert single_bound(metric("FCR"), 0.75) == Target(low=0.75)
    assert single_bound(metric("FRT"), 3600) == Target(high=3600)
    assert single_bound(metric("AHT"), 300) is None


def test_scope_is_in_the_order_of_its_names() -> None:
    team, channel = (Segment.TEAM, "billing"), (Segment.CHANNEL, "phone")
    assert scope_of([team, channel]) == (channel, team) == scope_of([channel, team])


@pytest.mark.parametrize(
    ("abbreviation", "named", "expected"),
    [
        ("FCR", None, None),
        ("FCR", Grain.MONTH, Grain.MONTH),
        ("Resolved", None, Grain.WEEK),
        ("Resolved", Grain.MONTH, Grain.MONTH),
        ("Backlog", None, None),
    ],
)
def test_target_of_what_grows_with_time_is_for_a_week_unless_it_says_otherwise(
    abbreviation: str, named: Grain | None, expected: Grain | None
) -> None:
    assert grain_of(metric(abbreviation), named) is expected
