from __future__ import annotations

from datetime import date

import pytest

from bot.blocks.errors import error_message, fault_message
from bot.blocks.message import Message
from bot.playground.blockkit.surfaces import check_message_blocks
from bot.request import parse
from storage.errors import NotAllowedError, UnknownWordError, UserError

TODAY = date(2026, 11, 18)


def shown(typed: str) -> Message:
    with pytest.raises(UserError) as raised:
        parse(typed, TODAY)
    return error_message(raised.value)


def offered(message: Message) -> list[tuple[str, str]]:
    return [
        (button["text"]["text"], button["value"])
        for block in message.blocks[1:]
        for button in block["elements"]
    ]


def test_unknown_metric_is_offered_as_a_button() -> None:
    message = shown("fcrr weekly by team")
    assert message.text == 'I don\'t know a metric "fcrr". Did you mean first contact resolution?'
    assert offered(message) == [
        ("First contact resolution, last week, by team", "fcr weekly by team"),
        ("All metrics", "list"),
    ]


def test_unknown_metric_to_define_is_offered_as_a_definition() -> None:
    assert offered(shown("define fcrr")) == [
        ("What is First contact resolution?", "define fcr"),
        ("All metrics", "list"),
    ]


def test_suggestion_that_is_no_question_is_no_button() -> None:
    error = UnknownWordError('I don\'t know a team "bil".', 'There is "Billing".', ("Billing",))
    message = error_message(error)
    assert message.text == 'I don\'t know a team "bil". There is "Billing".'
    assert offered(message) == []


def test_error_without_a_next_step_is_one_sentence() -> None:
    assert error_message(NotAllowedError("You see your own team only.")).blocks == (
        {
            "type": "section",
            "text": {
                "type": "plain_text",
                "text": "You see your own team only.",
                "emoji": False,
            },
        },
    )


def test_what_was_typed_calls_nobody() -> None:
    message = error_message(UserError('I don\'t know "<!channel> & <@U1>".', "Ask again."))
    assert message.text == 'I don\'t know "&lt;!channel&gt; &amp; &lt;@U1&gt;". Ask again.'
    assert message.blocks[0]["text"]["type"] == "plain_text"


def test_fault_is_calm_and_ends_with_its_reference() -> None:
    assert fault_message("7f3a").text == (
        "Something went wrong on our side, and it has been written down. Please try again."
        " If it stays, give your admin this reference: 7f3a."
    )


@pytest.mark.parametrize(
    "message",
    [
        shown("fcrr " * 90),
        error_message(UserError("x" * 5000, "y" * 5000)),
        fault_message("x" * 500),
    ],
)
def test_every_error_is_taken_by_slack(message: Message) -> None:
    assert check_message_blocks(list(message.blocks)) == []
