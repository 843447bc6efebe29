"""The Home tab: how to ask, until there is more to show."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.help import home_view
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider


def register(app: App, desk: Desk) -> None:
    def opened(event: dict[str, Any], client: WebClient) -> None:
        insider(desk, event["user"])
        client.views_publish(user_id=event["user"], view=home_view())

    app.event("app_home_opened")(opened)
