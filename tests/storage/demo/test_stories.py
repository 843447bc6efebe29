"""The stories that the demo's figures tell, as the bot itself answers them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.blocks.why import why_sentences
from storage.insights.erlang import Target
from storage.insights.plan import Plan
from storage.insights.reasons import find_reasons
from storage.insights.scope import Scope
from storage.insights.self_service import find_self_service
from storage.insights.staffing import find_staffing
from storage.metrics.answer import ALL_CHANNELS, Answer, Change, Filter, Query, Row
from storage.metrics.catalog import find
from storage.metrics.definition import Segment
from storage.metrics.explanation import Explanation
from storage.metrics.query import answer
from storage.metrics.why import explain
from storage.periods import Grain, period_of, range_of
from storage.settings import Settings
from tests.storage.demo.conftest import NOW, Demo

LAST_WEEK = date(2026, 11, 9)
LIVE_AND_WRITTEN = ("chat", "email", "phone")
MIXED = Filter(Segment.CHANNEL, (ALL_CHANNELS,))


def ask(
    demo: Demo,
    metric: str,
    *by: Segment,
    filters: tuple[Filter, ...] = (),
    grain: Grain = Grain.WEEK,
    day: date = LAST_WEEK,
) -> Answer:
    query = Query(find(metric), period_of(grain, day, "UTC"), filters, by)
    return answer(demo.connection, query, NOW, Settings())


def values(found: Answer) -> dict[str | None, float]:
    """Each row's value by its last segment."""
    return {key: row.value for key, row in rows_by(found).items() if row.value is not None}


def rows_by(found: Answer) -> dict[str | None, Row]:
    return {row.segment[-1][1]: row for row in found.rows}


def only(segment: Segment, *chosen: str) -> tuple[Filter, ...]:
    return (Filter(segment, chosen),)


def test_monday_is_the_peak(demo: Demo) -> None:
    volumes = values(ask(demo, "ticket_volume", Segment.WEEKDAY, grain=Grain.QUARTER,
                         day=date(2026, 7, 1)))  # fmt: skip
    monday = volumes.pop("monday")
    assert monday > 1.15 * max(volumes.values())
    assert min(volumes, key=lambda day: volumes[day]) == "sunday"


@pytest.mark.parametrize("channel", LIVE_AND_WRITTEN)
def test_new_hires_take_longer_on_every_channel(demo: Demo, channel: str) -> None:
    found = ask(demo, "average_handle_time", Segment.TENURE, grain=Grain.MONTH,
                day=date(2026, 10, 1), filters=only(Segment.CHANNEL, channel))  # fmt: skip
    rows = rows_by(found)
    new, experienced = rows["new"].interval, rows["experienced"].interval
    assert new is not None
    assert experienced is not None
    assert new[0] > experienced[1]


def test_billing_change_hurts_first_contact_resolution_of_invoices(demo: Demo) -> None:
    rows = rows_by(ask(demo, "first_contact_resolution", Segment.ISSUE_TYPE, filters=(MIXED,)))
    invoice = rows.pop("invoice")
    assert invoice.change is Change.DOWN
    assert invoice.value is not None
    assert invoice.value < min(row.value for row in rows.values() if row.value is not None)


def test_billing_change_leaves_other_issues_as_they_were(demo: Demo) -> None:
    found = ask(demo, "first_contact_resolution", Segment.ISSUE_TYPE, filters=(MIXED,))
    others = tuple(key for key in values(found) if key and key != "invoice")
    chosen = (MIXED, *only(Segment.ISSUE_TYPE, *others))
    together = ask(demo, "first_contact_resolution", filters=chosen)
    before = [point.value for point in together.trend if point.period.end_day < date(2026, 10, 26)]
    usual = sum(value for value in before if value is not None) / len(before)
    assert together.rows[0].change is not Change.DOWN
    assert together.rows[0].value == pytest.approx(usual, abs=0.04)


def test_first_contact_resolution_of_invoices_was_fine_before(demo: Demo) -> None:
    chosen = (MIXED, *only(Segment.ISSUE_TYPE, "invoice"))
    trend = ask(demo, "first_contact_resolution", filters=chosen).trend
    before = [p.value for p in trend if p.value and p.period.end_day <= date(2026, 10, 26)]
    after = [p.value for p in trend if p.value and p.period.first_day >= date(2026, 11, 2)]
    assert min(before) > 0.65
    assert max(after) < 0.5


