# ruff: noqa: E501 - sentences stand whole in a line, as a person reads them
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.blocks.sentences import running_line, spoken
from storage.metrics.answer import Change, Filter, Previous, Row, Running, SegmentValues
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Aggregation, Segment
from storage.periods import Grain, period_of
from tests.bot.blocks.answers import (
    BERLIN,
    CHAT,
    EMAIL,
    NOW,
    PHONE,
    WEEK_47,
    answered,
    by_hour,
    largest,
    metric,
    reference,
)


def said(row: Row, abbreviation: str = "FCR") -> str:
    return " ".join(spoken(answered(abbreviation, row)))


def test_each_channel_is_told_by_itself() -> None:
    assert spoken(reference()) == [
        (
            "Phone fell to 71.2 % from 74.3 %, below its usual range (72 to 77 %);"
            " chat held at 82.0 % (81.6 % before);"
            " e-mail had too few contacts to say (67 %, n = 12)."
        )
    ]


def test_rise_within_the_usual_range_is_a_run_on_one_side() -> None:
    row = Row(PHONE, 0.76, 900, None, Previous(0.75, 900), Change.UP, (0.70, 0.80))
    assert (
        said(row)
        == "Phone rose to 76.0 % from 75.0 %, above its usual level for eight weeks in a row."
    )


def test_change_against_the_step_from_the_period_before_is_not_called_a_rise() -> None:
    row = Row(PHONE, 0.82, 900, None, Previous(0.84, 900), Change.UP, (0.70, 0.80))
    assert said(row) == (
        "Phone stood at 82.0 % (84.0 % before), above its usual range (70 to 80 %)."
    )


def test_steady_value_that_moved_visibly_is_not_said_to_hold() -> None:
    usual = Row(PHONE, 0.76, 900, None, Previous(0.72, 900), Change.FLAT, (0.70, 0.80))
    tested = replace(usual, usual_range=None)
    assert said(usual) == "Phone stood at 76.0 % (72.0 % before), within its usual range."
    assert said(tested) == "Phone stood at 76.0 % (72.0 % before), no clear change."


def test_small_sample_before_is_said() -> None:
    row = Row(PHONE, 0.76, 900, (0.7, 0.8), Previous(0.5, 4), Change.UNCLEAR)
    assert said(row) == "Phone stood at 76.0 %, with too few contacts before to compare."


def test_count_without_history_is_not_called_a_change() -> None:
    row = Row((), 1284.0, 1284, None, Previous(1190.0, 1190), Change.UNCLEAR)
    assert said(row, "Volume") == (
        "Ticket volume stood at 1,284 (1,190 before)."
        " There is too little history yet to call a change."
    )


def test_first_period_has_nothing_to_compare_with() -> None:
    assert said(Row(PHONE, 0.76, 900)) == (
        "Phone stood at 76.0 %. There is nothing before to compare with."
    )


def test_first_figure_beside_others_says_so() -> None:
    old = Row(PHONE, 0.76, 900, None, Previous(0.76, 900), Change.FLAT)
    assert spoken(answered("FCR", old, Row(CHAT, 0.5, 100))) == [
        "Phone held at 76.0 % (76.0 % before); chat stood at 50.0 %, with nothing before to compare."
    ]


def test_no_data_is_said_and_never_a_zero() -> None:
    before = Row(PHONE, None, 0, None, Previous(0.76, 900))
    assert said(before) == "There is no data for week 46 (9 to 15 Nov)."
    assert said(Row(PHONE, None, 0)) == (
        "There is no data for week 46 (9 to 15 Nov), nor shortly before."
        " What is counted: contacts resolved and not abandoned, by when they were resolved."
    )
    two = answered(
        "FCR", Row(PHONE, 0.76, 900, None, Previous(0.76, 900), Change.FLAT), Row(CHAT, None, 0)
    )
    assert spoken(two) == ["Phone held at 76.0 % (76.0 % before); chat has no data."]


def test_nothing_loaded_and_not_begun_are_told_apart() -> None:
    empty = replace(answered("FCR", Row(PHONE, None, 0)), freshness=())
    assert spoken(empty) == ["There is no data yet: nothing has been loaded."]
    later = answered("FCR", Row(PHONE, None, 0), period=WEEK_47.shifted(1))
    assert spoken(later) == ["Week 48 (23 to 29 Nov) has not begun yet."]


