from __future__ import annotations

import json
from datetime import date

import pytest

from bot.blocks.explaining import (
    define_message,
    definition,
    help_message,
    list_message,
)
from bot.playground.blockkit.surfaces import check_message_blocks
from bot.request import (
    Define,
    ListAlerts,
    ListMetrics,
    MakeAlert,
    Reasons,
    Review,
    SelfService,
    SetTarget,
    ShowTarget,
    Staffing,
    Why,
    parse,
)
from storage.metrics.answer import Question
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Kind, Metric
from storage.settings import Settings
from tests.bot.blocks.answers import metric

TODAY = date(2026, 11, 18)


def values(blocks: object) -> list[str]:
    return [
        button["value"]
        for block in json.loads(json.dumps(blocks))
        if block["type"] == "actions"
        for button in block["elements"]
    ]


def test_help_shows_examples_that_can_be_asked() -> None:
    message = help_message()
    assert check_message_blocks(list(message.blocks)) == []
    examples = [
        part["text"]
        for section in message.blocks[2]["elements"][0]["elements"]
        for part in section["elements"]
        if part.get("style") == {"code": True}
    ]
    asked = [type(parse(each.removeprefix("/kpi "), TODAY)) for each in examples]
    insights = [Reasons, SelfService, Staffing, Review]
    targets = [SetTarget, ShowTarget]
    others = [MakeAlert, ListAlerts, Question, ListMetrics, Define]
    assert asked == [Question] * 5 + [Why, *insights, *targets, *others]
    assert examples[0] in message.text
    assert values(message.blocks) == ["frt weekly", "list"]


def test_list_keeps_leading_and_lagging_apart() -> None:
    message = list_message()
    assert check_message_blocks(list(message.blocks)) == []
    leading, lagging = message.text.split("Lagging: ")
    for each in METRICS:
        assert (each.name in leading) is (each.kind is Kind.LEADING)
        assert (each.name in lagging) is (each.kind is Kind.LAGGING)


@pytest.mark.parametrize("each", METRICS, ids=lambda each: each.abbreviation)
def test_every_metric_is_defined(each: Metric) -> None:
    message = define_message(each, Settings())
    assert check_message_blocks(list(message.blocks)) == []
    heading = message.blocks[0]["text"]["text"]
    assert heading in {f"{each.name} ({each.abbreviation})", each.abbreviation}
    asked = [parse(value, TODAY) for value in values(message.blocks)]
    assert [type(one) for one in asked] == [Question, Question, ListMetrics]


def test_definition_says_formula_rows_unit_and_direction() -> None:
    facts = dict(definition(metric("AHT"), Settings()))
    assert facts["Computed as"] == (
        "Sum of handle times / contacts handled; handle time is talk + hold + wrap-up"
    )
    assert facts["Counts"] == (
        "contacts in both directions with a handle time, not abandoned, by opening"
    )
    assert facts["Measured in"] == "time"
    assert facts["Better"] == "neither up nor down is better by itself"
    assert facts["Shown for"] == "each channel by itself, unless you ask for channel:all"
    assert facts["Also asked for as"] == "handle time, handling time, average handling time"
