"""When a rule is looked at, and when it may be told: quiet hours, mutes, one message a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.alerts.timing import Told, is_due, is_quiet, next_week, read_quiet, tomorrow
from storage.errors import UserError

BERLIN = "Europe/Berlin"
NIGHT = "20:00-07:00"
EVERY = timedelta(hours=1)


def berlin(day: int, hour: int, minute: int = 0, month: int = 6, fold: int = 0) -> datetime:
    local = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN), fold=fold)
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "is_at_rest"),
    [(19, 59, False), (20, 0, True), (23, 59, True), (0, 0, True), (6, 59, True), (7, 0, False)],
)
def test_quiet_hours_go_over_midnight(hour: int, minute: int, is_at_rest: bool) -> None:
    assert is_quiet(NIGHT, berlin(17, hour, minute), BERLIN) is is_at_rest


def test_quiet_hours_follow_the_wall_clock_where_the_clocks_change() -> None:
    for month, day in ((3, 29), (10, 25)):
        last, first = berlin(day, 6, 59, month), berlin(day, 7, 0, month)
        assert is_quiet(NIGHT, last, BERLIN)
        assert not is_quiet(NIGHT, first, BERLIN)
        assert first - last == timedelta(minutes=1)


def test_hour_that_happens_twice_is_quiet_twice() -> None:
    twice = [berlin(25, 2, 30, 10, fold) for fold in (0, 1)]
    assert twice[1] - twice[0] == timedelta(hours=1)
    assert [is_quiet("02:00-03:00", each, BERLIN) for each in twice] == [True, True]


def test_hour_that_is_left_out_is_no_quiet_one() -> None:
    before, after = berlin(29, 1, 59, 3), berlin(29, 3, 0, 3)
    assert after - before == timedelta(minutes=1)
    assert [is_quiet("02:00-03:00", each, BERLIN) for each in (before, after)] == [False, False]


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert not is_quiet("", berlin(17, 3), BERLIN)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20:00-07:00", "20:00-07:00"),
        ("22 to 6", "22:00-06:00"),
        ("0:30 – 24", "00:30-00:00"),  # noqa: RUF001 - a dash as phones type it
        ("none", ""),
        ("", ""),
    ],
)
def test_quiet_hours_are_read_as_people_type_them(typed: str, kept: str) -> None:
    assert read_quiet(typed) == kept


@pytest.mark.parametrize("typed", ["at night", "25-7", "20:61-7", "8-8", "20:00"])
def test_quiet_hours_that_can_not_be_are_refused(typed: str) -> None:
    with pytest.raises(UserError):
        read_quiet(typed)


def test_told_once_a_local_day_and_not_while_muted() -> None:
    noon = berlin(17, 12)
    assert Told(BERLIN).may_tell(noon)
    assert not Told(BERLIN, told_on=date(2026, 6, 17)).may_tell(noon)
    assert Told(BERLIN, told_on=date(2026, 6, 16)).may_tell(noon)
    assert not Told(BERLIN, muted_until=noon + EVERY).may_tell(noon)
    assert Told(BERLIN, muted_until=noon).may_tell(noon)
    assert not Told(BERLIN, NIGHT).may_tell(berlin(17, 22))


def test_due_when_its_interval_is_over_or_something_ended_meanwhile() -> None:
    told, checked = Told(BERLIN, NIGHT), berlin(17, 12, 30)
    assert is_due(told, EVERY, None, checked)
    assert not is_due(told, EVERY, checked, checked + timedelta(minutes=59))
    assert is_due(told, EVERY, checked, checked + EVERY)
    assert is_due(told, EVERY, berlin(18, 6, 50), berlin(18, 7, 0))
    assert is_due(Told(BERLIN), EVERY, berlin(17, 23, 50), berlin(18, 0, 0))
    muted = Told(BERLIN, muted_until=berlin(18, 8))
    assert is_due(muted, EVERY, berlin(18, 7, 50), berlin(18, 8, 0))
    assert not is_due(muted, EVERY, berlin(18, 8, 0), berlin(18, 8, 10))


def test_due_after_the_clock_was_put_back() -> None:
    assert is_due(Told(BERLIN), EVERY, berlin(17, 12), berlin(17, 11))


def test_mutes_end_in_the_morning() -> None:
    assert tomorrow(berlin(17, 23), BERLIN) == berlin(18, 8)
    assert next_week(berlin(17, 12), BERLIN) == berlin(22, 8)
    assert next_week(berlin(22, 7), BERLIN) == berlin(29, 8)
    assert tomorrow(berlin(28, 12, month=3), BERLIN) == berlin(29, 8, month=3)
