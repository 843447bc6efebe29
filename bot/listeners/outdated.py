"""Buttons and forms that nothing listens to any more: they stay in Slack longer than a version."""

from __future__ import annotations

import re

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.behind import OUTDATED
from bot.blocks.errors import error_message
from bot.listeners.acknowledged import Payload, acknowledged, is_taken_up, tell
from bot.listeners.desk import Desk
from storage.errors import UserError

ANY = re.compile("")
OUTDATED_FORM = UserError(
    "This form is from an older version of CareKPI, and nothing was kept.", "Open it again."
)


def register(app: App, _desk: Desk) -> None:
    """Listens to whatever no listener before it took; so it is registered last."""

    def pressed(body: Payload, client: WebClient) -> None:
        tell(body, client, error_message(OUTDATED))

    def sent(body: Payload, client: WebClient) -> None:
        tell(body, client, error_message(OUTDATED_FORM))

    app.action(ANY, matchers=[_is_left])(acknowledged(pressed))
    app.view(ANY, matchers=[_is_left])(acknowledged(sent))


def _is_left(body: Payload) -> bool:
    """Nobody acknowledges what another listener is still writing down."""
    return not is_taken_up(body)
