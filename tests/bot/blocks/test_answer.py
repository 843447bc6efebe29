from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.blocks.actions import ASK, DEFINE, SHARE, pattern
from bot.blocks.answer import answer_message, question_of
from bot.blocks.degrade import without
from bot.blocks.message import Message
from bot.blocks.share import shared_answer, shared_message
from bot.playground.blockkit.surfaces import check_message_blocks
from bot.request import Why, parse, words
from storage.metrics.answer import Answer, Filter, Note, Previous, Question, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice, Which, period_of, range_of
from tests.bot.blocks.answers import (
    BERLIN,
    CHAT,
    EMAIL,
    HOSTILE,
    NOW,
    PHONE,
    WEEK_46,
    WEEK_47,
    answered,
    by_hour,
    largest,
    metric,
    reference,
)

WITHHELD = answered(
    "FCR", *(replace(row, value=None, n=0, withheld=True) for row in reference().rows)
)
ANSWERS: dict[str, Callable[[], Answer]] = {
    "reference": reference,
    "largest": largest,
    "by hour": by_hour,
    "no rows": lambda: answered("FCR"),
    "no data": lambda: answered("FCR", Row(PHONE, None, 0), Row(CHAT, None, 0)),
    "nothing loaded": lambda: replace(answered("FCR", Row(PHONE, None, 0)), freshness=()),
    "one row": lambda: answered("FCR", Row(EMAIL, 0.5, 2)),
    "one figure": lambda: answered("Volume", Row((), 0.0, 0)),
    "all withheld": lambda: WITHHELD,
    "hostile filters": lambda: answered(
        "FCR",
        Row(PHONE, 0.5, 90),
        filters=(Filter(Segment.TEAM, tuple(f"{HOSTILE}{number}" * 3 for number in range(20))),),
    ),
}


def buttons(message: Message) -> list[tuple[str, str, str]]:
    return [
        (button["text"]["text"], button["action_id"], button["value"])
        for block in message.blocks
        if block["type"] == "actions"
        for button in block["elements"]
    ]


def texts_of(part: Any, kind: str) -> list[str]:
    """Every text of a kind, such as ``mrkdwn``, anywhere in the blocks."""
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == kind else []
        return own + [text for each in part.values() for text in texts_of(each, kind)]
    if isinstance(part, list | tuple):
        return [text for each in part for text in texts_of(each, kind)]
    return []


def test_answer_comes_as_sentence_chart_table_and_small_print() -> None:
    message = answer_message(reference())
    assert [block["type"] for block in message.blocks] == [
        "header", "section", "data_visualization", "context", "table", "section", "context",
        "actions",
    ]  # fmt: skip
    assert message.blocks[0]["text"]["text"] == "First contact resolution, week 46 (9 to 15 Nov)"


def test_text_twin_holds_the_whole_answer() -> None:
    assert answer_message(reference()).text == (
        "First contact resolution, week 46 (9 to 15 Nov)."
        " Phone fell to 71.2 % from 74.3 %, below its usual range (72 to 77 %);"
        " chat held at 82.0 % (81.6 % before); e-mail had too few contacts to say (67 %, n = 12)."
        " This week so far (Mon to Wed): phone 73.0 % (74.1 % at this point last week);"
        " chat 81.0 % (80.0 % at this point last week)."
        " Data until today 06:40 (helpdesk), yesterday 23:55 (phone). Times in Europe/Berlin."
    )


def test_buttons_go_on_from_what_is_seen() -> None:
    assert buttons(answer_message(reference())) == [
        ("Why?", "kpi_ask.0", "why fcr 2026-W46"),
        ("By issue type", "kpi_ask.1", "fcr 2026-W46 by issue_type"),
        ("By team", "kpi_ask.2", "fcr 2026-W46 by team"),
        ("Week 45", "kpi_ask.3", "fcr 2026-W45"),
        ("Day", "kpi_ask.4", "fcr daily"),
        ("Month", "kpi_ask.5", "fcr monthly"),
        ("Share in channel", "kpi_share.6", "fcr 2026-W46"),
        ("How is this computed?", "kpi_define.7", "fcr 2026-W46"),
    ]


def test_why_is_asked_where_there_is_something_before() -> None:
    alone = answered("FCR", Row(PHONE, 0.7, 50))
    assert [value for _, _, value in buttons(answer_message(alone)) if "why" in value] == []
    customers = answered("FCR", Row(PHONE, 0.7, 50, previous=Previous(0.6, 50)),
                         by=(Segment.CUSTOMER, Segment.TEAM))  # fmt: skip
    assert buttons(answer_message(customers))[0][2] == "why fcr 2026-W46 by team"


def test_buttons_of_an_old_period_stay_near_it() -> None:
    period = period_of(Grain.MONTH, date(2016, 3, 1), BERLIN)
    values = [value for _, _, value in buttons(answer_message(answered("FCR", period=period)))]
    assert values[2:5] == ["fcr 2016-02", "fcr 2016-W13", "fcr 2016-Q1"]


def test_buttons_of_a_running_period_stay_with_the_running_ones() -> None:
    values = [value for _, _, value in buttons(answer_message(answered("FCR", period=WEEK_47)))]
    assert values[2:5] == ["fcr 2026-W46", "fcr today", "fcr this month"]


def test_buttons_of_days_keep_both_ends() -> None:
    days = range_of(date(2016, 3, 1), date(2016, 3, 15), BERLIN)
    values = [value for _, _, value in buttons(answer_message(answered("FCR", period=days)))]
    assert values[2:] == [
        "fcr from 2016-02-15 to 2016-02-29",
        "fcr weekly",
        "fcr monthly",
        "fcr from 2016-03-01 to 2016-03-15",
        "fcr from 2016-03-01 to 2016-03-15",
    ]


