"""Targets beside figures: in words, in the table, in the chart, in JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.answer import answer_message
from bot.blocks.export import answer_json
from bot.blocks.goals import target_name
from bot.blocks.levels import levels
from bot.blocks.sentences import spoken
from bot.blocks.small_print import NEAR_MEANS, small_print
from bot.blocks.terminal import terminal_text
from storage.benchmarks import shipped
from storage.metrics.answer import Answer, Change, Previous, Row
from storage.metrics.definition import Segment
from storage.metrics.target import Target, Verdict
from storage.settings import Settings
from tests.bot.blocks.answers import CHAT, EMAIL, PHONE, answered, metric, trend

AT_LEAST = Target(low=0.75)
POINTS = [0.74, 0.75, 0.73, 0.74, 0.75, 0.74, 0.73, 0.76, 0.75, 0.74, 0.743, 0.712]


def phone(target: Target = AT_LEAST, verdict: Verdict | None = Verdict.MISSED) -> Row:
    return Row(
        PHONE, 0.712, 1284, (0.69, 0.74), Previous(0.743, 1250), Change.DOWN, (0.722, 0.771),
        usual_level=0.745, target=target, verdict=verdict,
    )  # fmt: skip


def chat(target: Target = AT_LEAST, verdict: Verdict | None = Verdict.MET) -> Row:
    return Row(
        CHAT, 0.82, 640, (0.79, 0.85), Previous(0.816, 600), Change.FLAT,
        target=target, verdict=verdict,
    )  # fmt: skip


def email(target: Target = AT_LEAST, verdict: Verdict | None = Verdict.NEAR) -> Row:
    return Row(EMAIL, 0.75, 100, (0.7, 0.8), target=target, verdict=verdict)


def fcr(*rows: Row) -> Answer:
    points = [point for row in rows for point in trend(row.segment, POINTS)]
    return answered("FCR", *rows, points=tuple(points))


@pytest.mark.parametrize(
    ("abbreviation", "target", "named"),
    [
        ("FCR", Target(low=0.75), "at least 75 %"),
        ("FCR", Target(low=0.755), "at least 75.5 %"),
        ("FCR", Target(0.75, 0.85), "75 to 85 %"),
        ("ART", Target(high=9000), "at most 2 h 30 min"),
        ("AHT", Target(240, 360), "4 min to 6 min"),
        ("Backlog", Target(high=1200), "at most 1,200"),
    ],
)
def test_target_is_named_with_its_side(abbreviation: str, target: Target, named: str) -> None:
    assert target_name(target, metric(abbreviation)) == named


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.MISSED, "That misses the target of at least 75 %."),
        (Verdict.MET, "That meets the target of at least 75 %."),
        (
            Verdict.NEAR,
            "That is too near to the target of at least 75 % to say whether it is met.",
        ),
    ],
)
def test_single_row_says_how_it_stands(verdict: Verdict, said: str) -> None:
    assert spoken(fcr(phone(verdict=verdict)))[1:] == [said]


def test_small_sample_is_neither_met_nor_missed() -> None:
    answer = fcr(replace(phone(verdict=None), small_sample=True))
    assert not any("target" in said for said in spoken(answer))
    assert "| target | 75 % |" in _read(answer)


def test_rows_of_one_target_are_told_together_and_missed_ones_first() -> None:
    assert spoken(fcr(chat(), phone(), email()))[1:] == [
        "The target of at least 75 %: phone missed it, e-mail is too near to say, chat met it."
    ]


def test_rows_of_different_targets_name_each() -> None:
    rows = (phone(), chat(Target(0.8, 0.9)), email())
    assert spoken(fcr(*rows))[1:] == [
        (
            "Phone missed its target (at least 75 %); chat met its target (80 to 90 %);"
            " e-mail is too near to its target to say (at least 75 %)."
        )
    ]


def test_many_rows_are_counted() -> None:
    rows = [
        replace(row, segment=((Segment.TEAM, str(n)),))
        for n, row in enumerate([phone(), phone(), chat(), email(), chat()])
    ]
    answer = answered("Reopens", *rows, by=(Segment.TEAM,))
    assert spoken(answer)[-1] == (
        "Of 5 with a target, 2 missed it, 1 is too near to say and 2 met it."
    )


def test_table_has_the_target_with_a_mark_and_a_word() -> None:
    shown = _read(
        fcr(
            phone(),
            chat(Target(0.75, 0.85)),
            email(),
        )
    )
    assert "| channel | FCR | before | target | usual range | contacts |" in shown
    assert "| 75 % ✗ missed |" in shown
    assert "| 75 to 85 % ✓ met |" in shown
    assert "| 75 % ≈ near |" in shown


def test_near_is_explained_where_it_stands() -> None:
    assert NEAR_MEANS in small_print(fcr(email()))
    assert NEAR_MEANS not in small_print(fcr(phone()))


def test_terminal_shows_the_target() -> None:
    text = " ".join(terminal_text(fcr(phone())).split())
    assert "That misses the target of at least 75 %." in text
    assert "75 % ✗ missed" in text


def test_single_line_is_drawn_with_its_target_level_and_limits() -> None:
    assert levels(fcr(phone(Target(0.75, 0.85))), 1) == [
        ("target, low", 0.75),
        ("target, high", 0.85),
        ("usual, low", 0.722),
        ("usual level", 0.745),
        ("usual, high", 0.771),
    ]
    assert [name for name, _ in _series(fcr(phone(Target(0.75, 0.85))))] == [
        "phone",
        "target, low",
        "target, high",
        "usual, low",
        "usual level",
        "usual, high",
    ]


def test_several_lines_are_drawn_with_the_target_they_share() -> None:
    series = _series(fcr(phone(), chat()))
    assert series == [("phone", 71.2), ("chat", 71.2), ("target", 75.0)]
    assert [name for name, _ in _series(fcr(phone(), chat(Target(low=0.8))))] == ["phone", "chat"]


def test_target_is_not_drawn_where_it_would_be_the_seventh_line() -> None:
    rows = [replace(phone(), segment=((Segment.TEAM, f"team {n}"),)) for n in range(6)]
    points = tuple(p for row in rows for p in trend(row.segment, POINTS))
    answer = answered("Reopens", *rows, by=(Segment.TEAM,), points=points)
    assert [name for name, _ in _series(answer)] == [f"team {n}" for n in range(6)]
    five = replace(answer, rows=answer.rows[:5])
    assert [name for name, _ in _series(five)][-1] == "target"


def test_json_has_bounds_and_verdict() -> None:
    rows = answer_json(fcr(phone(), chat(Target(0.75, 0.85), None), Row(EMAIL, 0.7, 100)))["rows"]
    assert [row["target"] for row in rows] == [
        {"low": 0.75, "high": None, "verdict": "missed"},
        {"low": 0.75, "high": 0.85, "verdict": None},
        None,
    ]
    assert [row["usual_level"] for row in rows] == [0.745, None, None]


@pytest.mark.parametrize(("run", "word"), [(8, "eight"), (11, "eleven")])
def test_shift_is_said_with_how_long_it_lasts(run: int, word: str) -> None:
    row = replace(phone(), value=0.74, usual_range=(0.7, 0.8), run=run, target=None, verdict=None)
    assert spoken(fcr(row)) == [
        f"Phone stood at 74.0 % (74.3 % before), below its usual level for {word} weeks in a row."
    ]


def test_benchmark_stands_in_the_small_print_beside_the_own_usual_range() -> None:
    (banks,) = (each for each in shipped() if each.label == "banks")
    csat = replace(phone(), target=None, verdict=None)
    answer = answered("CSAT", csat)
    settings = Settings(benchmark={banks.metric: "banks"})
    told = f"Benchmark: banks 78 % ({banks.source}, 2025)."
    assert told in small_print(replace(answer, settings=settings))
    assert "Benchmark" not in small_print(answer)
    without = replace(answer, settings=settings, rows=(replace(csat, usual_range=None),))
    assert "Benchmark" not in small_print(without)


def _read(answer: Answer) -> str:
    """Tables as lines of cells."""
    lines = [
        "| " + " | ".join(str(cell["text"]) for cell in row) + " |"
        for block in answer_message(answer).blocks
        if block["type"] == "table"
        for row in block["rows"]
    ]
    return "\n".join(lines)


def _series(answer: Answer) -> list[tuple[str, Any]]:
    """Each line of the chart with its newest value."""
    (chart,) = (b for b in answer_message(answer).blocks if b["type"] == "data_visualization")
    return [(line["name"], line["data"][-1]["value"]) for line in chart["chart"]["series"]]
