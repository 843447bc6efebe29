from __future__ import annotations

from typing import Any

import pytest

from bot.playground import Person, Workspace
from bot.playground.page.charts import WIDE, plots, slices, values_table
from bot.playground.page.drawing import draw, templates
from bot.playground.page.scales import scale, written
from tests.bot.playground.page.conftest import Reader

Json = dict[str, Any]


def _chart(kind: str, *series: tuple[float, ...], months: str = "JFM") -> Json:
    return {
        "type": kind,
        "axis_config": {"categories": list(months), "x_label": "month", "y_label": "contacts"},
        "series": [
            {
                "name": f"series {number}",
                "data": [
                    {"label": month, "value": value}
                    for month, value in zip(months, values, strict=True)
                ],
            }
            for number, values in enumerate(series, start=1)
        ],
    }


PIE: Json = {
    "type": "pie",
    "segments": [{"label": "phone", "value": 75}, {"label": "chat", "value": 25}],
}


@pytest.mark.parametrize(
    ("values", "from_zero", "ticks"),
    [
        ((70, 82), False, (70, 75, 80, 85)),
        ((70, 82), True, (0, 25, 50, 75, 100)),
        ((3, 11), False, (0, 5, 10, 15)),
        ((-4, 6), False, (-5, -2.5, 0, 2.5, 5, 7.5)),
        ((5, 5), False, (4, 4.5, 5, 5.5, 6)),
        ((0, 0), True, (0, 0.25, 0.5, 0.75, 1)),
        ((0.1, 0.3), False, (0, 0.1, 0.2, 0.3)),
    ],
)
def test_scale_encloses_the_values_in_round_numbers(
    values: tuple[float, ...], from_zero: bool, ticks: tuple[float, ...]
) -> None:
    assert scale(values, from_zero=from_zero).ticks == ticks


@pytest.mark.parametrize(
    ("value", "text"), [(1284, "1,284"), (74.3, "74.3"), (0.25, "0.25"), (-3, "-3"), (0, "0")]
)
def test_value_is_written_without_idle_digits(value: float, text: str) -> None:
    assert written(value) == text


def test_line_lies_where_its_values_are() -> None:
    wide = plots(_chart("line", (0, 50, 100)))[0]

    (series,) = wide.series
    assert [mark.y for mark in series.marks] == [WIDE.base, (WIDE.top + WIDE.base) / 2, WIDE.top]
    assert [mark.says for mark in series.marks] == [
        "series 1, J: 0",
        "series 1, F: 50",
        "series 1, M: 100",
    ]


def test_points_in_another_order_lie_at_their_labels() -> None:
    chart = _chart("line", (10, 20, 30))
    chart["series"][0]["data"].reverse()

    assert [mark.says for mark in plots(chart)[0].series[0].marks] == [
        "series 1, J: 10",
        "series 1, F: 20",
        "series 1, M: 30",
    ]


def test_bars_stand_on_zero_and_beside_each_other() -> None:
    wide = plots(_chart("bar", (10, -5, 0), (20, 5, 1)))[0]

    first, second = wide.series
    assert first.marks[0].y + first.marks[0].height == pytest.approx(wide.zero)
    assert first.marks[1].y == wide.zero
    assert first.marks[0].x + first.marks[0].width < second.marks[0].x


def test_labels_leave_out_what_has_no_room() -> None:
    months = [f"2026-{month:02}-01" for month in range(1, 13)]
    chart = _chart("line", tuple(range(12)), months="abcdefghijkl")
    chart["axis_config"]["categories"] = months
    for point, month in zip(chart["series"][0]["data"], months, strict=True):
        point["label"] = month

    shown = {plot.size.name: [tick.text for tick in plot.x_ticks] for plot in plots(chart)}

    assert [text for text in shown["narrow"] if text] == ["2026-04-01", "2026-08-01", "2026-12-01"]
    assert shown["wide"][-1] == "2026-12-01"


def test_pie_parts_share_the_whole() -> None:
    phone, chat = slices(PIE)

    assert (phone.share, phone.value, chat.share) == ("75%", "75", "25%")
    assert phone.path == "M 0 0 L 0 -90 A 90 90 0 1 1 -90 0 Z"


def test_pie_of_one_part_is_a_whole_circle() -> None:
    (only,) = slices({"type": "pie", "segments": [{"label": "phone", "value": 3}]})

    assert only.share == "100%"
    assert only.path.count("A 90 90") == 2


def test_values_stand_in_a_table_too() -> None:
    table = values_table(_chart("area", (1, 2, 3), (4.5, 5, 6)))

    assert table.heading == ("month", "series 1", "series 2")
    assert table.rows == (("J", "1", "4.5"), ("F", "2", "5"), ("M", "3", "6"))


@pytest.mark.parametrize("chart", [_chart("line", (1, 2, 3), (2, 3, 4)), PIE], ids=["line", "pie"])
def test_chart_is_drawn_with_its_names(workspace: Workspace, ana: Person, chart: Json) -> None:
    block = {"type": "data_visualization", "block_id": "b", "title": "Contacts", "chart": chart}
    html = draw(
        "parts/blocks.html",
        workspace.state,
        blocks=[block],
        surface="s",
        values={},
        errors={},
        viewer=ana,
    )
    page = Reader(html)

    pictures = [each for each in page.all("svg") if each.get("role") == "img"]
    assert all("Contacts" in each["aria-label"] for each in pictures)
    assert len(pictures) == (1 if chart is PIE else 3)
    assert "Values as a table" in page.text


def test_series_differ_by_mark_and_pattern() -> None:
    for part in ("mark", "pattern"):
        template = templates().get_template(f"parts/{part}.html")
        drawn = {template.render(number=number, id="x") for number in range(1, 7)}
        shapes = {each.replace(f'"p{number}"', "") for number in range(1, 7) for each in drawn}
        assert len(drawn) == 6, part
        assert len(shapes) >= 6, part
