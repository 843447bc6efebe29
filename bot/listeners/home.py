"""The Home tab: shown when it is opened, and what somebody chooses to see there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.blocks.actions import (
    HOME_PERIOD,
    HOME_PIN,
    HOME_TEAM,
    PINS_SAVED,
    pattern,
)
from bot.blocks.home import ALL_TEAMS
from bot.blocks.home_modals import (
    pins_form,
    pins_of,
)
from bot.listeners.acknowledged import Payload, acknowledged, committed, user_id
from bot.listeners.desk import Desk
from bot.listeners.kpi import insider
from bot.replying import open_view
from storage.dashboards import chosen_metrics
from storage.operations.homes import Choice
from storage.periods import Grain

Change = Callable[[Choice, Payload], Choice]


def register(app: App, desk: Desk) -> None:
    """Listens to whoever opens the tab, and to what is chosen on it."""

    def opens(body: Payload, _client: WebClient) -> None:
        if body["event"].get("tab") == "home":
            desk.homes.open(user_id(body))

    def shows(body: Payload, _client: WebClient) -> None:
        desk.homes.show(user_id(body))

    def wants_to_choose(body: Payload, client: WebClient) -> None:
        member = insider(desk, user_id(body))
        chosen = chosen_metrics(member, desk.homes.choice_of(member))
        open_view(client, body["trigger_id"], pins_form(chosen))

    app.event("app_home_opened")(acknowledged(opens))
    app.action(pattern(HOME_PERIOD))(committed(_changing(desk, _other_period), shows))
    app.action(pattern(HOME_TEAM))(committed(_changing(desk, _other_team), shows))
    app.view(PINS_SAVED)(committed(_changing(desk, _other_metrics), shows))
    app.action(pattern(HOME_PIN))(acknowledged(wants_to_choose))


def _changing(desk: Desk, change: Change) -> Callable[[Payload, WebClient], Payload]:
    """Keeps what somebody chose; the acknowledgement carries nothing."""

    def changes(body: Payload, _client: WebClient) -> Payload:
        member = insider(desk, user_id(body))
        desk.homes.choose(member, change(desk.homes.choice_of(member), body))
        return {}

    return changes


def _other_period(choice: Choice, body: Payload) -> Choice:
    return replace(choice, grain=Grain(body["actions"][0]["value"]))


def _other_team(choice: Choice, body: Payload) -> Choice:
    team = str(body["actions"][0]["selected_option"]["value"])
    return replace(choice, team="" if team == ALL_TEAMS else team)


def _other_metrics(choice: Choice, body: Payload) -> Choice:
    return replace(choice, metrics=pins_of(body["view"]))
