from __future__ import annotations

from datetime import date

import pytest

from bot.blocks.answer import question_of
from bot.blocks.share import (
    Place,
    Shared,
    confirmed,
    share_confirmation,
    shared_answer,
    shared_message,
)
from bot.playground.blockkit.surfaces import check_view
from bot.request import parse
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice
from tests.bot.blocks.answers import HOSTILE, metric, reference

TODAY = date(2026, 11, 18)


def shared(narrowed: str = "") -> Shared:
    return shared_answer(reference(), question_of(reference()), TODAY, narrowed)


def told(place: Place) -> str:
    view = share_confirmation(shared(), place)
    return str(view["blocks"][1]["text"]["text"])


def test_confirmation_says_what_is_shared_and_carries_it() -> None:
    view = share_confirmation(shared(), Place("C1", "support", 48))
    assert check_view(view) == []
    assert view["blocks"][0]["text"]["text"] == "First contact resolution, week 46 (9 to 15 Nov)."
    assert confirmed(view["private_metadata"]) == ("fcr 2026-W46", "C1")
    assert view["callback_id"] == "kpi_share_confirmed"


def test_confirmation_says_why_the_channel_gets_less() -> None:
    place = Place("C1", "support", 48)
    view = share_confirmation(shared("This channel gets Billing only."), place)
    assert view["blocks"][0]["text"]["text"] == (
        "First contact resolution, week 46 (9 to 15 Nov). This channel gets Billing only."
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (
            Place("C1", "support", 48),
            (
                "48 people in the channel #support will see it."
                " Anyone in the organisation can look it up there."
            ),
        ),
        (
            Place("C1", "support", 1200),
            (
                "1,200 people in the channel #support will see it."
                " Anyone in the organisation can look it up there."
            ),
        ),
        (
            Place("G1", "leads", 5, is_private=True),
            "5 people in the private channel #leads will see it.",
        ),
        (Place("G1", "leads", None), "Everyone in the channel #leads will see it."),
        (Place("G1", "me", 1, is_private=True), "1 person in the private channel #me will see it."),
    ],
)
def test_confirmation_says_who_will_see_it(place: Place, said: str) -> None:
    assert told(place) == said


def test_longest_question_fits_the_modal() -> None:
    values = tuple(f"{HOSTILE}{number}".strip() for number in range(40))
    question = Question(
        metric("FCR"), PeriodChoice(Grain.WEEK), (Filter(Segment.TEAM, values),), (Segment.AGENT,)
    )
    asked = shared_answer(reference(), question, TODAY)
    view = share_confirmation(asked, Place("C1", HOSTILE * 5, 3))
    assert check_view(view) == []
    assert parse(confirmed(view["private_metadata"])[0], TODAY) == question


def test_shared_answer_names_who_shared_it_and_keeps_one_button() -> None:
    message = shared_message(shared(), "U123ABC")
    assert message.text.startswith("<@U123ABC> shared this: First contact resolution, week 46")
    assert message.blocks[0]["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U123ABC"},
        {"type": "text", "text": " shared this."},
    ]
    actions = [block for block in message.blocks if block["type"] == "actions"]
    assert [[button["action_id"] for button in block["elements"]] for block in actions] == [
        ["kpi_define.0"]
    ]
