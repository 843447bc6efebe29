"""Buttons that nothing listens to any more: a message stays in Slack longer than a version."""

from __future__ import annotations

import re

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.behind import OUTDATED
from bot.blocks.errors import error_message
from bot.listeners.acknowledged import Payload, acknowledged, tell
from bot.listeners.desk import Desk

ANYTHING = re.compile("")


def register(app: App, _desk: Desk) -> None:
    """Listens to whatever no listener before it took; so it is registered last."""

    def pressed(body: Payload, client: WebClient) -> None:
        tell(body, client, error_message(OUTDATED))

    app.action(ANYTHING)(acknowledged(pressed))
