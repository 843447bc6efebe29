"""The Home tab: how to ask."""

from __future__ import annotations

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.explaining import home_view
from bot.listeners.acknowledged import Payload, acknowledged, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider


def register(app: App, desk: Desk) -> None:
    """Listens to whoever opens the tab; an outsider's stays empty."""

    def opened(body: Payload, client: WebClient) -> None:
        if body["event"].get("tab") == "home":
            member = insider(desk, user_id(body))
            client.views_publish(user_id=member.slack_user_id, view=home_view())

    app.event("app_home_opened")(acknowledged(opened))
