from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.blocks.chart import picture
from bot.blocks.message import message
from storage.metrics.answer import Answer, Filter, Row, SegmentValues
from storage.metrics.definition import Segment
from storage.periods import Grain, period_of
from tests.bot.blocks.answers import (
    BERLIN,
    CHAT,
    PHONE,
    answered,
    by_hour,
    largest,
    reference,
    trend,
)


def charts(answer: Answer) -> list[dict[str, Any]]:
    return list(message([], picture(answer).blocks).blocks)


def drawn(answer: Answer) -> dict[str, list[float]]:
    series = charts(answer)[0]["chart"]["series"]
    return {each["name"]: [point["value"] for point in each["data"]] for each in series}


def test_trend_draws_the_periods_that_every_line_has() -> None:
    (block,) = charts(reference())
    assert block["title"] == "First contact resolution, 11 weeks"
    assert block["chart"]["type"] == "line"
    axes = block["chart"]["axis_config"]
    assert (axes["x_label"], axes["y_label"]) == ("week starting", "FCR, percent")
    assert axes["categories"][:3] == ["24 Aug", "31 Aug", "14 Sep"]
    assert drawn(reference()) == {
        "phone": [74.0, 75.0, 74.0, 75.0, 74.0, 73.0, 76.0, 75.0, 74.0, 74.3, 71.2],
        "chat": [80.0, 81.0, 80.0, 82.0, 81.0, 80.0, 82.0, 81.0, 80.0, 81.6, 82.0],
    }


def test_what_is_not_drawn_is_said() -> None:
    assert picture(reference()).remarks == (
        "The chart leaves out e-mail, with too little data.",
        "The chart leaves out the week starting 7 Sep: no data for chat.",
    )


def test_single_figure_is_drawn_with_its_usual_range() -> None:
    row = Row((), 1200.0, 1200, usual_range=(900.0, 1250.0))
    answer = answered("Volume", row, points=trend((), [1000.0, 1100.0, 1200.0]))
    assert drawn(answer) == {
        "Volume": [1000.0, 1100.0, 1200.0],
        "usual, low": [900.0] * 3,
        "usual, high": [1250.0] * 3,
    }


@pytest.mark.parametrize(
    ("seconds", "axis", "values"),
    [
        ([40.0, 100.0], "ASA, seconds", [40.0, 100.0]),
        ([60.0, 390.0], "ASA, minutes", [1.0, 6.5]),
        ([3600.0, 43200.0], "ASA, hours", [1.0, 12.0]),
        ([86400.0, 864000.0], "ASA, days", [1.0, 10.0]),
    ],
)
def test_duration_is_drawn_in_a_unit_that_fits(
    seconds: list[float], axis: str, values: list[float]
) -> None:
    answer = answered("ASA", Row(PHONE, seconds[-1], 500), points=trend(PHONE, seconds))
    assert charts(answer)[0]["chart"]["axis_config"]["y_label"] == axis
    assert drawn(answer) == {"phone": values}


def test_six_of_many_lines_are_drawn_under_names_of_their_own() -> None:
    answer = largest()
    assert [len(drawn(answer)), max(map(len, drawn(answer)))] == [6, 20]
    assert picture(answer).remarks == ("The chart shows 6 of 160; the table shows more.",)


def test_only_channel_stands_in_the_title_and_not_in_every_name() -> None:
    segments = [(*PHONE, (Segment.ISSUE_TYPE, f"Category {number}")) for number in range(2)]
    points = (*trend(segments[0], [0.5, 0.6]), *trend(segments[1], [0.6, 0.7]))
    answer = answered("FCR", *(Row(each, 0.6, 90) for each in segments), points=points)
    assert charts(answer)[0]["title"] == "First contact resolution, phone, 2 weeks"
    assert list(drawn(answer)) == ["Category 0", "Category 1"]


def test_a_period_that_no_line_has_is_left_out_without_a_name() -> None:
    points = (*trend(PHONE, [0.5, None, 0.6]), *trend(CHAT, [0.6, None, 0.7]))
    answer = answered("FCR", Row(PHONE, 0.6, 90), Row(CHAT, 0.7, 90), points=points)
    assert picture(answer).remarks == ("The chart leaves out the week starting 2 Nov: no data.",)