def test_technical_drowns_in_backlog(demo: Demo) -> None:
    found = ask(demo, "ticket_backlog", Segment.TEAM)
    rows = rows_by(found)
    technical = rows.pop("Technical")
    assert technical.change is Change.UP
    assert technical.value is not None
    assert technical.value > 2 * sum(row.value or 0 for row in rows.values())
    assert [team for team, row in rows.items() if row.change is Change.UP] == []
    assert technical.asides["age_over_7_days"] == max(
        row.asides["age_over_7_days"] or 0 for row in found.rows
    )


def test_promoters_are_lost_among_small_businesses_alone(demo: Demo) -> None:
    early, late = net_promoters(demo, 548, 210), net_promoters(demo, 60, 0)
    assert late["small business"] < early["small business"] - 30
    assert late["consumer"] == pytest.approx(early["consumer"], abs=10)


def net_promoters(demo: Demo, first_days_ago: int, last_days_ago: int) -> dict[str, float]:
    start, end = (NOW.date() - timedelta(days=days) for days in (first_days_ago, last_days_ago))
    found = demo.rows(
        "SELECT segment, 100 * avg((score >= 9)::INTEGER - (score <= 6)::INTEGER) FROM surveys"
        " JOIN (SELECT DISTINCT customer_id, segment FROM customers) USING (customer_id)"
        f" WHERE kind = 'nps' AND answered_at BETWEEN '{start}' AND '{end}'"
        " GROUP BY segment HAVING count(*) >= 30"
    )
    return dict(found)


def test_an_article_stopped_helping(demo: Demo) -> None:
    change = NOW.date() - timedelta(days=35)
    found = demo.rows(
        f"SELECT topic, avg(contacted_after::INTEGER) FILTER (started_at < '{change}'),"
        f" avg(contacted_after::INTEGER) FILTER (started_at >= '{change}'),"
        f" avg(helpful::INTEGER) FILTER (started_at >= '{change}') FROM help_sessions"
        " GROUP BY topic ORDER BY topic"
    )
    worse = [topic for topic, before, after, _ in found if after > before + 0.15]
    unhelpful = [topic for topic, _, _, helpful in found if helpful < 0.5]
    assert worse == unhelpful == ["Setting up your hub"]


def test_a_small_team_is_perfect_in_nine_answers(demo: Demo) -> None:
    assert demo.rows(
        "SELECT strftime(answered_at, '%Y-%m'), count(*), min(score) FROM surveys"
        " WHERE kind = 'csat' AND team = 'Enterprise' AND score IS NOT NULL"
        " AND answered_at < '2026-11-01' GROUP BY ALL ORDER BY ALL"
    ) == [("2026-08", 9, 4.0), ("2026-09", 9, 4.0), ("2026-10", 9, 4.0)]
    assert demo.count("agents", "team = 'Enterprise'") == 4


@pytest.mark.parametrize("metric", ["average_speed_of_answer", "abandonment_rate"])
def test_waits_and_abandonment_rise_with_load(demo: Demo, metric: str) -> None:
    phone = only(Segment.CHANNEL, "phone")
    found = values(ask(demo, metric, Segment.HOUR, grain=Grain.QUARTER, day=date(2026, 7, 1),
                       filters=phone))  # fmt: skip
    assert found["10"] > 1.5 * found["18"]


PLAUSIBLE = (
    ("first_contact_resolution", "phone", 0.65, 0.85),
    ("first_contact_resolution", "chat", 0.60, 0.85),
    ("first_contact_resolution", "email", 0.55, 0.80),
    ("first_response_time", "phone", 3, 30),
    ("first_response_time", "chat", 3, 60),
    ("first_response_time", "email", 3600, 6 * 3600),
    ("average_handle_time", "phone", 240, 600),
    ("average_handle_time", "chat", 360, 900),
    ("average_handle_time", "email", 360, 900),
    ("service_level", "phone", 0.60, 0.90),
    ("abandonment_rate", "phone", 0.02, 0.10),
    ("reopen_rate", "email", 0.03, 0.15),
    ("transfer_rate", "phone", 0.06, 0.20),
    ("resolution_within_target", "email", 0.75, 0.97),
)


