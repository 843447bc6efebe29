from __future__ import annotations

from typing import Any

import pytest

from storage.errors import NotAllowedError, UserError
from storage.insights.erlang import Target
from storage.insights.plan import Plan, check_channel
from storage.insights.scope import Scope
from storage.insights.staffing import FoundStaffing, HalfHour, find_staffing
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.settings import Settings
from tests.storage.insights.conftest import PHONE, Facts, scope

PLAN = Plan("phone", Target(0.8, 20), 0.3)
TWO_WEEKS = ("2026-11-02", "2026-11-15")
CHANGE_WEEK = ("2026-10-19", "2026-10-25")


def find(store: Facts, asked: Scope) -> FoundStaffing:
    return find_staffing(store.connection, asked, PLAN)


def at(found: FoundStaffing, weekday: int, hour: float) -> HalfHour:
    return found.half_hours[weekday * 48 + int(hour * 2)]


def complaint(store: Facts, asked: Scope) -> str:
    with pytest.raises(UserError) as raised:
        find(store, asked)
    return str(raised.value)


def test_half_hours_are_means_of_the_weeks_in_local_time(store: Facts) -> None:
    for _ in range(3):
        store.contact("2026-11-02 10:00:00", handle_seconds=180.0)
    store.contact("2026-11-09 10:29:59", handle_seconds=220.0)
    store.contact("2026-11-09 10:30:00", handle_seconds=190.0)
    found = find(store, scope(*TWO_WEEKS, PHONE))
    assert len(found.half_hours) == 336
    assert [(h.weekday, h.slot) for h in found.half_hours[:2]] == [(0, 0), (0, 1)]
    assert (at(found, 0, 10).contacts, at(found, 0, 10).offered) == (2.0, 4)
    assert (at(found, 0, 10.5).contacts, at(found, 0, 10.5).offered) == (0.5, 1)
    assert sum(each.offered for each in found.half_hours) == 5
    assert (found.handle_seconds, found.handled, found.weeks) == (190.0, 5, 2.0)


def test_agents_needed_are_those_of_erlang_c(store: Facts) -> None:
    for minute in range(30):
        for second in (0, 20, 40):
            store.contact(f"2026-11-04 10:{minute:02}:{second:02}", handle_seconds=180.0)
    for second in range(10):
        store.contact(f"2026-11-04 10:15:{second:02}", handle_seconds=180.0)
    found = at(find(store, scope("2026-11-02", "2026-11-08", PHONE)), 2, 10)
    assert found.contacts == 100
    assert found.needed is not None
    assert (found.needed.agents, found.scheduled) == (14, 20)
    assert found.lacking == 13.0


def test_lost_are_those_who_waited_long_enough(store: Facts) -> None:
    store.contact("2026-11-02 10:00:00", handle_seconds=180.0)
    lost: dict[str, Any] = {"abandoned": True, "agent": None}
    store.contact("2026-11-02 10:01:00", wait_seconds=4.9, **lost)
    store.contact("2026-11-02 10:02:00", wait_seconds=5.0, **lost)
    store.contact("2026-11-02 10:03:00", wait_seconds=None, **lost)
    found = at(find(store, scope("2026-11-02", "2026-11-08", PHONE)), 0, 10)
    assert (found.offered, found.lost) == (3, 2)


def test_outbound_calls_and_other_channels_are_not_counted(store: Facts) -> None:
    store.contact("2026-11-02 10:00:00", handle_seconds=180.0)
    store.contact("2026-11-02 10:00:00", handle_seconds=900.0, direction="outbound")
    store.contact("2026-11-02 10:00:00", handle_seconds=900.0, channel="chat")
    found = find(store, scope("2026-11-02", "2026-11-08", PHONE))
    assert (found.handled, found.handle_seconds) == (1, 180.0)


def test_filter_keeps_one_team(store: Facts) -> None:
    store.contact("2026-11-02 10:00:00", handle_seconds=180.0, team="billing")
    store.contact("2026-11-02 10:00:00", handle_seconds=900.0, team="care")
    billing = Filter(Segment.TEAM, ("billing",))
    assert find(store, scope("2026-11-02", "2026-11-08", PHONE, billing)).handle_seconds == 180.0


def test_agent_is_there_from_the_first_to_the_last_call_of_the_day(store: Facts) -> None:
    store.contact("2026-11-02 09:10:00", "a1", handle_seconds=180.0)
    store.contact("2026-11-02 10:50:00", "a1", handle_seconds=180.0)
    store.contact("2026-11-02 10:05:00", "a2", handle_seconds=180.0)
    found = find(store, scope("2026-11-02", "2026-11-08", PHONE))
    hours = (8.5, 9, 9.5, 10, 10.5, 11)
    assert [at(found, 0, hour).there for hour in hours] == [0.0, 1.0, 1.0, 2.0, 1.0, 0.0]
    assert found.staffed_known == 0.0


def test_agent_is_there_no_longer_than_staffed(store: Facts) -> None:
    store.contact("2026-11-02 09:10:00", "a1", handle_seconds=180.0)
    store.contact("2026-11-02 10:50:00", "a1", handle_seconds=180.0)
    store.contact("2026-11-02 10:05:00", "a2", handle_seconds=180.0)
    store.agent_day("a1", "2026-11-02", 1800.0)
    store.agent_day("a1", "2026-11-03", 9000.0)
    found = find(store, scope("2026-11-02", "2026-11-08", PHONE))
    assert [at(found, 0, hour).there for hour in (9, 9.5, 10, 10.5)] == [0.25, 0.25, 1.25, 0.25]
    assert found.staffed_known == 0.5


