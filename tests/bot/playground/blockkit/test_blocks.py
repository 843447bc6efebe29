"""Each block's limits: at the limit it is accepted, one more is refused by name and reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import slackblocks
from slackblocks import (
    ActionsBlock,
    AreaChart,
    AxisConfig,
    BarChart,
    Button,
    CardBlock,
    CarouselBlock,
    ChartSegment,
    ColumnSettings,
    ConfirmationDialogue,
    ContainerBlock,
    ContextActionsBlock,
    ContextBlock,
    DataPoint,
    DataSeries,
    DataTableBlock,
    DataVisualizationBlock,
    DividerBlock,
    FeedbackButton,
    FeedbackButtons,
    HeaderBlock,
    IconButton,
    Image,
    ImageBlock,
    LineChart,
    MarkdownBlock,
    PieChart,
    RawNumber,
    RawText,
    RichText,
    RichTextBlock,
    RichTextLink,
    RichTextList,
    RichTextSection,
    RichTextUser,
    SectionBlock,
    StaticSelectMenu,
    TableBlock,
)
from slackblocks.objects import Text, TextType

from bot.playground.blockkit.blocks import BLOCKS, SURFACES
from bot.playground.blockkit.schema import Problem
from bot.playground.blockkit.surfaces import check_message_blocks, check_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def line_chart(series: int = 1, points: int = 1, label: str = "w", name: str = "") -> Json:
    categories = [f"{label}{number}" for number in range(points)]
    data = [{"label": category, "value": 1.5} for category in categories]
    return {
        "type": "data_visualization",
        "title": "Resolution",
        "chart": {
            "type": "line",
            "series": [{"name": f"{name}{number}", "data": data} for number in range(series)],
            "axis_config": {"categories": categories},
        },
    }


def pie(segments: int = 1, value: float = 1) -> Json:
    parts = [{"label": f"s{number}", "value": value} for number in range(segments)]
    return {
        "type": "data_visualization",
        "title": "Share",
        "chart": {"type": "pie", "segments": parts},
    }


def rows(count: int, columns: int, text: str = "x") -> list[list[Json]]:
    return [[{"type": "raw_text", "text": text}] * columns for _ in range(count)]


def table(count: int, columns: int) -> Json:
    return {"type": "table", "rows": rows(count, columns)}


def data_table(count: int = 2, columns: int = 1, **more: Any) -> Json:
    return {"type": "data_table", "caption": "c", "rows": rows(count, columns), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "o", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def menu(count: int = 1, text: str = "o", value: str = "v") -> Json:
    return actions({"type": "static_select", "options": [option(text, value)] * count})


def confirm(title: str = "t", text: str = "t", yes: str = "y", no: str = "n") -> Json:
    question = {"title": plain(title), "text": plain(text), "confirm": plain(yes)}
    return actions(button(confirm=question | {"deny": plain(no)}))


def input_block(label: str = "l", element: Json | None = None) -> Json:
    return {
        "type": "input",
        "label": plain(label),
        "element": element or {"type": "plain_text_input"},
    }


def container(children: int = 1, title: str = "t") -> Json:
    return {
        "type": "container",
        "title": plain(title),
        "child_blocks": [{"type": "divider"}] * children,
    }


LENGTHS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}),
    ("section", 3000, lambda n: {"type": "section", "text": mrkdwn("x" * n)}),
    ("section field", 2000, lambda n: {"type": "section", "fields": [mrkdwn("x" * n)]}),
    ("section fields", 10, lambda n: {"type": "section", "fields": [plain("x")] * n}),
    ("context", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    ("actions", 25, lambda n: actions(*[button()] * n)),
    ("button text", 75, lambda n: actions(button("x" * n))),
    ("button value", 2000, lambda n: actions(button(value="x" * n))),
    ("action_id", 255, lambda n: actions(button(action_id="x" * n))),
    ("block_id", 255, lambda n: {"type": "divider", "block_id": "x" * n}),
    ("options", 100, menu),
    ("option text", 75, lambda n: menu(text="x" * n)),
    ("option value", 150, lambda n: menu(value="x" * n)),
    ("confirm title", 100, lambda n: confirm(title="x" * n)),
    ("confirm text", 300, lambda n: confirm(text="x" * n)),
    ("confirm yes", 30, lambda n: confirm(yes="x" * n)),
    ("confirm no", 30, lambda n: confirm(no="x" * n)),
    ("label", 2000, lambda n: input_block("x" * n)),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}),
    ("chart title", 50, lambda n: pie() | {"title": "x" * n}),
    ("series", 6, lambda n: line_chart(series=n)),
    ("points", 20, lambda n: line_chart(points=n)),
    ("point label", 20, lambda n: line_chart(label="x" * (n - 1))),
    ("series name", 20, lambda n: line_chart(name="x" * (n - 1))),
    ("segments", 6, pie),
    ("table rows", 100, lambda n: table(n, 1)),
    ("table columns", 20, lambda n: table(1, n)),
    ("data table rows", 101, data_table),
    ("data table columns", 20, lambda n: data_table(columns=n)),
    ("data table page", 100, lambda n: data_table(page_size=n)),
    ("card title", 150, lambda n: {"type": "card", "title": mrkdwn("x" * n)}),
    (
        "card subtitle",
        150,
        lambda n: {"type": "card", "title": plain("t"), "subtitle": plain("x" * n)},
    ),
    ("card body", 200, lambda n: {"type": "card", "body": mrkdwn("x" * n)}),
    ("card actions", 3, lambda n: {"type": "card", "actions": [button()] * n}),
    (
        "carousel",
        10,
        lambda n: {"type": "carousel", "elements": [{"type": "card", "title": plain("t")}] * n},
    ),
    ("container title", 150, lambda n: container(title="x" * n)),
    ("container children", 10, container),
    (
        "context actions",
        5,
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * n,
        },
    ),
]


@pytest.mark.parametrize(
    ("limit", "build"), [(n, b) for _, n, b in LENGTHS], ids=[i for i, *_ in LENGTHS]
)
def test_limit_is_accepted_and_one_more_refused(limit: int, build: Callable[[int], Json]) -> None:
    assert check_message_blocks([build(limit)]) == []
    reasons = {problem.reason for problem in check_message_blocks([build(limit + 1)])}
    assert len(reasons) == 1
    assert re.fullmatch(
        rf"must be less than {limit + 1} characters|no more than {limit} items allowed"
        "|value is out of range",
        reasons.pop(),
    )


def without(block: Json, key: str) -> Json:
    return {name: value for name, value in block.items() if name != key}


def changed(block: Json, path: str, value: Any) -> Json:
    copy: Json = json.loads(json.dumps(block))
    *parents, last = path.split("/")
    inner: Any = copy
    for part in parents:
        inner = inner[int(part) if part.isdecimal() else part]
    inner[last] = value
    return copy


POINT = "chart/series/0/data/0"
REFUSED: list[tuple[Json, str, str]] = [
    ({"type": "shout"}, "unsupported type: shout", "/blocks/0/type"),
    ({}, "missing required field: type", "/blocks/0"),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert", "/blocks/0/type"),
    ({"type": "divider", "colour": "red"}, "no additional properties allowed: colour", "/blocks/0"),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn", "/blocks/0/text/type"),
    ({"type": "header", "text": "x"}, "must provide an object", "/blocks/0/text"),
    ({"type": "section"}, "must define one of: text, fields", "/blocks/0"),
    (
        {"type": "section", "text": plain("")},
        "must be more than 0 characters",
        "/blocks/0/text/text",
    ),
    ({"type": "actions", "elements": []}, "no fewer than 1 items allowed", "/blocks/0/elements"),
    (
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input",
        "/blocks/0/elements/0/type",
    ),
    (
        actions(button(style="loud")),
        "value must be one of: danger, primary",
        "/blocks/0/elements/0/style",
    ),
    (
        actions({"type": "static_select"}),
        "must define one of: options, option_groups",
        "/blocks/0/elements/0",
    ),
    (
        input_block(element={"type": "file_input"}),
        "unsupported type: file_input",
        "/blocks/0/element/type",
    ),
    (pie(value=0), "value is out of range", "/blocks/0/chart/segments/0/value"),
    (changed(pie(), "chart/type", "radar"), "unsupported type: radar", "/blocks/0/chart/type"),
    (
        changed(line_chart(), f"{POINT}/value", None),
        "must provide a number",
        f"/blocks/0/{POINT}/value",
    ),
    (
        changed(line_chart(), f"{POINT}/value", value=True),
        "must provide a number",
        f"/blocks/0/{POINT}/value",
    ),
    (
        changed(line_chart(), f"{POINT}/value", float("nan")),
        "must be a finite number",
        f"/blocks/0/{POINT}/value",
    ),
    (
        changed(line_chart(), f"{POINT}/label", "w9"),
        "labels must match the axis categories",
        "/blocks/0/chart/series/0/data",
    ),
    (
        changed(line_chart(2), "chart/series/1/name", "0"),
        "duplicate series name: 0",
        "/blocks/0/chart/series",
    ),
    (
        changed(line_chart(), "chart/axis_config/y_label", "x" * 51),
        "must be less than 51 characters",
        "/blocks/0/chart/axis_config/y_label",
    ),
    (data_table(1), "no fewer than 2 items allowed", "/blocks/0/rows"),
    (without(data_table(), "caption"), "missing required field: caption", "/blocks/0"),
    (data_table(page_size=0), "value is out of range", "/blocks/0/page_size"),
    (
        data_table() | {"rows": [*rows(1, 1), *rows(1, 2)]},
        "must have as many cells as the header",
        "/blocks/0/rows/1",
    ),
    (
        data_table() | {"rows": rows(2, 2, "x" * 5001)},
        "data tables must hold less than 20001 characters",
        "/blocks",
    ),
    (
        table(1, 1) | {"rows": [[{"type": "button"}]]},
        "unsupported type: button",
        "/blocks/0/rows/0/0/type",
    ),
    (
        container() | {"child_blocks": [line_chart()]},
        "unsupported type: data_visualization",
        "/blocks/0/child_blocks/0/type",
    ),
    (
        container() | {"default_collapsed": True},
        "requires is_collapsible",
        "/blocks/0/default_collapsed",
    ),
    ({"type": "card"}, "must define one of: hero_image, title, actions, body", "/blocks/0"),
    (
        {"type": "image", "image_url": "https://x.org/a.png"},
        "missing required field: alt_text",
        "/blocks/0",
    ),
    (
        {"type": "context", "elements": [button()]},
        "unsupported type: button",
        "/blocks/0/elements/0/type",
    ),
]


@pytest.mark.parametrize(("block", "reason", "pointer"), REFUSED)
def test_bad_block_is_refused_with_place_and_reason(block: Json, reason: str, pointer: str) -> None:
    assert check_message_blocks([block]) == [Problem(pointer, reason)]


def words(*parts: RichText | RichTextLink | RichTextUser) -> RichTextSection:
    return RichTextSection(list(parts))


def text(content: str) -> Text:
    return Text(content, TextType.PLAINTEXT)


AXIS = AxisConfig(["w1", "w2"], x_label="week", y_label="share")
SERIES = [DataSeries("phone", [DataPoint("w1", 0.7), DataPoint("w2", 0)])]
FEEDBACK = FeedbackButtons(FeedbackButton("Yes", "y"), FeedbackButton("No", "n"), action_id="f")
CONFIRMATION = ConfirmationDialogue("Share", "All will see it.", "Share", "Keep")
PICTURE = Image("A face", "https://example.org/face.png")
BUILT = [
    HeaderBlock("First contact resolution"),
    SectionBlock("*71 %*", fields=["a", "b"], accessory=Button("Why?", action_id="why", value="x")),
    ActionsBlock([Button("Share", action_id="share", confirm=CONFIRMATION)]),
    ActionsBlock([StaticSelectMenu("period", [slackblocks.Option(text("Week"), "w")])]),
    ContextBlock([Text("small"), PICTURE]),
    ContextActionsBlock([FEEDBACK, IconButton("Remove", action_id="i")]),
    DataVisualizationBlock("Line", LineChart(SERIES, AXIS)),
    DataVisualizationBlock("Bar", BarChart(SERIES, AXIS)),
    DataVisualizationBlock("Area", AreaChart(SERIES, AXIS)),
    DataVisualizationBlock("Pie", PieChart([ChartSegment("phone", 3)])),
    TableBlock(
        [[RawText("team"), RawText("share")], [RawText("a"), words(RichText("b", bold=True))]],
        [ColumnSettings("left"), ColumnSettings("right", is_wrapped=True)],
    ),
    DataTableBlock([[RawText("team"), RawText("n")], [RawText("a"), RawNumber(3, "3")]], "Teams"),
    CardBlock(
        icon=PICTURE, title="T", subtitle="s", body="b", actions=[Button("Go", action_id="g")]
    ),
    CarouselBlock([CardBlock(title="T")]),
    ContainerBlock([SectionBlock("x"), DividerBlock()], title="More", is_collapsible=True),
    MarkdownBlock("**x**"),
    DividerBlock(),
    ImageBlock("https://example.org/a.png", alt_text="A chart"),
    RichTextBlock(
        [
            words(RichText("a"), RichTextLink("https://example.org"), RichTextUser("U1")),
            RichTextList("bullet", [words(RichText("one", italic=True))]),
        ]
    ),
]


@pytest.mark.parametrize("block", BUILT, ids=lambda block: type(block).__name__)
def test_what_the_builder_builds_is_accepted(block: slackblocks.Block) -> None:
    assert check_message_blocks([json.loads(repr(block))]) == []


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [
        ("data_visualization", {"message"}),
        ("data_table", {"message", "home"}),
        ("table", {"message", "home"}),
        ("alert", {"modal"}),
        ("card", {"message", "modal", "home"}),
        ("carousel", {"message", "home"}),
        ("container", {"message", "home"}),
        ("context_actions", {"message"}),
        ("markdown", {"message"}),
        *((kind, {"message", "modal", "home"}) for kind in ("header", "section", "context")),
        *((kind, {"message", "modal", "home"}) for kind in ("actions", "input")),
    ],
)
def test_block_stands_only_on_its_surfaces(kind: str, surfaces: set[str]) -> None:
    assert {surface for surface, kinds in SURFACES.items() if kind in kinds} == surfaces
    assert kind in BLOCKS


def test_chart_on_home_is_refused() -> None:
    problems = check_view({"type": "home", "blocks": [line_chart()]})
    assert [str(problem) for problem in problems] == [
        "unsupported type: data_visualization [json-pointer:/view/blocks/0/type]"
    ]