@pytest.mark.parametrize(("metric", "channel", "low", "high"), PLAUSIBLE)
def test_figures_are_those_of_a_real_company(
    demo: Demo, metric: str, channel: str, low: float, high: float
) -> None:
    found = ask(demo, metric, grain=Grain.MONTH, day=date(2026, 9, 1),
                filters=only(Segment.CHANNEL, channel))  # fmt: skip
    value = found.rows[0].value
    assert value is not None
    assert low < value < high


def test_first_contact_resolution_is_given_on_the_phone_and_derived_elsewhere(demo: Demo) -> None:
    assert demo.rows(
        "SELECT source, resolved_on_first_contact IS NOT NULL FROM contacts"
        " WHERE resolved_at IS NOT NULL AND direction = 'inbound' GROUP BY ALL ORDER BY ALL"
    ) == [("helpdesk", False), ("phone", True)]


def test_last_week_is_complete_and_fresh(demo: Demo) -> None:
    found = ask(demo, "ticket_volume")
    assert found.complete
    assert found.fresh_until == NOW - timedelta(minutes=6)


def why(demo: Demo, metric: str, grain: Grain, day: date) -> Explanation:
    query = Query(find(metric), period_of(grain, day, "UTC"))
    return explain(demo.connection, query, NOW, Settings(), by_agents=True)


EXPLAINED = (
    ("first_contact_resolution", Grain.MONTH, "invoice"),
    ("ticket_volume", Grain.MONTH, "invoice"),
    ("average_resolution_time", Grain.MONTH, "Technical"),
    ("ticket_backlog", Grain.QUARTER, "Technical"),
    ("net_promoter_score", Grain.QUARTER, "small business"),
)


@pytest.mark.parametrize(("metric", "grain", "named"), EXPLAINED)
def test_why_names_the_story(demo: Demo, metric: str, grain: Grain, named: str) -> None:
    found = why(demo, metric, grain, NOW.date())
    assert named in {value for part in found.told for _, value in part.segment}


def test_every_channel_satisfied_more_customers_yet_the_total_fell(demo: Demo) -> None:
    found = why(demo, "customer_satisfaction", Grain.MONTH, date(2026, 10, 1))
    channels = next(each for each in found.dimensions if each.segment is Segment.CHANNEL)
    moved = {
        part.segment[0][1]: (part.after.value or 0) - (part.before.value or 0)
        for part in channels.parts
    }
    assert set(moved) == set(LIVE_AND_WRITTEN)
    assert min(moved.values()) > 0.01
    assert (found.change or 0) < -0.01
    assert found.paradox is Segment.CHANNEL
    assert (
        "Every channel by itself got better, yet the total got worse: the mix moved, with more of"
        " the answers in e-mail."
    ) in why_sentences(found)


def weeks(count: int, *filters: Filter) -> Scope:
    end = LAST_WEEK + timedelta(days=6)
    period = range_of(end - timedelta(weeks=count, days=-1), end, "UTC")
    return Scope(period, filters, NOW, Settings())


def test_calls_are_lost_on_monday_morning(demo: Demo) -> None:
    phone = only(Segment.CHANNEL, "phone")
    plan = Plan("phone", Target(0.8, 20), 0.3)
    found = find_staffing(demo.connection, weeks(8, *phone), plan).half_hours
    lost: Counter[tuple[int, int]] = Counter()
    for each in found:
        lost[each.weekday, each.slot // 2] += each.lost
    assert lost.most_common(1)[0][0] == (0, 10)
    peak = max(found, key=lambda each: each.contacts)
    assert (peak.weekday, peak.slot // 2) == (0, 10)


def test_a_frequent_question_has_no_article(demo: Demo) -> None:
    found = find_self_service(demo.connection, weeks(12))
    assert found.has_help_centre
    bare = [each.issue_type for each in found.issues if each.help_centre is None]
    assert bare == ["order change"]
    assert "order change" in [each.issue_type for each in found.candidates]


def test_invoices_are_the_reason_that_rose(demo: Demo) -> None:
    scope = replace(weeks(1), period=period_of(Grain.WEEK, LAST_WEEK, "UTC"))
    first, *_ = find_reasons(demo.connection, scope).reasons
    assert (first.issue_type, first.row.change) == ("invoice", Change.UP)
