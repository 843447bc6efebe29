from __future__ import annotations

from storage.metrics.answer import ALL_CHANNELS, Filter, Query, Row, SegmentValues
from storage.metrics.definition import Segment
from storage.metrics.judging import judged
from storage.metrics.target import Scope, Target, TargetInForce, Verdict
from storage.periods import Grain
from tests.bot.blocks.answers import CHAT, PHONE, WEEK_46, metric

BILLING: SegmentValues = ((Segment.TEAM, "billing"),)
CARE: SegmentValues = ((Segment.TEAM, "care"),)
OVERALL, PHONE_ONLY, BILLING_ONLY = Target(low=0.75), Target(low=0.8), Target(low=0.6)


def row(segment: SegmentValues = (), value: float | None = 0.7, *, small: bool = False) -> Row:
    return Row(segment, value, 1000, (0.68, 0.72), small_sample=small)


def of(
    abbreviation: str,
    rows: list[Row],
    *targets: TargetInForce,
    filters: tuple[Filter, ...] = (),
    complete: bool = True,
) -> list[tuple[Target | None, Verdict | None]]:
    query = Query(metric(abbreviation), WEEK_46, filters)
    return [(r.target, r.verdict) for r in judged(rows, query, targets, complete=complete)]


def target(
    bounds: Target, *scope: tuple[Segment, str], grain: Grain | None = None
) -> TargetInForce:
    kept: Scope = scope
    return TargetInForce(kept, bounds, grain)


def test_most_specific_target_counts() -> None:
    phone = target(PHONE_ONLY, (Segment.CHANNEL, "phone"))
    found = of("FCR", [row(PHONE), row(CHAT)], phone, target(OVERALL))
    assert found == [(PHONE_ONLY, Verdict.MISSED), (OVERALL, Verdict.MISSED)]


def test_target_holds_where_a_filter_fixes_its_segment() -> None:
    billing = target(BILLING_ONLY, (Segment.TEAM, "billing"))
    team = (Filter(Segment.TEAM, ("billing",)),)
    assert of("FCR", [row(PHONE)], billing, filters=team) == [(BILLING_ONLY, Verdict.MET)]
    both = (Filter(Segment.TEAM, ("billing", "care")),)
    assert of("FCR", [row(PHONE)], billing, filters=both) == [(None, None)]
    assert of("FCR", [row(PHONE)], billing) == [(None, None)]


def test_of_two_as_specific_ones_the_newer_counts() -> None:
    phone = target(PHONE_ONLY, (Segment.CHANNEL, "phone"))
    billing = target(BILLING_ONLY, (Segment.TEAM, "billing"))
    rows = [row((*PHONE, *BILLING))]
    assert of("FCR", rows, phone, billing) == [(BILLING_ONLY, Verdict.MET)]
    assert of("FCR", rows, billing, phone) == [(PHONE_ONLY, Verdict.MISSED)]


def test_all_channels_mixed_are_held_against_the_overall_target() -> None:
    mixed = (Filter(Segment.CHANNEL, (ALL_CHANNELS,)),)
    assert of("FCR", [row()], target(OVERALL), filters=mixed) == [(OVERALL, Verdict.MISSED)]


def test_small_sample_and_no_data_have_a_target_and_no_verdict() -> None:
    rows = [row(PHONE, small=True), row(CHAT, value=None)]
    assert of("FCR", rows, target(OVERALL)) == [(OVERALL, None), (OVERALL, None)]


def test_withheld_figure_has_neither() -> None:
    withheld = Row(BILLING, None, 0, withheld=True)
    assert of("FCR", [withheld], target(OVERALL)) == [(None, None)]


def test_agent_is_never_held_against_a_target() -> None:
    agent = ((Segment.AGENT, "a1"),)
    own = (Filter(Segment.AGENT, ("a1",)),)
    assert of("FCR", [row(agent)], target(OVERALL)) == [(None, None)]
    assert of("FCR", [row()], target(OVERALL), filters=own) == [(None, None)]


def test_part_of_a_count_is_not_held_against_the_target_of_the_whole() -> None:
    whole, billing = Target(high=200), Target(high=50)
    targets = (target(whole), target(billing, (Segment.TEAM, "billing")))
    rows = [Row((), 210, 210), Row(BILLING, 40, 40), Row(CARE, 160, 160)]
    assert of("Backlog", rows, *targets) == [
        (whole, Verdict.MISSED),
        (billing, Verdict.MET),
        (None, None),
    ]


def test_target_of_a_week_is_for_complete_weeks_alone() -> None:
    weekly = target(Target(low=200), grain=Grain.WEEK)
    monthly = target(Target(low=800), grain=Grain.MONTH)
    rows = [Row((), 210, 210)]
    assert of("Resolved", rows, weekly, monthly) == [(Target(low=200), Verdict.MET)]
    assert of("Resolved", rows, weekly, complete=False) == [(None, None)]
