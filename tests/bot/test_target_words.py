"""``/kpi target …`` as people type it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.request import ListTargets, RemoveTarget, SetTarget, ShowTarget, parse
from bot.request.amounts import amount, bounds_in
from bot.request.targets import read_bounds, read_scope, target_words
from storage.errors import UserError
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.metrics.target import Target
from storage.periods import Grain
from tests.bot.blocks.answers import metric

TODAY = date(2026, 11, 22)
BILLING = Filter(Segment.TEAM, ("billing",))
PHONE = Filter(Segment.CHANNEL, ("phone",))


def read(text: str) -> SetTarget:
    request = parse(text, TODAY, escaped=True)
    assert isinstance(request, SetTarget), request
    return request


def complaint(text: str) -> str:
    with pytest.raises(UserError) as raised:
        parse(text, TODAY, escaped=True)
    return str(raised.value)


@pytest.mark.parametrize(
    ("typed", "abbreviation", "low", "high"),
    [
        ("fcr 75%", "FCR", 0.75, None),
        ("fcr 75 %", "FCR", 0.75, None),
        ("fcr 75", "FCR", 0.75, None),
        ("75 percent fcr", "FCR", 0.75, None),
        ("fcr 75.5%", "FCR", 0.755, None),
        ("fcr 75,5%", "FCR", 0.755, None),
        ("fcr at least 75%", "FCR", 0.75, None),
        ("fcr &gt;= 75%", "FCR", 0.75, None),
        ("fcr 75-85%", "FCR", 0.75, 0.85),
        ("fcr 75%\u201385 %", "FCR", 0.75, 0.85),
        ("fcr 75% to 85%", "FCR", 0.75, 0.85),
        ("fcr between 75 and 85%", "FCR", 0.75, 0.85),
        ("first contact resolution of 75%", "FCR", 0.75, None),
        ("reopens 5%", "Reopens", None, 0.05),
        ("art 4h", "ART", None, 14400),
        ("art 2 h 30 min", "ART", None, 9000),
        ("art 2h30min", "ART", None, 9000),
        ("art 1.5 days", "ART", None, 129600),
        ("frt 90s", "FRT", None, 90),
        ("aht 4-6 min", "AHT", 240, 360),
        ("aht 4 min 30 s - 6 min", "AHT", 270, 360),
        ("backlog 200", "Backlog", None, 200),
        ("backlog from 100 to 1,200", "Backlog", 100, 1200),
        ("volume 900-1,200", "Volume", 900, 1200),
        ("resolution within target 90%", "Within target", 0.9, None),
        ("occupancy 75-85%", "Occupancy", 0.75, 0.85),
        ("nps 40 points", "NPS", 40, None),
        ("nps -5 - 10", "NPS", -5, 10),
        ("csat 80%", "CSAT", 0.8, None),
        ("ces 5.5", "CES", 5.5, None),
        ("cost per contact 4.50", "CPC", None, 4.5),
        ("contact rate 12", "Contact rate", None, 12),
    ],
)
def test_value_is_read_by_the_unit_of_its_metric(
    typed: str, abbreviation: str, low: float | None, high: float | None
) -> None:
    request = read(f"target {typed}")
    assert request.about.metric.abbreviation == abbreviation
    assert request.target.low == (None if low is None else pytest.approx(low))
    assert request.target.high == (None if high is None else pytest.approx(high))


@pytest.mark.parametrize(
    ("typed", "starts_on"),
    [
        ("target fcr 75%", None),
        ("target fcr 75% from 2026-12-01", date(2026, 12, 1)),
        ("target fcr from 1 December 75%", date(2026, 12, 1)),
        ("target fcr 75% from 1 January", date(2027, 1, 1)),
        ("target fcr 75% since July", date(2026, 7, 1)),
        ("target fcr 75% from 2026-12", date(2026, 12, 1)),
        ("target fcr 75% from today", TODAY),
    ],
)
def test_start_is_the_day_behind_from_in_the_nearest_year(
    typed: str, starts_on: date | None
) -> None:
    request = read(typed)
    assert (request.starts_on, request.target) == (starts_on, Target(low=0.75))


@pytest.mark.parametrize(
    ("typed", "filters", "grain"),
    [
        ("target fcr 75% team:billing", (BILLING,), None),
        ("target fcr phone 75% team:billing", (BILLING, PHONE), None),
        ("target fcr 75% channel:all", (), None),
        ("target resolved 200 monthly", (), Grain.MONTH),
        ("target resolved 200 a week", (), Grain.WEEK),
    ],
)
def test_target_is_for_segments_and_periods(
    typed: str, filters: tuple[Filter, ...], grain: Grain | None
) -> None:
    request = read(typed)
    assert (request.about.filters, request.grain) == (filters, grain)


def test_target_without_a_value_is_shown_and_taken_away_by_remove() -> None:
    shown, removed = parse("target fcr team:billing", TODAY), parse("target remove fcr", TODAY)
    assert isinstance(shown, ShowTarget)
    assert shown.about.filters == (BILLING,)
    assert isinstance(removed, RemoveTarget)
    assert removed.about.metric.abbreviation == "FCR"
    assert parse("targets", TODAY) == parse("target", TODAY) == ListTargets()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "target aht 5 min",
            (
                "Average handle time is better neither higher nor lower, so one bound is no target."
                " Give a band, such as 2h-4h."
            ),
        ),
        (
            "target aht 4-6 min agent:bob",
            "A target is never set for one agent. Set it for the team: team:billing.",
        ),
        ("target fcr 75% agent:me", "A target is never set for one agent."),
        (
            "target fcr 75% team:billing,care",
            "A target is for one team at a time. Set one for each.",
        ),
        (
            "target fcr at most 75%",
            (
                'First contact resolution: higher is better, so "at most" is no target.'
                " Leave the word out, or give a band, such as 75-85%."
            ),
        ),
        (
            "target fcr 0.75",
            '"0.75" could be a share or a percentage. Write it as 75%.',
        ),
        (
            "target fcr 175%",
            (
                "First contact resolution is at least 0% and at most 100%."
                " Write it like 75% or 75-85%."
            ),
        ),
        ("target nps 140", "Net promoter score is at least -100 and at most 100."),
        ("target backlog -5", "Ticket backlog is at least 0. Write it like 200 or 180-220."),
        ("target fcr 4h", '"4h" is no value of First contact resolution.'),
        ("target art 40", 'I don\'t know how long "40" is. Write it like 4h or 2h-4h.'),
        (f"target backlog {'9' * 15}", '"9999'),
        ("target fcr 85-75%", "A band goes from its lower to its higher bound."),
        ("target fcrr 75%", 'I don\'t know a metric "fcrr". Did you mean first contact'),
        ("target 75%", "Say which metric you want."),
        ("target fcr aht 75%", "I read more than one metric in this:"),
        ("target fcr 75% tem:billing", 'I don\'t know a way to split by "tem". Did you mean team?'),
        ("target fcr 75% please maybe", 'I don\'t understand "maybe". A target is written like'),
        ("target fcr 75% from 1.12.2026", 'I don\'t understand "1 12 2026".'),
    ],
)
def test_what_is_no_target_gets_a_sentence(typed: str, said: str) -> None:
    assert complaint(typed).startswith(said)


@pytest.mark.parametrize(
    ("abbreviation", "target"),
    [
        ("FCR", Target(low=0.755)),
        ("ART", Target(high=9000)),
        ("AHT", Target(240, 360)),
        ("Volume", Target(900, 1200.5)),
    ],
)
def test_words_of_a_target_are_read_back(abbreviation: str, target: Target) -> None:
    shown = parse(f"target {abbreviation} team:billing", TODAY)
    assert isinstance(shown, ShowTarget)
    again = read(target_words(shown.about, target))
    assert (again.about, again.target) == (shown.about, target)


def test_form_takes_a_value_with_its_period_and_nothing_else() -> None:
    assert read_bounds(metric("FCR"), " 75 \u2013 85 % ") == (Target(0.75, 0.85), None)
    assert read_bounds(metric("Resolved"), "200 Monthly") == (Target(low=200), Grain.MONTH)
    for text in ("", "soon", "75% or so"):
        with pytest.raises(UserError, match=r"Write it like 75% or 75-85%\.$"):
            read_bounds(metric("FCR"), text)


def test_form_takes_segments_as_they_are_typed_elsewhere() -> None:
    assert read_scope(metric("FCR"), "") == ()
    assert read_scope(metric("FCR"), "Team:billing phone") == (BILLING, PHONE)
    with pytest.raises(UserError, match=r'^I don\'t understand "billing"\.'):
        read_scope(metric("FCR"), "billing")


TYPED = ("fcr", "volume", "aht", "team:a", "by", "-", "to", "from", "at least", "75%", "2 h", "9,")


@given(st.lists(st.sampled_from(TYPED) | st.text(max_size=8), max_size=12))
def test_whatever_is_typed_behind_target_is_read_or_told(typed: list[str]) -> None:
    with suppress(UserError):
        parse(" ".join(["target", *typed]), TODAY)


@pytest.mark.parametrize("typed", ["9" * 1800, "9," * 900, "1 h " * 450, "1 - " * 450])
def test_long_text_is_read_in_no_time(typed: str) -> None:
    began = perf_counter()
    with suppress(UserError):
        parse(f"target fcr {typed}x", TODAY)
    assert perf_counter() - began < 0.5


def test_bounds_are_found_among_other_words() -> None:
    typed, rest = bounds_in("fcr 75-85% phone")
    assert typed is not None
    assert (typed.first, typed.second, rest.split()) == ("75", "85%", ["fcr", "phone"])
    assert bounds_in("fcr phone") == (None, "fcr phone")


def test_points_and_money_are_plain_numbers() -> None:
    counted = metric("Backlog")
    assert amount("40 points", counted) == 40
    assert amount("€4.50", counted) == 4.5
    assert amount("-5", counted) == -5
