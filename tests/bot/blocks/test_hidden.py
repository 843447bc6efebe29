from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks.answer import answer_message
from bot.blocks.export import answer_json
from bot.blocks.hidden import hidden_lines
from storage.metrics.answer import Answer, Group, HiddenDifference, Row, SegmentValues
from storage.metrics.definition import Segment
from tests.bot.blocks.answers import CHAT, EMAIL, PHONE, answered

TEAM: SegmentValues = ((Segment.TEAM, "Billing"),)


def tenure(
    segment: SegmentValues, new: float, experienced: float, n: int = 100
) -> HiddenDifference:
    groups = Group("new", new, n, (new, new)), Group("experienced", experienced, n, (0.0, 1.0))
    return HiddenDifference(segment, Segment.TENURE, groups)


def complexity(segment: SegmentValues) -> HiddenDifference:
    groups = Group("complex", 900.0, 50, (800.0, 1000.0)), Group("simple", 60.0, 50, (50.0, 70.0))
    return HiddenDifference(segment, Segment.COMPLEXITY, groups)


def answer(abbreviation: str, *hidden: HiddenDifference) -> Answer:
    return replace(answered(abbreviation, Row(PHONE, 400.0, 200)), hidden=hidden)


@pytest.mark.parametrize(
    ("abbreviation", "hidden", "lines"),
    [
        (
            "AHT",
            (tenure(PHONE, 550.0, 362.0),),
            [
                (
                    "On phone it is 9 min 10 s with new agents and 6 min 2 s with experienced ones:"
                    " the average hides that."
                )
            ],
        ),
        (
            "FRT",
            (complexity(()),),
            ["It is 15 min for complex issues and 1 min for simple ones: the median hides that."],
        ),
        (
            "FCR",
            (tenure(PHONE, 0.5, 0.75), tenure(CHAT, 0.6, 0.8, 400), tenure(EMAIL, 0.1, 0.9, 90)),
            [
                (
                    "On chat it is 60.0 % with new agents and 80.0 % with experienced ones"
                    " (likewise on phone and e-mail): the average hides that."
                )
            ],
        ),
        (
            "AHT",
            (tenure(TEAM, 550.0, 362.0), complexity(TEAM)),
            [
                (
                    "For Billing it is 9 min 10 s with new agents and 6 min 2 s with experienced"
                    " ones: the average hides that."
                ),
                (
                    "For Billing it is 15 min for complex issues and 1 min for simple ones:"
                    " the average hides that."
                ),
            ],
        ),
        ("AHT", (), []),
    ],
)
def test_line_says_what_the_figure_hides(
    abbreviation: str, hidden: tuple[HiddenDifference, ...], lines: list[str]
) -> None:
    assert hidden_lines(answer(abbreviation, *hidden)) == lines


def test_line_stands_among_the_sentences_and_its_split_is_offered_first() -> None:
    shown = answer_message(answer("AHT", tenure(PHONE, 550.0, 362.0)))
    line = "On phone it is 9 min 10 s with new agents and 6 min 2 s with experienced ones"
    assert line in shown.text
    (row,) = [block for block in shown.blocks if block["type"] == "actions"]
    labels = [button["text"]["text"] for button in row["elements"]]
    assert labels[:2] == ["By tenure", "By issue type"]
    assert row["elements"][0]["value"] == "aht 2026-W46 by tenure"


def test_differences_are_in_the_export() -> None:
    assert answer_json(answer("AHT", complexity(PHONE)))["differences"] == [
        {
            "segment": {"channel": "phone"},
            "by": "complexity",
            "groups": [
                {"group": "complex", "value": 900.0, "n": 50, "interval": [800.0, 1000.0]},
                {"group": "simple", "value": 60.0, "n": 50, "interval": [50.0, 70.0]},
            ],
        }
    ]
    assert "differences" not in answer_json(answer("AHT"))