def test_withheld_value_is_said_to_be() -> None:
    row = Row(((Segment.TEAM, "Billing"),), None, 0, withheld=True)
    assert said(row) == "Billing: withheld, as fewer than 3 agents stand behind it."


def test_many_rows_are_summed_up() -> None:
    first, *rest = spoken(largest())
    assert first.count(";") == 2
    assert rest == [
        "Of the other 157 rows, 77 changed, 40 held steady, 40 have too few contacts now or before to call a change."
    ]


def test_hours_name_the_highest_and_the_lowest() -> None:
    assert spoken(by_hour()) == [
        "Phone ranged from 10 min at 00:00 to 33 min at 23:00.",
        "Chat ranged from 10 min at 00:00 to 33 min at 23:00.",
        "All 48 rows held steady.",
    ]


def test_agents_are_never_ranked() -> None:
    rows = [
        Row(((Segment.AGENT, f"a{number}"),), 0.5 + number / 100, 100, None, Previous(0.5, 90))
        for number in range(9)
    ]
    told = " ".join(spoken(answered("FCR", *rows, by=(Segment.AGENT,))))
    assert told == "All 9 agents have nothing before to compare with."


def test_running_period_stands_beside_the_same_stretch() -> None:
    assert running_line(reference()) == (
        "This week so far (Mon to Wed): phone 73.0 % (74.1 % at this point last week);"
        " chat 81.0 % (80.0 % at this point last week)."
    )


def test_stock_is_told_as_of_now() -> None:
    row = Row((), 212.0, 212, None, Previous(174.0, 174))
    answer = replace(answered("Backlog", row), running=Running(WEEK_47, NOW, (row,)))
    assert running_line(answer) == "Now: 212 (174 at this point last week)."


def test_asked_period_that_runs_is_compared_with_its_stretch() -> None:
    row = Row(PHONE, 0.712, 400, None, Previous(0.76, 410), Change.DOWN)
    answer = answered("FCR", row, period=WEEK_47)
    assert spoken(answer) == ["Phone fell to 71.2 % from 76.0 % at this point last week."]


@pytest.mark.parametrize("segment", [PHONE, ((Segment.HOUR, "09"),), ()])
@pytest.mark.parametrize("change", [*Change, None])
@pytest.mark.parametrize("each", METRICS, ids=lambda each: each.abbreviation)
def test_every_metric_is_said_in_whole_sentences(
    each: object, change: Change | None, segment: SegmentValues
) -> None:
    found = next(one for one in METRICS if one is each)
    day = period_of(Grain.DAY, date(2026, 11, 17), BERLIN)
    row = Row(segment, 0.5, 40, (0.4, 0.6), Previous(0.4, 30), change, (0.3, 0.45))
    sentences = spoken(answered(found.abbreviation, row, period=day))
    assert [text for text in sentences if not text.endswith(".") or text != text.strip()] == []
    assert "  " not in " ".join(sentences)


def test_metrics_that_are_neither_get_no_verdict() -> None:
    assert metric("AHT").aggregation is Aggregation.MEAN
    row = Row(PHONE, 400.0, 900, None, Previous(300.0, 900), Change.UP)
    assert said(row, "AHT") == "Phone rose to 6 min 40 s from 5 min."


def test_filters_stay_out_of_the_sentence() -> None:
    row = Row(PHONE, 0.76, 900, None, Previous(0.76, 900), Change.FLAT)
    answer = answered("FCR", row, filters=(Filter(Segment.TEAM, ("Billing",)),))
    assert spoken(answer) == ["Phone held at 76.0 % (76.0 % before)."]


def test_day_on_one_side_is_held_against_its_weekday() -> None:
    day = period_of(Grain.DAY, date(2026, 11, 17), BERLIN)
    row = Row((), 60.0, 60, None, Previous(50.0, 50), Change.DOWN, (40.0, 90.0))
    assert spoken(answered("Volume", row, period=day)) == [
        "Ticket volume stood at 60 (50 before), below its usual level for eight Tuesdays in a row."
    ]