@pytest.mark.parametrize("values", [[], [None] * 12, [0.5], [None, 0.5, None]])
def test_too_little_for_a_line_draws_nothing(values: list[float | None]) -> None:
    answer = answered("FCR", Row(PHONE, 0.5, 9), points=trend(PHONE, values))
    assert picture(answer).blocks == ()


def test_a_day_of_many_hours_becomes_two_charts() -> None:
    first, second = charts(by_hour())
    assert first["title"] == "First response time, 00:00 to 11:00"
    assert second["title"] == "First response time, 12:00 to 23:00"
    assert [each["chart"]["type"] for each in (first, second)] == ["bar", "bar"]
    assert drawn(by_hour())["phone"][:3] == [10.0, 11.0, 12.0]


def test_fewer_hours_fit_one_chart() -> None:
    (block,) = charts(by_hour(hours=10))
    assert block["chart"]["axis_config"]["categories"][-1] == "09:00"


def test_weekdays_are_bars() -> None:
    def on(channel: SegmentValues, day: str) -> SegmentValues:
        return (*channel, (Segment.WEEKDAY, day))

    rows = [Row(on(each, day), 0.5, 90) for each in (PHONE, CHAT) for day in ("monday", "tuesday")]
    answer = answered("FCR", *rows, by=(Segment.WEEKDAY,))
    assert charts(answer)[0]["chart"]["axis_config"]["categories"] == ["Monday", "Tuesday"]
    assert drawn(answer) == {"phone": [50.0, 50.0], "chat": [50.0, 50.0]}


@pytest.mark.parametrize("grain", [grain for grain in Grain if grain is not Grain.RANGE])
def test_every_grain_has_points_of_their_own_name(grain: Grain) -> None:
    period = period_of(grain, date(2026, 1, 4), BERLIN)
    points = trend(PHONE, [0.5] * 12, period)
    answer = answered("FCR", Row(PHONE, 0.5, 90), period=period, points=points)
    assert len(drawn(answer)["phone"]) == 12


def test_what_a_filter_fixes_names_no_line() -> None:
    only = (Filter(Segment.CHANNEL, ("phone",)),)
    answer = answered("FCR", Row(PHONE, 0.5, 9), points=trend(PHONE, [0.4, 0.5]), filters=only)
    assert drawn(answer) == {"FCR": [40.0, 50.0]}
    teams = [(*PHONE, (Segment.TEAM, team)) for team in ("a", "b")]
    points = tuple(point for team in teams for point in trend(team, [0.4, 0.5]))
    split = answered("FCR", *(Row(team, 0.5, 9) for team in teams), points=points, filters=only)
    assert charts(split)[0]["title"] == "First contact resolution, 2 weeks"
    assert list(drawn(split)) == ["a", "b"]


def test_hours_that_are_not_drawn_are_said() -> None:
    hours = [("07", 60.0), ("08", 90.0), ("09", None), ("10", 80.0)]
    rows = [Row((*PHONE, (Segment.HOUR, hour)), value, 9) for hour, value in hours]
    answer = answered("FRT", *rows, by=(Segment.HOUR,))
    assert picture(answer).remarks == ("The chart leaves out 09:00: no data.",)
    bars = {(*CHAT, (Segment.HOUR, "07")): 5.0}
    few = answered("FRT", *rows, *(Row(s, v, 9) for s, v in bars.items()), by=(Segment.HOUR,))
    assert picture(few).remarks == (
        "The chart leaves out chat, with too little data.",
        "The chart leaves out 09:00: no data.",
    )


def test_value_that_is_not_given_keeps_its_line_apart() -> None:
    segment = (*PHONE, (Segment.TENURE, None))
    other = (*PHONE, (Segment.TENURE, "experienced"))
    points = (*trend(segment, [0.4, 0.5]), *trend(other, [0.4, 0.5]))
    answer = answered("FCR", Row(segment, 0.5, 9), Row(other, 0.5, 9), points=points)
    assert list(drawn(answer)) == ["not given", "experienced"]