def test_buttons_keep_filters_and_drop_what_no_button_can_hold() -> None:
    shown = buttons(answer_message(ANSWERS["hostile filters"]()))
    assert [label for label, _, _ in shown] == ["How is this computed?"]
    one = answered("FCR", Row(PHONE, 0.5, 90), filters=(Filter(Segment.TEAM, ("A b",)),))
    assert buttons(answer_message(one))[0][2] == 'fcr 2026-W46 team:"A b" by issue_type'


def test_reason_for_a_narrower_answer_comes_first() -> None:
    message = answer_message(reference(), "You see your own team.")
    assert message.text.startswith("You see your own team. First contact")
    assert message.blocks[1]["text"]["text"].startswith("You see your own team. Phone fell")


def _shared(answer: Answer) -> Message:
    """As a channel gets it, asked for in few words: a longer question has no button to share."""
    asked = replace(question_of(answer), filters=())
    return shared_message(shared_answer(answer, asked, date(2026, 11, 18)), "U123ABC")


@pytest.mark.parametrize("named", ANSWERS)
def test_every_answer_is_taken_by_slack(named: str) -> None:
    answer = ANSWERS[named]()
    private, shared = answer_message(answer), _shared(answer)
    assert check_message_blocks(list(private.blocks)) == []
    assert check_message_blocks(list(shared.blocks)) == []
    assert len(private.blocks) <= 10
    assert 0 < len(private.text) <= 12_000


@pytest.mark.parametrize("named", ANSWERS)
def test_every_answer_is_taken_by_a_workspace_that_knows_fewer_blocks(named: str) -> None:
    message = answer_message(ANSWERS[named]())
    for refused in ({"data_visualization"}, {"data_visualization", "table", "data_table"}):
        plainer = without(message, refused)
        assert check_message_blocks(list(plainer.blocks), refused) == []
        assert plainer.text == message.text


@pytest.mark.parametrize("named", ANSWERS)
def test_every_button_asks_something_that_can_be_read(named: str) -> None:
    shown = buttons(answer_message(ANSWERS[named]()))
    asked = [parse(value, date(2026, 11, 18)) for _, _, value in shown]
    assert [each for each in asked if not isinstance(each, Question | Why)] == []
    ids = [action for _, action, _ in shown]
    assert len(set(ids)) == len(ids)
    known = [pattern(action) for action in (ASK, SHARE, DEFINE)]
    assert [each for each in ids if not any(one.match(each) for one in known)] == []


@pytest.mark.parametrize("each", METRICS, ids=lambda each: each.abbreviation)
def test_every_metric_is_shown(each: object) -> None:
    found = next(one for one in METRICS if one is each)
    answer = largest(found.abbreviation)
    assert check_message_blocks(list(answer_message(answer).blocks)) == []


def test_names_that_others_wrote_never_reach_markup() -> None:
    for message in (answer_message(largest()), _shared(largest())):
        assert texts_of(list(message.blocks), "mrkdwn") == []
        assert "<!channel>" not in message.text
        assert "<@U123>" not in message.text
        assert "\u202e" not in f"{message.text}{message.blocks}"


def test_emoji_names_are_shown_as_typed() -> None:
    answer = answered("FCR", Row(((Segment.TEAM, ":smile:"),), 0.5, 90))
    message = answer_message(answer)
    assert message.blocks[1]["text"] == {
        "type": "plain_text",
        "text": ":smile: stood at 50 %. There is nothing before to compare with.",
        "emoji": False,
    }


def test_question_of_an_answer_asks_for_the_same_days_later() -> None:
    assert words(question_of(reference())) == "fcr 2026-W46"
    assert question_of(reference()).period == PeriodChoice(
        Grain.WEEK, Which.EXACT, WEEK_46.first_day
    )


def test_stock_is_headed_by_when_it_was_counted() -> None:
    row = Row((), 212.0, 212)
    past, now = answered("Backlog", row), answered("Backlog", row, period=WEEK_47)
    assert answer_message(past).blocks[0]["text"]["text"] == (
        "Ticket backlog, end of week 46 (9 to 15 Nov)"
    )
    assert answer_message(now).blocks[0]["text"]["text"] == "Ticket backlog, now"
    assert metric("Backlog").noun == "contacts"
    assert WEEK_47.contains(NOW)


def test_filters_stand_in_the_heading() -> None:
    filters = (
        Filter(Segment.CHANNEL, ("phone", "email")),
        Filter(Segment.TEAM, ("Billing", "North", "South", "West")),
    )
    message = answer_message(answered("FCR", Row(PHONE, 0.5, 90), filters=filters))
    assert message.blocks[0]["text"]["text"] == (
        "First contact resolution, phone and e-mail, team Billing, North and 2 more,"
        " week 46 (9 to 15 Nov)"
    )


def test_mixed_channels_are_named_in_heading_and_small_print() -> None:
    answer = answered("FCR", Row((), 0.5, 90), filters=(Filter(Segment.CHANNEL, ("all",)),))
    message = answer_message(replace(answer, notes=(Note.MIXED_CHANNELS,)))
    assert message.blocks[0]["text"]["text"] == (
        "First contact resolution, all channels mixed, week 46 (9 to 15 Nov)"
    )
    small = message.blocks[-2]["elements"][0]["text"]
    assert "All channels are mixed into one figure, as asked." in small
