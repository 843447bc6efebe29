"""The buttons of a calibration."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import CALIBRATION_CLOSE, CALIBRATION_OPEN, pattern
from bot.blocks.coaching.form import review_form
from bot.blocks.message import Message
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view


def register(app: App, desk: Desk) -> None:
    """Listens to the one that opens the form, and the one that closes a calibration."""

    def opened(body: Payload, client: WebClient) -> None:
        member, value = insider(desk, user_id(body)), str(body["actions"][0]["value"])
        open_view(client, body["trigger_id"], review_form(desk.calibrating.begin(member, value), 0))

    def closed(body: Payload, _client: WebClient) -> Message:
        member, value = insider(desk, user_id(body)), str(body["actions"][0]["value"])
        return desk.calibrating.close(member, value)

    app.action(pattern(CALIBRATION_OPEN))(acknowledged(opened))
    app.action(pattern(CALIBRATION_CLOSE))(committed(closed))
