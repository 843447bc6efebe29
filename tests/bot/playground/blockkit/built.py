"""Blocks of every kind, made with the builder that the product uses."""

from __future__ import annotations

import json
from typing import Any

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


def words(*parts: RichText | RichTextLink | RichTextUser) -> RichTextSection:
    return RichTextSection(list(parts))


def text(content: str) -> Text:
    return Text(content, TextType.PLAINTEXT)


AXIS = AxisConfig(["w1", "w2"], x_label="week", y_label="share")
SERIES = [DataSeries("phone", [DataPoint("w1", 0.7), DataPoint("w2", 0)])]
FEEDBACK = FeedbackButtons(FeedbackButton("Yes", "y"), FeedbackButton("No", "n"), action_id="f")
CONFIRMATION = ConfirmationDialogue("Share", "All will see it.", "Share", "Keep")
PICTURE = Image("A face", "https://example.org/face.png")
BLOCKS = [
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

BUILT: list[dict[str, Any]] = [json.loads(repr(block)) for block in BLOCKS]
