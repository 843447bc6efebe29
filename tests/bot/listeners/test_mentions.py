"""Asking in plain words: mentions in channels, and the direct message with CareKPI."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.playground import Conversation, Message, Person
from bot.playground.payloads import event as envelope
from bot.playground.signed_http import FORM, signed_headers
from storage.operations.engine import reading, writing
from storage.operations.events import take_up
from storage.operations.models import SeenEvent
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.test_kpi import NO_FIGURE, OUTSIDER

ASKED = "how was the volume last week?"
ANSWERED = "Ticket volume, week 24 (8 to 14 Jun)"


def mention(office: Office, person: Person, text: str, channel: Conversation) -> Message:
    """Mentions the bot, and waits for what this person alone is shown."""
    before = {message.ts for message in office.workspace.visible(person, channel)}
    office.workspace.post(person, channel, text)

    def answers() -> list[Message]:
        seen = office.workspace.visible(person, channel)
        return [m for m in seen if m.ts not in before and m.ephemeral_for == person.id]

    (answer,) = office.workspace.wait_for(answers)
    return answer


def write(office: Office, person: Person, text: str) -> Message:
    """Writes to the bot, and waits for the message with which it answers."""
    direct = office.workspace.direct(person)
    before = {message.ts for message in office.workspace.visible(person, direct)}
    office.workspace.message_app(person, text)

    def answers() -> list[Message]:
        seen = office.workspace.visible(person, direct)
        return [m for m in seen if m.ts not in before and m.bot_id]

    (answer,) = office.workspace.wait_for(answers)
    return answer


def bot(office: Office) -> str:
    return f"@{office.workspace.bot.name}"


def first_line(message: Message) -> str:
    return message.read().splitlines()[0]


@pytest.mark.parametrize(
    "text",
    [
        "{bot} how was the volume last week?",
        "hey {bot}, how was the volume last week please",
        'what was "volume" last week, {bot}?',
        "{bot} volume weekly",
        "{bot} /kpi volume weekly",
        "{bot} {bot} volume last week's",
    ],
)
def test_mention_is_answered_to_the_person_alone(office: Office, text: str) -> None:
    answer = mention(office, office.executive, text.format(bot=bot(office)), office.care)
    assert first_line(answer) == ANSWERED
    assert [m.read() for m in office.workspace.visible(office.lead, office.care)] == [
        m.read() for m in office.workspace.visible(office.executive, office.care) if m != answer
    ]


def test_mention_within_a_thread_is_answered_there(office: Office) -> None:
    parent = office.workspace.post(office.lead, office.care, "Busy week")
    office.workspace.post(
        office.executive, office.care, f"{bot(office)} {ASKED}", thread_ts=parent.ts
    )

    def answers() -> list[Message]:
        seen = office.workspace.visible(office.executive, office.care)
        return [m for m in seen if m.ephemeral_for]

    (answer,) = office.workspace.wait_for(answers)
    assert (first_line(answer), answer.thread_ts) == (ANSWERED, parent.ts)


def test_direct_message_is_answered_with_a_message_that_stays(office: Office) -> None:
    answer = write(office, office.executive, ASKED)
    assert (first_line(answer), answer.ephemeral_for) == (ANSWERED, None)


def test_button_in_the_direct_message_answers_with_a_message_that_stays(office: Office) -> None:
    write(office, office.executive, ASKED)
    direct = office.workspace.direct(office.executive)
    answer = office.click(office.executive, "By team", direct)
    assert (first_line(answer), answer.ephemeral_for) == (ANSWERED, None)
    assert "| team | Volume |" in answer.read()


@pytest.mark.parametrize("text", ["help", "hi", "Hello!", "good morning", "@CareKPI"])
def test_greeting_gets_the_help(office: Office, text: str) -> None:
    asked = text.replace("@CareKPI", bot(office))
    assert first_line(write(office, office.newcomer, asked)) == "How to ask"


def test_mention_without_words_gets_the_help(office: Office) -> None:
    assert first_line(mention(office, office.newcomer, bot(office), office.care)) == "How to ask"


@pytest.mark.parametrize("text", ["volume", "help", "hi", "nonsense"])
def test_guest_gets_one_sentence(office: Office, text: str) -> None:
    assert mention(office, office.guest, f"{bot(office)} {text}", office.care).read() == OUTSIDER
    assert write(office, office.guest, text).read() == OUTSIDER


def test_somebody_of_another_organisation_gets_one_sentence(office: Office) -> None:
    told = mention(office, office.stranger, f"{bot(office)} {ASKED}", office.shared)
    assert told.read() == OUTSIDER


def test_no_role_gets_no_figure(office: Office) -> None:
    assert write(office, office.newcomer, ASKED).read() == NO_FIGURE


def test_agent_sees_the_own_teams_total_in_a_mention(office: Office) -> None:
    told = mention(office, office.agent, f"{bot(office)} {ASKED}", office.care).read()
    assert "You see the total of your team, billing." in told


def test_agent_asks_for_what_the_agent_did(office: Office) -> None:
    told = write(office, office.agent, "how many tickets did I resolve in May?")
    assert first_line(told) == "Tickets resolved, agent Agent a1, May 2026"


def test_what_is_not_understood_gets_the_nearest_questions_as_buttons(office: Office) -> None:
    helped = mention(office, office.executive, f"{bot(office)} fcrr last month", office.care)
    assert helped.read().splitlines()[0] == (
        'I don\'t know a metric "fcrr". Did you mean first contact resolution?'
    )
    answer = office.click(office.executive, "First contact resolution, last month")
    assert first_line(answer) == "First contact resolution, May 2026"


@pytest.mark.parametrize(
    "text", ["<!channel> volume & <b>", "'; drop table contacts; --", "🙂", "x" * 4000]
)
def test_hostile_words_get_a_harmless_sentence(office: Office, text: str) -> None:
    told = write(office, office.executive, text)
    assert "reference" not in told.text
    assert "<!" not in told.text


def test_event_that_comes_twice_is_answered_once(office: Office) -> None:
    office.workspace.trouble.send_twice()
    exchange = office.workspace.message_app(office.executive, ASKED)
    assert len(exchange.attempts) == 2
    direct = office.workspace.direct(office.executive)

    def answers() -> list[Message]:
        return [m for m in office.workspace.visible(office.executive, direct) if m.bot_id]

    office.workspace.wait_for(answers)
    write(office, office.executive, "volume by team")
    told = answers()
    assert [first_line(m) for m in told] == [ANSWERED, ANSWERED]
    with reading(office.stores.operations) as session:
        assert session.query(SeenEvent).count() == 2


def test_question_whose_answer_was_cut_off_is_answered_when_slack_sends_it_again(
    office: Office,
) -> None:
    """A process that died in between has taken the event up, and not finished it."""
    direct = office.workspace.direct(office.executive)
    body = envelope(office.workspace.state, asking(office, direct), direct)
    with writing(office.stores.operations) as session:
        take_up(session, body["event_id"], office.clock())

    def answers() -> list[Message]:
        return [m for m in office.workspace.visible(office.executive, direct) if m.bot_id]

    office.workspace._delivery.send_event(body)
    write(office, office.executive, "help")
    assert [first_line(m) for m in answers()] == ["How to ask"]
    office.clock.move(minutes=1)
    office.workspace._delivery.send_event(body)
    office.workspace.wait_for(lambda: len(answers()) == 2)
    office.clock.move(minutes=5)
    office.workspace._delivery.send_event(body)
    write(office, office.executive, "help")
    assert [first_line(m) for m in answers()] == ["How to ask", ANSWERED, "How to ask"]


def test_question_that_ended_in_a_fault_is_told_once(office: Office) -> None:
    direct = office.workspace.direct(office.executive)
    body = envelope(office.workspace.state, asking(office, direct), direct)
    office.workspace.trouble.fail_next("users.info", "internal_error")
    office.workspace._delivery.send_event(body)

    def answers() -> list[Message]:
        return [m for m in office.workspace.visible(office.executive, direct) if m.bot_id]

    office.workspace.wait_for(answers)
    office.clock.move(minutes=5)
    office.workspace._delivery.send_event(body)
    write(office, office.executive, "help")
    assert [first_line(m).split(",")[0] for m in answers()] == [
        "Something went wrong on our side",
        "How to ask",
    ]


def asking(office: Office, direct: Conversation) -> dict[str, Any]:
    return {
        "type": "message",
        "channel": direct.id,
        "channel_type": "im",
        "user": office.executive.id,
        "text": ASKED,
        "ts": "1.1",
        "event_ts": "1.1",
    }


def send(office: Office, person: Person, channel: Conversation, **content: Any) -> None:
    """An event as Slack would send it, which no person in the workspace can cause."""
    state = office.workspace.state
    content = {
        "type": "message",
        "channel": channel.id,
        "channel_type": "im",
        "user": person.id,
        "text": ASKED,
        "ts": "1.1",
        "event_ts": "1.1",
    } | content
    office.workspace._delivery.send_event(envelope(state, content, channel))


@pytest.mark.parametrize(
    "content",
    [
        {"subtype": "message_changed", "message": {"text": ASKED}},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"bot_id": "B0OTHER"},
        {"edited": {"user": "U1", "ts": "1.2"}},
        {"type": "app_mention", "channel_type": None, "edited": {"user": "U1", "ts": "1.2"}},
        {"channel_type": "mpim"},
        {"user": None},
        {"text": None},
    ],
    ids=str,
)
def test_what_nobody_just_wrote_is_not_answered(office: Office, content: dict[str, Any]) -> None:
    direct = office.workspace.direct(office.executive)
    send(office, office.executive, direct, **content)
    write(office, office.executive, ASKED)
    told = [m for m in office.workspace.visible(office.executive, direct) if m.bot_id]
    assert len(told) == 1
    with reading(office.stores.operations) as session:
        assert session.query(SeenEvent).count() == 1


def test_own_messages_are_not_answered(office: Office) -> None:
    direct = office.workspace.direct(office.executive)
    send(office, office.workspace.bot, direct)
    write(office, office.executive, ASKED)
    told = [m for m in office.workspace.visible(office.executive, direct) if m.bot_id]
    assert len(told) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback"},
        {"type": "event_callback", "event": None},
        {"type": "event_callback", "event": "text"},
        {"type": "event_callback", "event": []},
        {"type": "event_callback", "event": {}},
        {"type": "event_callback", "event": {"type": "message"}},
        {"type": "event_callback", "event": {"type": "app_mention", "user": "U1", "text": "x"}},
        {"type": "event_callback", "event": {"type": ["message"]}},
        {"type": "event_callback", "event": {"type": "app_home_opened"}},
        {"type": "event_callback", "authorizations": "x", "event": {"type": "message"}},
        {"type": "event_callback", "authorizations": [None], "event": {"type": "message"}},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": "x", "user": "y"},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": "x", "user": []},
        {"type": 7},
        {"type": "event_callback", "event": {"type": "message"}, "authorizations": {"id": 7}},
        {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"type": "button"}]},
        {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": 7}]},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": ["x"]}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": "x"}},
        {"type": "block_suggestion", "user": {"id": "U1"}, "action_id": []},
        {"type": "interactive_message", "user": {"id": "U1"}, "callback_id": "x"},
        [],
        7,
        None,
    ],
    ids=json.dumps,
)
def test_signed_request_of_the_wrong_shape_is_no_fault(office: Office, body: Any) -> None:
    raw, kind = json.dumps(body), "application/json"
    for content, media in ((raw, kind), (urlencode({"payload": raw}), FORM)):
        headers = signed_headers(office.workspace.signing_secret, content, media)
        attempt = office.workspace.send_raw(office.url, content, headers)
        assert attempt.status is not None
        assert attempt.status < 500
    assert first_line(write(office, office.executive, ASKED)) == ANSWERED
