from __future__ import annotations

import pytest

from bot.blocks.sparkline import chart_lines, sparkline, trend_lines
from storage.metrics.answer import Row
from tests.bot.blocks.answers import PHONE, answered, trend


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([0.2, None, 0.1], "█·▁"),
        ([5, 5, 5], "▄▄▄"),
        ([None, None], "··"),
        ([-65, 0, -22], "▁█▆"),
    ],
)
def test_trend_is_drawn_between_its_lowest_and_highest(
    values: list[float | None], drawn: str
) -> None:
    assert sparkline(values) == drawn


@pytest.mark.parametrize(
    ("abbreviation", "values", "lines"),
    [
        ("FCR", [0.68, 0.74, 0.77], ["▁▆█", "3 weeks, 68 to 77 %, now the highest"]),
        ("FCR", [0.68, 0.77, 0.74], ["▁█▆", "3 weeks, 68 to 77 %"]),
        ("FRT", [7200, 10800, 3600], ["▅█▁", "3 weeks, 1 h to 3 h, now the lowest"]),
        ("Volume", [5, 5, 5], ["▄▄▄", "3 weeks, always 5"]),
        ("FCR", [None, 0.68, None, 0.74, 0.77], ["▁·▆█", "4 weeks, 68 to 77 %, now the highest"]),
        ("FCR", [0.68, None, 0.77], []),
    ],
)
def test_trend_is_told_in_words_beside(
    abbreviation: str, values: list[float | None], lines: list[str]
) -> None:
    answer = answered(abbreviation, Row(PHONE, 0.7, 500), points=trend(PHONE, values))
    assert trend_lines(answer, PHONE) == lines


def test_chart_is_drawn_in_lines() -> None:
    points = [{"label": "9 Nov", "value": 71.5}, {"label": "23 Nov", "value": 75}]
    target = [{"label": day, "value": 75} for day in ("9 Nov", "16 Nov", "23 Nov")]
    chart = {
        "type": "data_visualization",
        "title": "First contact resolution, 3 weeks",
        "chart": {
            "type": "line",
            "series": [{"name": "phone", "data": points}, {"name": "target", "data": target}],
            "axis_config": {
                "categories": ["9 Nov", "16 Nov", "23 Nov"],
                "x_label": "week starting",
                "y_label": "FCR, percent",
            },
        },
    }
    assert chart_lines(chart) == [
        "First contact resolution, 3 weeks (FCR, percent)",
        "phone  ▁·█  71.5 to 75",
        "target 75",
    ]
