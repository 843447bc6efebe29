"""Questions of surveys as they stand on a phone: rows, words on buttons, ends of the scale."""

from __future__ import annotations

from typing import Any

import pytest

from bot.blocks.message import Message
from bot.blocks.surveys import Asked, clicked_of, survey_message
from storage.surveys.kinds import CES, CSAT, NPS, Kind
from storage.surveys.texts import shipped, texts_of

ID = "00000000-0000-0000-0000-000000000001"


def asked(kind: Kind, language: str = "en", **more: Any) -> Message:
    return survey_message(Asked(ID, kind, **more), texts_of(language, {}))


def rows(message: Message) -> list[list[Any]]:
    return [block["elements"] for block in message.blocks if block["type"] == "actions"]


def labels(message: Message) -> list[list[str]]:
    return [[each["text"]["text"] for each in row] for row in rows(message)]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (
            CSAT,
            [["😀 Very satisfied", "🙂 Satisfied", "😐 Neutral", "🙁 Dissatisfied"]],
        ),
        (NPS, [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9", "10"]]),
        (CES, [["1", "2", "3", "4"], ["5", "6", "7"]]),
    ],
    ids=["csat", "nps", "ces"],
)
def test_answers_stand_in_rows_that_fit_a_phone(kind: Kind, shown: list[list[str]]) -> None:
    found = labels(asked(kind))
    answers, stop = found[:-1], found[-1]
    if kind is CSAT:
        shown = [[*shown[0], "😞 Very dissatisfied"]]
    assert (answers, stop) == (shown, ["Don't ask me again"])


@pytest.mark.parametrize("kind", [CSAT, NPS, CES], ids=["csat", "nps", "ces"])
def test_each_button_says_which_answer_it_is(kind: Kind) -> None:
    clicked = [clicked_of(each["value"]) for row in rows(asked(kind))[:-1] for each in row]
    assert sorted(each.score for each in clicked if each and each.score is not None) == list(
        kind.scores
    )
    assert {(each.kind, each.invitation_id) for each in clicked if each} == {(kind, ID)}


def test_ends_of_a_scale_are_told_also_to_who_hears_the_buttons() -> None:
    message = asked(NPS)
    spoken = [each["accessibility_label"] for row in rows(message)[:-1] for each in row]
    assert message.blocks[1]["elements"][0]["text"] == "0 = not at all likely, 10 = very likely"
    assert (spoken[0], spoken[5], spoken[-1]) == (
        "0 / 10, not at all likely",
        "5 / 10",
        "10 / 10, very likely",
    )


@pytest.mark.parametrize("language", sorted(shipped()))
def test_question_is_asked_in_every_language_that_comes_with_it(language: str) -> None:
    texts = texts_of(language, {})
    for kind in (CSAT, NPS, CES):
        message = asked(kind, language, subject="X <&> *y*")
        question = texts.say(f"{kind.key}.question_about", subject="X <&> *y*")
        assert message.blocks[0]["text"]["text"] == question
        assert message.text == question.replace("&", "&amp;").replace("<", "&lt;").replace(
            ">", "&gt;"
        )


def test_question_in_a_shared_channel_names_whom_it_asks_and_offers_no_stop() -> None:
    message = asked(CES, person_id="U0ANN")
    assert labels(message) == [["1", "2", "3", "4"], ["5", "6", "7"]]
    assert message.text.startswith("This question is for <@U0ANN>. How easy was it")