def test_channel_that_a_filter_fixes_is_not_repeated() -> None:
    row = Row(PHONE, 0.76, 900, None, Previous(0.76, 900), Change.FLAT)
    only = (Filter(Segment.CHANNEL, ("phone",)),)
    answer = answered("FCR", row, filters=only)
    answer = replace(answer, running=Running(WEEK_47, NOW, (row,)))
    assert spoken(answer) == ["First contact resolution held at 76.0 % (76.0 % before)."]
    assert running_line(answer) == (
        "This week so far (Mon to Wed): 76.0 % (76.0 % at this point last week)."
    )
    both = replace(only[0], values=("phone", "chat"))
    assert spoken(answered("FCR", row, filters=(both,))) == [
        "Phone held at 76.0 % (76.0 % before)."
    ]


def small(segment: SegmentValues, value: float, n: int) -> Row:
    change = Change.UNCLEAR
    return Row(segment, value, n, None, Previous(0.5, 9), change, small_sample=True)


def test_only_figure_goes_before_its_doubt() -> None:
    assert said(small(PHONE, 0.62, 24)) == (
        "Phone stood at 62 %, from too few contacts to call a change (n = 24)."
    )
    assert said(replace(small(PHONE, 0.62, 24), previous=None, change=None)) == (
        "Phone stood at 62 %, from too few contacts to call a change (n = 24)."
        " There is nothing before to compare with."
    )


def test_small_samples_share_their_doubt() -> None:
    rows = (small(PHONE, 0.62, 24), small(CHAT, 0.5, 8), Row(EMAIL, None, 0))
    assert spoken(answered("FCR", *rows)) == [
        "Phone 62 % (n = 24) and chat 50 % (n = 8), from too few contacts to call a change; e-mail has no data."
    ]


def test_rows_without_a_figure_stand_together() -> None:
    rows = [
        Row(PHONE, None, 0),
        Row(CHAT, 0.76, 900, None, Previous(0.76, 900), Change.FLAT),
        Row(EMAIL, None, 0),
        Row(((Segment.CHANNEL, "web"),), None, 0, withheld=True),
    ]
    assert spoken(answered("FCR", *rows)) == [
        "Chat held at 76.0 % (76.0 % before); phone and e-mail have no data; web: withheld, as fewer than 3 agents stand behind it."
    ]


def test_row_with_a_figure_before_has_something_to_compare_with() -> None:
    first, gone = Row(CHAT, 0.5, 100), Row(PHONE, None, 0, None, Previous(0.5, 90))
    assert spoken(answered("FCR", first, gone)) == [
        "Chat stood at 50.0 %, with nothing before to compare; phone has no data."
    ]


def test_running_figures_of_small_samples_are_not_compared() -> None:
    rows = (small(PHONE, 0.5, 6), small(CHAT, 0.6, 5))
    answer = replace(reference(), running=Running(WEEK_47, NOW, rows))
    assert running_line(answer) == (
        "This week so far (Mon to Wed): phone 50 % (n = 6); chat 60 % (n = 5); too few contacts to compare."
    )


def test_changed_agents_are_told_in_the_order_of_their_names() -> None:
    rows = [
        Row(
            ((Segment.AGENT, name),), float(n), n, None, Previous(9.0, 9), Change.UP, (1.0, 9.0), {}
        )
        for name, n in (("Ann", 20), ("Ben", 50), ("Cem", 40), ("Dag", 99), ("Eva", 10))
    ]
    told, rest = spoken(answered("Pending", *rows, by=(Segment.AGENT,)))
    assert [part.split()[0] for part in told.split("; ")] == ["Ann", "Ben", "Cem"]
    assert rest == "The other 2 agents changed."


def test_one_row_of_its_kind_is_told_in_the_singular() -> None:
    held = Row(((Segment.TEAM, "a"),), 0.76, 900, None, Previous(0.76, 900), Change.FLAT)
    empty = Row(((Segment.TEAM, "b"),), None, 0)
    rows = (held, held, held, held, empty)
    assert spoken(answered("Reopens", *rows, by=(Segment.TEAM,))) == [
        "Of 5 teams, 4 held steady, 1 has no data."
    ]


def test_counts_without_history_are_told_in_one_sentence() -> None:
    rows = [
        Row(((Segment.WEEKDAY, day),), 50.0, 50, None, Previous(40.0, 40), Change.UNCLEAR)
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    ]
    assert spoken(answered("Volume", *rows, by=(Segment.WEEKDAY,)))[-1] == (
        "There is too little history yet to call a change."
    )
