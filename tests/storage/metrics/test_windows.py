from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

from storage.metrics.windows import (
    ASKED,
    BEFORE,
    RUNNING,
    STRETCH,
    Window,
    disjoint_layers,
    plan,
)
from storage.periods import Grain, period_of, range_of

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)


def week(day: date) -> list[int]:
    return [window.number for window in plan(period_of(Grain.WEEK, day, "UTC"), NOW).all]


def test_last_complete_week_has_twelve_before_and_the_running_one_beside() -> None:
    assert week(date(2026, 6, 8)) == [ASKED, *range(1, 13), RUNNING, STRETCH]


def test_running_week_is_cut_at_now_and_held_against_its_stretch() -> None:
    found = plan(period_of(Grain.WEEK, date(2026, 6, 17), "UTC"), NOW)
    assert [window.number for window in found.all] == [ASKED, *range(1, 13), STRETCH]
    assert found.all[0].end == NOW
    assert (found.complete, found.compared_with, found.running) == (False, STRETCH, None)
    assert found.trend == tuple(range(12, 0, -1))


def test_older_week_stands_alone() -> None:
    assert week(date(2026, 5, 4)) == [ASKED, *range(1, 13)]


def test_day_is_held_against_the_same_weekdays() -> None:
    found = plan(period_of(Grain.DAY, date(2026, 6, 16), "UTC"), NOW)
    assert found.baseline == tuple(range(84, 0, -7))
    assert found.trend == tuple(range(11, -1, -1))
    days = {window.number: window.start.weekday() for window in found.all if window.number > 0}
    assert {days[number] for number in found.baseline} == {1}


def test_range_has_no_running_period_beside() -> None:
    found = plan(range_of(date(2026, 6, 10), date(2026, 6, 16), "UTC"), NOW)
    assert (found.running, found.compared_with, found.complete) == (None, BEFORE, True)


def test_first_instant_of_a_week_has_no_empty_window() -> None:
    monday = datetime(2026, 6, 15, tzinfo=UTC)
    found = plan(period_of(Grain.WEEK, date(2026, 6, 8), "UTC"), monday)
    assert [window.number for window in found.all] == [ASKED, *range(1, 13)]
    assert found.running is None


def test_windows_of_one_layer_never_overlap() -> None:
    found = plan(period_of(Grain.WEEK, date(2026, 6, 8), "UTC"), NOW)
    layers = disjoint_layers(found.all)
    assert [len(layer) for layer in layers] == [14, 1]
    assert [window.number for window in layers[1]] == [STRETCH]
    assert sorted((w for layer in layers for w in layer), key=_number) == sorted(
        found.all, key=_number
    )
    for layer in layers:
        assert all(a.end <= b.start for a, b in pairwise(layer))


def _number(window: Window) -> int:
    return window.number
