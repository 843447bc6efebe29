from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks.message import message
from bot.blocks.table import MOST_ROWS, grid, marked, table_block
from storage.metrics.answer import Change, Filter, Previous, Row
from storage.metrics.definition import Segment
from tests.bot.blocks.answers import (
    CHAT,
    PHONE,
    WEEK_47,
    answered,
    by_hour,
    largest,
    metric,
    reference,
)


def texts(answer_rows: tuple[tuple[object, ...], ...]) -> list[list[str]]:
    return [[getattr(cell, "text", "") for cell in row] for row in answer_rows]


def test_table_shows_value_before_range_and_sample() -> None:
    shown = grid(reference())
    assert shown.heading == ("channel", "FCR", "before", "usual range", "contacts", "likely range")
    assert texts(shown.rows) == [
        ["phone", "71.2 % ↓ worse", "74.3 %", "72 to 77 %", "1,284", "69 to 74 %"],
        ["chat", "82.0 % ●", "81.6 %", "79 to 84 %", "640", "79 to 85 %"],
        ["e-mail", "67 % ◌", "70 %", "–", "12", "39 to 86 %"],  # noqa: RUF001 - a dash
    ]


def test_asides_stand_beside_the_value() -> None:
    asides: dict[str, float | None] = {"mean": 720.0, "percentile_90": 1800.0, "waiting": 3.0}
    shown = grid(answered("FRT", *(Row(each, 600.0, 200, asides=asides) for each in (PHONE, CHAT))))
    assert shown.heading == (
        "channel", "FRT", "before", "contacts", "mean", "9 in 10 within", "still waiting"
    )  # fmt: skip
    assert texts(shown.rows)[1] == ["chat", "10 min", "–", "200", "12 min", "30 min", "3"]  # noqa: RUF001 - a dash


def test_unsure_row_says_between_what_its_percentile_lies() -> None:
    row = Row(
        PHONE, 600.0, 50, (540.0, 660.0), Previous(540.0, 20), Change.UNCLEAR,
        asides={"percentile_90": 1800.0}, aside_intervals={"percentile_90": (1200.0, 3600.0)},
    )  # fmt: skip
    assert texts(grid(answered("FRT", row)).rows)[-1] == [
        "9 in 10 within",
        "30 min (20 min to 1 h)",
    ]
    sure = grid(answered("FRT", replace(row, change=Change.UP)))
    assert texts(sure.rows)[-1] == ["9 in 10 within", "30 min"]


def test_single_row_stands_upright_and_leaves_out_what_is_missing() -> None:
    asides: dict[str, float | None] = {"mean": 720.0, "percentile_90": None}
    row = Row(PHONE, 600.0, 200, None, Previous(540.0, 190), Change.UP, asides=asides)
    shown = grid(answered("FRT", row))
    assert shown.heading == ("FRT, phone", "10 min ↑ worse")
    assert texts(shown.rows) == [
        ["before", "9 min"],
        ["difference", "+1 min"],
        ["contacts", "200"],
        ["mean", "12 min"],
    ]


def test_count_has_no_sample_beside_it() -> None:
    row = Row((), 12.0, 12, None, Previous(9.0, 9), Change.UNCLEAR)
    shown = grid(answered("Volume", row))
    assert (shown.heading, texts(shown.rows)) == (
        ("Volume", "12 ◌"),
        [["before", "9"], ["difference", "+3"]],
    )


def test_metric_that_is_neither_gets_an_arrow_without_a_verdict() -> None:
    row = Row((), 400.0, 90, None, Previous(300.0, 90), Change.UP)
    assert grid(answered("AHT", row)).heading == ("AHT", "6 min 40 s ↑")


def test_withheld_and_missing_values_show_no_number() -> None:
    team = ((Segment.TEAM, "Billing"),)
    hidden = Row(team, None, 0, withheld=True)
    missing = Row(((Segment.TEAM, None),), None, 0)
    rows = texts(grid(answered("FCR", hidden, missing)).rows)
    assert rows == [["Billing", "withheld", "–", "–"], ["team not given", "no data", "–", "0"]]  # noqa: RUF001 - a dash


