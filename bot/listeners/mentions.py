"""Questions in plain words: to ``@CareKPI`` in a channel, or in the direct message with it."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.listeners.acknowledged import DIRECT, Payload, acknowledged, tell
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.listeners.replies import answer_request
from bot.request import parse
from bot.request.tokens import without_mention
from storage.operations.engine import writing
from storage.operations.events import finish, take_up

WRITTEN_BY_PEOPLE = {None, "file_share", "thread_broadcast"}
"""Subtypes of messages that somebody wrote; all others tell of edits, joins and the like."""


def register(app: App, desk: Desk) -> None:
    """Listens to mentions, and to messages in the direct message with CareKPI."""

    def mentioned(body: Payload, client: WebClient) -> None:
        if _is_question(body["event"], desk.bot_user_id):
            _answer_once(desk, body, client)

    def written(body: Payload, client: WebClient) -> None:
        event = body["event"]
        if _is_question(event, desk.bot_user_id) and event.get("channel_type") == DIRECT:
            _answer_once(desk, body, client)

    app.event("app_mention")(acknowledged(mentioned))
    app.event("message")(acknowledged(written))


def _answer_once(desk: Desk, body: Payload, client: WebClient) -> None:
    """Slack sends an event again where it is not heard in time, maybe to another replica."""
    event_id = str(body["event_id"])
    with writing(desk.operations) as session:
        if not take_up(session, event_id, desk.clock()):
            return
    try:
        _answer(desk, body, client)
    finally:
        # An error is an answer too: whoever asked is told of it.
        with writing(desk.operations) as session:
            finish(session, event_id, desk.clock())


def _answer(desk: Desk, body: Payload, client: WebClient) -> None:
    event = body["event"]
    member = insider(desk, event["user"])
    text = without_mention(event["text"], desk.bot_user_id)
    request = parse(text, desk.answering.today, escaped=True)
    tell(body, client, answer_request(desk, member, request, event["channel"]))


def _is_question(event: Payload, bot_user_id: str) -> bool:
    """Whether a person wrote it, just now; not a bot, and not CareKPI itself."""
    told = all(isinstance(event.get(each), str) for each in ("user", "channel", "text"))
    is_of_a_bot = "bot_id" in event or event.get("user") == bot_user_id
    is_new = event.get("subtype") in WRITTEN_BY_PEOPLE and "edited" not in event
    return told and is_new and not is_of_a_bot
