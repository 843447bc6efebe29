"""The buttons of a coaching note; its author's button that withdraws it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.actions import (
    NOTE_READ,
    NOTE_SCORE,
    NOTE_TALK,
    NOTE_WITHDRAW,
    pattern,
)
from bot.blocks.message import Message
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view
from storage.errors import UserError
from storage.roles import Member

logger = logging.getLogger(__name__)

Listener = Callable[[Ack, Payload, WebClient], None]


def register(app: App, desk: Desk) -> None:
    """Listens to each; the buttons carry ids alone."""

    def member(body: Payload) -> Member:
        return insider(desk, user_id(body))

    def reads(body: Payload, _client: WebClient) -> Payload:
        desk.notes.read(member(body), value_of(body))
        return {}

    def shows_score(body: Payload, client: WebClient) -> None:
        view = desk.notes.score(member(body), value_of(body))
        open_view(client, body["trigger_id"], view)

    def wants_to_talk(body: Payload, _client: WebClient) -> Message:
        return in_thread(body, desk.notes.offer_talk(member(body), value_of(body)))

    def withdraws(body: Payload, _client: WebClient) -> Message:
        return in_thread(body, desk.notes.withdraw(member(body), value_of(body)))

    app.action(pattern(NOTE_READ))(_and_refresh(desk, committed(reads)))
    app.action(pattern(NOTE_SCORE))(_and_refresh(desk, acknowledged(shows_score)))
    app.action(pattern(NOTE_TALK))(_and_refresh(desk, committed(wants_to_talk)))
    app.action(pattern(NOTE_WITHDRAW))(committed(withdraws))


def _and_refresh(desk: Desk, listener: Listener) -> Listener:
    """Listens, and then shows the note with the buttons that are left."""

    def listens(ack: Ack, body: Payload, client: WebClient) -> None:
        listener(ack, body, client)
        refresh(desk, body, client, value_of(body))

    return listens


def refresh(desk: Desk, body: Payload, client: WebClient, note_id: str) -> None:
    """Shows the note as it is now, where it stands in Slack."""
    place = desk.notes.place(note_id)
    if place is None:
        return
    try:
        shown = desk.notes.shown(insider(desk, user_id(body)), note_id)
        client.chat_update(
            channel=place[0], ts=place[1], text=shown.text, blocks=list(shown.blocks)
        )
    except UserError:
        pass
    except (SlackApiError, OSError) as error:
        logger.warning("A coaching note could not be shown anew: %s", type(error).__name__)


def value_of(body: Payload) -> str:
    return str(body["actions"][0]["value"])


def in_thread(body: Payload, message: Message) -> Message:
    """What a click under a message leads to stands in a thread under it."""
    clicked = body.get("message")
    if clicked:
        clicked.setdefault("thread_ts", clicked["ts"])
    return message