def test_running_period_names_its_comparison() -> None:
    row = Row((), 12.0, 12, None, Previous(9.0, 9))
    shown = grid(answered("Volume", row, period=WEEK_47))
    assert texts(shown.rows) == [["same stretch before", "9"], ["difference", "+3"]]


def test_many_rows_become_pages_that_sort_by_number() -> None:
    block = message([], [table_block(grid(by_hour()), "By hour")]).blocks[0]
    assert (block["type"], block["page_size"], len(block["rows"])) == ("data_table", 10, 49)
    assert block["rows"][1][2] == {"type": "raw_number", "value": 600.0, "text": "10 min ●"}


def test_largest_rows_are_kept_in_their_order() -> None:
    shown = grid(largest())
    assert (len(shown.rows), shown.left_out) == (MOST_ROWS, 160 - MOST_ROWS)
    samples = [row[-5].number for row in shown.rows]
    assert samples == [float(100000 + number) for number in range(61, 160)]


def test_content_of_the_largest_table_stays_within_what_slack_takes() -> None:
    shown = grid(largest())
    characters = sum(len(cell.text) for row in shown.rows for cell in row)
    assert characters + sum(map(len, shown.heading)) < 20_000


def test_agent_is_shown_by_name() -> None:
    rows = [Row(((Segment.AGENT, agent),), 0.5, 40) for agent in ("a1", "a2")]
    answer = replace(answered("FCR", *rows), agent_names={"a1": "Ann Lee"})
    assert [row[0] for row in texts(grid(answer).rows)] == ["Ann Lee", "a2"]


def test_what_a_filter_fixes_is_no_column() -> None:
    only = (Filter(Segment.CHANNEL, ("phone",)),)
    rows = [Row((*PHONE, (Segment.TEAM, team)), 0.5, 200) for team in ("a", "b")]
    shown = grid(answered("FCR", *rows, by=(Segment.TEAM,), filters=only))
    assert shown.heading == ("team", "FCR", "before", "contacts")
    alone = grid(answered("FCR", Row(PHONE, 0.5, 200), filters=only))
    assert alone.heading == ("FCR", "50.0 %")


def test_small_sample_without_a_figure_before_is_marked_too() -> None:
    rows = (Row(PHONE, 0.5, 3, small_sample=True), Row(CHAT, 0.5, 300))
    assert [row[1].text for row in grid(answered("FCR", *rows)).rows] == ["50 % ◌", "50.0 %"]


def test_share_of_other_rows_is_as_exact_as_those_are() -> None:
    def shown(n: int) -> str:
        row = Row(PHONE, 0.5, 900, asides={"gross": 2 / 3}, aside_samples={"gross": n})
        return next(
            c[1].text for c in grid(answered("FCR", row)).rows if c[0].text.startswith("of")
        )

    assert [shown(3), shown(60), shown(1200)] == ["67 % (n = 3)", "67 %", "66.7 %"]


def test_net_flow_has_a_sign_and_is_not_told_twice() -> None:
    row = Row((), 86.0, 86, None, Previous(80.0, 80), asides={"net_flow": 6.0})
    told = texts(grid(answered("Backlog", row)).rows)
    assert told == [["before", "80"], ["opened minus resolved", "+6"]]
    runs = texts(grid(answered("Backlog", row, period=WEEK_47)).rows)
    assert [line[0] for line in runs] == [
        "same stretch before",
        "difference",
        "opened minus resolved",
    ]


@pytest.mark.parametrize(
    ("change", "before", "shown"),
    [
        (Change.UP, 0.5, "↑ better"),
        (Change.UP, 0.7, "high, better"),
        (Change.UP, 0.6, "high, better"),
        (Change.DOWN, 0.7, "↓ worse"),
        (Change.DOWN, 0.5, "low, worse"),
        (Change.FLAT, 0.7, "●"),
        (None, 0.7, ""),
    ],
)
def test_arrow_points_where_the_value_went_since_before(
    change: Change | None, before: float, shown: str
) -> None:
    row = Row(PHONE, 0.6, 90, previous=Previous(before, 90), change=change)
    assert marked(row, metric("FCR")) == shown
