from __future__ import annotations

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.insights.erlang import Load, Staff, Target, scheduled, staff_for, staffed_with

HALF_HOUR = 1800.0
IN_20_SECONDS = Target(0.8, 20)


def waiting(agents: int, erlangs: float) -> float:
    """The formula as textbooks print it, which holds for small numbers only."""
    last = erlangs**agents / factorial(agents) * agents / (agents - erlangs)
    return last / (sum(erlangs**n / factorial(n) for n in range(agents)) + last)


def test_a_hundred_calls_of_three_minutes_need_fourteen_agents() -> None:
    load = Load(100, HALF_HOUR, 180)
    found = staff_for(load, IN_20_SECONDS)
    assert found.agents == 14
    assert found.service_level == pytest.approx(0.88835, abs=5e-6)
    assert found.waiting_probability == pytest.approx(0.17413, abs=5e-6)
    assert found.occupancy == pytest.approx(0.71429, abs=5e-6)
    assert scheduled(found.agents, 0.3) == 20
    assert staffed_with(load, 13, IN_20_SECONDS).service_level == pytest.approx(0.7956, abs=5e-5)


CLEVELAND = (
    (30, 208.7, 0.24, 0.97),
    (31, 74.7, 0.45, 0.94),
    (32, 37.6, 0.61, 0.91),
    (33, 21.3, 0.73, 0.88),
    (34, 12.7, 0.82, 0.86),
    (35, 7.8, 0.88, 0.83),
)
"""Brad Cleveland, Call Center Management on Fast Forward: 250 calls of 210 seconds in half an
hour, by agents: mean wait in seconds, answered within 20 seconds, occupancy."""


@pytest.mark.parametrize(("agents", "mean_wait", "level", "occupancy"), CLEVELAND)
def test_published_table_of_a_call_centre(
    agents: int, mean_wait: float, level: float, occupancy: float
) -> None:
    load = Load(250, HALF_HOUR, 210)
    found = staffed_with(load, agents, IN_20_SECONDS)
    wait = found.waiting_probability * load.handle_seconds / (agents - load.erlangs)
    assert round(wait, 1) == mean_wait
    assert found.service_level == pytest.approx(level, abs=0.0051)
    assert round(found.occupancy, 2) == occupancy


def test_published_table_of_a_call_centre_picks_its_34_agents() -> None:
    assert staff_for(Load(250, HALF_HOUR, 210), IN_20_SECONDS).agents == 34


@pytest.mark.parametrize(
    ("servers", "erlangs", "delayed"), [(8, 3.87, 0.05), (10, 4.08, 0.01), (1, 0.05, 0.05)]
)
def test_published_table_of_trunks(servers: int, erlangs: float, delayed: float) -> None:
    """Erlang C tables of trunked radio: the load at which so many of the calls are delayed."""
    found = staffed_with(Load(erlangs, 1, 1), servers, Target(0.5, 0))
    assert found.waiting_probability == pytest.approx(delayed, abs=0.0002)


@given(st.integers(1, 60), st.floats(0.05, 0.99))
def test_recursion_equals_the_printed_formula(agents: int, occupancy: float) -> None:
    load = Load(agents * occupancy, 1, 1)
    found = staffed_with(load, agents, Target(0.5, 0))
    assert found.waiting_probability == pytest.approx(waiting(agents, load.erlangs), rel=1e-9)
    assert found.service_level == pytest.approx(1 - found.waiting_probability, rel=1e-9)


def test_wait_of_nobody_who_is_served_at_once() -> None:
    found = staffed_with(Load(2, 1, 1), 3, Target(0.5, 2))
    assert found.service_level == pytest.approx(1 - 4 / 9 * exp(-2))


@given(st.floats(0.01, 400), st.floats(5, 3600), st.floats(0.05, 0.999), st.floats(0, 300))
def test_one_agent_fewer_would_miss_the_target(
    contacts: float, handle_seconds: float, share: float, seconds: float
) -> None:
    load, target = Load(contacts, HALF_HOUR, handle_seconds), Target(share, seconds)
    found = staff_for(load, target)
    assert found.service_level >= share
    assert found.agents > load.erlangs
    assert staffed_with(load, found.agents - 1, target).service_level < share


def test_fifteen_minutes_of_handle_time_take_no_agent_too_many() -> None:
    load = Load(20, HALF_HOUR, 900)
    assert staff_for(load, Target(0.01, 20)).agents == 11
    assert staff_for(load, IN_20_SECONDS).agents == 14


def test_ten_thousand_calls_in_half_an_hour_do_not_overflow() -> None:
    found = staff_for(Load(10_000, HALF_HOUR, 180), IN_20_SECONDS)
    assert found.agents == 1011
    assert found.service_level == pytest.approx(0.8138, abs=5e-5)


def test_too_few_agents_ever_to_keep_up_reach_nothing() -> None:
    assert staffed_with(Load(100, HALF_HOUR, 180), 10, IN_20_SECONDS) == Staff(10, 0.0, 1.0, 1.0)


def test_nothing_to_do_needs_nobody() -> None:
    assert staff_for(Load(0, HALF_HOUR, 180), IN_20_SECONDS) == Staff(0, 1.0, 0.0, 0.0)
    assert staffed_with(Load(0, HALF_HOUR, 180), 3, IN_20_SECONDS) == Staff(3, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("agents", "shrinkage", "planned"),
    [(14, 0.3, 20), (7, 0.3, 10), (10, 0.0, 10), (1, 0.3, 2), (0, 0.3, 0), (21, 0.3, 30)],
)
def test_shrinkage_is_scheduled_on_top(agents: int, shrinkage: float, planned: int) -> None:
    assert scheduled(agents, shrinkage) == planned


def test_target_of_everybody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="everybody at once"):
        staff_for(Load(1, HALF_HOUR, 180), Target(1.0, 20))
