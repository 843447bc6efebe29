"""The note about a low answer: somebody takes it, and closes it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.actions import FOLLOW_UP_CLOSE, FOLLOW_UP_TAKE, FOLLOW_UP_TAKEN, pattern
from bot.blocks.follow_ups import closing_in, taken_in
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view
from storage.errors import UserError

logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    """Listens to the buttons and to the form; the buttons carry ids alone."""

    def opens_form(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        form = desk.follow_ups.form(member, str(body["actions"][0]["value"]))
        open_view(client, body["trigger_id"], form)

    def takes(body: Payload, client: WebClient) -> Callable[[], None]:
        invitation_id, due_on = taken_in(body["view"])
        desk.follow_ups.take(insider(desk, user_id(body)), invitation_id, due_on)
        return lambda: refresh(desk, client, invitation_id)

    def closes(body: Payload, client: WebClient) -> Callable[[], None]:
        invitation_id, outcome = closing_in(str(body["actions"][0]["value"]))
        desk.follow_ups.close(insider(desk, user_id(body)), invitation_id, outcome)
        return lambda: refresh(desk, client, invitation_id)

    app.action(pattern(FOLLOW_UP_TAKE))(acknowledged(opens_form))
    app.view(FOLLOW_UP_TAKEN)(committed(takes))
    app.action(pattern(FOLLOW_UP_CLOSE))(committed(closes))


def refresh(desk: Desk, client: WebClient, invitation_id: str) -> None:
    """Shows each who was told how it stands; who may read it no more keeps what there was."""
    for reader_id, channel_id, ts in desk.follow_ups.places(invitation_id):
        try:
            shown = desk.follow_ups.shown(insider(desk, reader_id), invitation_id)
            client.chat_update(channel=channel_id, ts=ts, text=shown.text, blocks=[*shown.blocks])
        except (UserError, SlackApiError, OSError) as error:
            logger.warning("A follow-up could not be shown anew: %s", type(error).__name__)