def test_there_is_the_mean_of_all_such_weekdays(store: Facts) -> None:
    store.contact("2026-11-02 09:10:00", "a1", handle_seconds=180.0)
    store.contact("2026-11-10 09:10:00", "a1", handle_seconds=180.0)
    assert at(find(store, scope(*TWO_WEEKS, PHONE)), 0, 9).there == 0.5


def test_hour_that_happens_twice_is_counted_in_both(store: Facts) -> None:
    """25 October 2026: 02:30 comes twice; in UTC 00:30 and 01:30."""
    for hour in ("00:30", "01:30"):
        store.contact(
            "2026-10-25 12:00:00",
            handle_seconds=180.0,
            opened_at=f"2026-10-25 {hour}:00",
        )
    store.contact("2026-10-19 02:30:00", handle_seconds=180.0)
    found = find(store, scope(*CHANGE_WEEK, PHONE))
    assert (at(found, 6, 2.5).contacts, at(found, 0, 2.5).contacts) == (2.0, 1.0)


def test_weeks_that_the_data_does_not_have_are_no_quiet_weeks(store: Facts) -> None:
    store.contact("2026-11-05 10:00:00", handle_seconds=180.0)
    found = find(store, scope("2026-09-21", "2026-11-15", PHONE))
    assert (found.scope.period.first_day, found.scope.period.last_day) == (
        scope("2026-11-02", "2026-11-08").period.first_day,
        scope("2026-11-02", "2026-11-08").period.last_day,
    )
    assert (found.weeks, at(found, 3, 10).contacts) == (1.0, 1.0)


def test_day_that_runs_is_left_out(store: Facts) -> None:
    store.contact("2026-11-17 10:00:00", handle_seconds=180.0)
    store.contact("2026-11-18 10:00:00", handle_seconds=900.0)
    found = find(store, scope("2026-11-16", "2026-11-22", PHONE))
    assert (found.handled, str(found.scope.period.last_day)) == (1, "2026-11-17")
    assert at(found, 2, 10).contacts == 0.0


def test_no_contacts_tell_of_the_newest_one(store: Facts) -> None:
    store.contact("2025-03-05 10:00:00", handle_seconds=180.0)
    assert complaint(store, scope(*TWO_WEEKS, PHONE)) == (
        "There are no phone contacts from 2026-11-02 to 2026-11-15. The newest one is of"
        " 2025-03-05. Add days, such as: from 2025-01-09 to 2025-03-05."
    )


def test_no_contacts_at_all_is_one_sentence(store: Facts) -> None:
    assert complaint(store, scope(*TWO_WEEKS, PHONE)) == (
        "There are no phone contacts from 2026-11-02 to 2026-11-15."
        " Load contacts of this channel, or ask for another one."
    )


@pytest.mark.parametrize("seconds", [None, 0.0])
def test_no_handle_time_is_one_sentence(store: Facts, seconds: float | None) -> None:
    store.contact("2026-11-02 10:00:00", handle_seconds=seconds)
    assert complaint(store, scope(*TWO_WEEKS, PHONE)).startswith(
        "No phone contact of these days has a handle time"
    )


def test_period_without_a_complete_day_is_one_sentence(store: Facts) -> None:
    assert complaint(store, scope("2026-11-18", "2026-11-18", PHONE)) == (
        "That period has no complete day yet. Ask for an earlier one."
    )


def test_half_hour_of_fewer_than_three_agents_is_withheld(store: Facts) -> None:
    for agent in ("a1", "a2", "a3"):
        store.contact("2026-11-02 10:00:00", agent, handle_seconds=180.0)
    store.contact("2026-11-02 11:00:00", "a1", handle_seconds=180.0)
    found = find(store, scope("2026-11-02", "2026-11-08", PHONE, withhold=True))
    assert at(found, 0, 11) == HalfHour(0, 22, withheld=True)
    assert at(found, 0, 10).offered == 3


def test_two_agents_by_three_ids_are_withheld_altogether(store: Facts) -> None:
    for agent in ("a1", "a2", "a3"):
        store.contact("2026-11-02 10:00:00", agent, handle_seconds=180.0)
    store.agent("a1", "ann@example.com")
    store.agent("a2", "Ann@example.com ")
    asked = scope("2026-11-02", "2026-11-08", PHONE, withhold=True)
    with pytest.raises(NotAllowedError, match="Fewer than 3 agents"):
        find(store, asked)


def test_settings_say_what_a_real_attempt_is(store: Facts) -> None:
    store.contact("2026-11-02 10:00:00", handle_seconds=180.0)
    store.contact("2026-11-02 10:01:00", None, abandoned=True, wait_seconds=4.9)
    settings = Settings(timezone="Europe/Berlin", short_abandon_seconds=2)
    asked = scope("2026-11-02", "2026-11-08", PHONE, settings=settings)
    assert at(find(store, asked), 0, 10).lost == 1


@pytest.mark.parametrize("channel", ["phone", "chat", "in_person"])
def test_channel_with_a_line_can_be_staffed(channel: str) -> None:
    check_channel(channel)


@pytest.mark.parametrize("channel", ["email", "web", "social", "sms", "other"])
def test_channel_without_waiting_is_refused_with_the_reason(channel: str) -> None:
    with pytest.raises(UserError, match="Erlang C is for channels where customers wait"):
        check_channel(channel)
