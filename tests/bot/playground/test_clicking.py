"""Buttons and menus in messages, on the Home tab and in modals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.playground import (
    Conversation,
    NotConfirmedError,
    NotDeclaredError,
    NotVisibleError,
    Person,
    PlaygroundError,
    Workspace,
)
from bot.playground.acting import Actor
from bot.playground.clicking import press
from bot.playground.delivery import Delivery
from tests.bot.playground.conftest import MANIFEST

Connect = Callable[[App], str]
Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: Any) -> Payload:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


CONFIRM = {
    "title": plain("Share"),
    "text": plain("Everybody in #billing will see it."),
    "confirm": plain("Share"),
    "deny": plain("Keep"),
}
MENU = {
    "type": "static_select",
    "action_id": "period",
    "placeholder": plain("Period"),
    "options": [
        {"text": plain("Week"), "value": "weekly"},
        {"text": plain("Month"), "value": "monthly"},
    ],
}
BLOCKS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            button("By team", "by_team", value="fcr by team"),
            button("Share in channel", "share", confirm=CONFIRM),
            MENU,
        ],
    }
]


@pytest.fixture
def received(app: App, connect: Connect) -> list[Payload]:
    """The payload of every click."""
    payloads: list[Payload] = []

    @app.action({"type": "block_actions", "action_id": "by_team"})
    @app.action("share")
    @app.action("period")
    def clicked(ack: Callable[[], None], body: Payload) -> None:
        ack()
        payloads.append(body)

    connect(app)
    return payloads


def test_click_by_text_arrives_complete(
    workspace: Workspace,
    client: WebClient,
    received: list[Payload],
    ana: Person,
    billing: Conversation,
) -> None:
    ts = client.chat_postMessage(channel=billing.id, text="x", blocks=BLOCKS)["ts"]
    exchange = workspace.click(ana, "By team")

    assert exchange.is_acknowledged
    [body] = workspace.wait_for(lambda: received)
    [action] = body["actions"]
    assert action | {"action_ts": ""} == {
        "type": "button",
        "action_id": "by_team",
        "block_id": "row",
        "text": plain("By team"),
        "value": "fcr by team",
        "action_ts": "",
    }
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": billing.id,
        "is_ephemeral": False,
    }
    assert (body["user"]["id"], body["user"]["team_id"]) == (ana.id, workspace.team.id)
    assert (body["channel"], body["message"]["ts"]) == ({"id": billing.id, "name": "billing"}, ts)
    assert body["team"]["id"] == workspace.team.id
    assert body["state"]["values"] == {
        "row": {"period": {"type": "static_select", "selected_option": None}}
    }
    assert body["is_enterprise_install"] is False
    assert body.keys() >= {"token", "api_app_id", "trigger_id", "response_url", "enterprise"}


def test_click_in_an_ephemeral_message_carries_no_message(
    workspace: Workspace,
    client: WebClient,
    received: list[Payload],
    people: tuple[Person, Person],
    billing: Conversation,
) -> None:
    ana, bob = people
    client.chat_postEphemeral(channel=billing.id, user=ana.id, text="x", blocks=BLOCKS)
    payload = workspace.click(ana, "by_team").payload
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    with pytest.raises(NotVisibleError):
        workspace.click(bob, "by_team")


def test_click_that_asks_has_to_be_confirmed(
    workspace: Workspace,
    client: WebClient,
    received: list[Payload],
    ana: Person,
    billing: Conversation,
) -> None:
    client.chat_postMessage(channel=billing.id, text="x", blocks=BLOCKS)
    with pytest.raises(NotConfirmedError, match="Everybody in #billing will see it"):
        workspace.click(ana, "Share in channel")
    assert workspace.exchanges == []
    assert workspace.click(ana, "Share in channel", confirm=True).is_acknowledged
    with pytest.raises(PlaygroundError, match="asks nothing"):
        workspace.click(ana, "By team", confirm=True)


def test_choose_in_a_menu_by_text_or_value(
    workspace: Workspace,
    client: WebClient,
    received: list[Payload],
    ana: Person,
    billing: Conversation,
) -> None:
    client.chat_postMessage(channel=billing.id, text="x", blocks=BLOCKS)
    exchange = workspace.choose(ana, "Period", "Month")
    assert exchange is not None
    [action] = exchange.payload["actions"]
    assert action["selected_option"] == {"text": plain("Month"), "value": "monthly"}
    values = exchange.payload["state"]["values"]["row"]["period"]
    assert values == {"type": "static_select", "selected_option": action["selected_option"]}
    again = workspace.choose(ana, "period", "weekly")
    assert again is not None
    assert again.payload["actions"][0]["selected_option"]["value"] == "weekly"
    with pytest.raises(NotVisibleError, match="Year"):
        workspace.choose(ana, "Period", "Year")


def test_click_goes_to_the_newest_message_or_the_one_named(
    workspace: Workspace,
    client: WebClient,
    received: list[Payload],
    ana: Person,
    billing: Conversation,
) -> None:
    for text in ("old", "new"):
        client.chat_postMessage(channel=billing.id, text=text, blocks=BLOCKS)
    old, new = workspace.visible(ana, billing)
    assert workspace.click(ana, "By team").payload["container"]["message_ts"] == new.ts
    assert workspace.click(ana, "By team", on=old).payload["container"]["message_ts"] == old.ts


def test_click_on_what_is_not_there_names_what_is(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    client.chat_postMessage(channel=billing.id, text="x", blocks=BLOCKS)
    with pytest.raises(NotVisibleError, match="Why"):
        workspace.click(ana, "Why?")
    with pytest.raises(PlaygroundError, match="use choose"):
        workspace.click(ana, "Period")


def test_click_on_the_home_tab(
    workspace: Workspace, client: WebClient, received: list[Payload], ana: Person, bob: Person
) -> None:
    client.views_publish(user_id=ana.id, view={"type": "home", "blocks": BLOCKS})
    home = workspace.home(ana)
    assert home is not None
    payload = workspace.click(ana, "By team", on=home).payload
    assert payload["container"] == {"type": "view", "view_id": home.id}
    assert (payload["view"]["type"], payload["view"]["hash"]) == ("home", home.hash)
    assert "response_url" not in payload
    with pytest.raises(NotVisibleError):
        workspace.click(bob, "By team", on=home)


def test_click_of_a_stranger_carries_both_teams(
    workspace: Workspace, client: WebClient, received: list[Payload]
) -> None:
    other = workspace.add_team("Other")
    sam = workspace.add_person("sam", team=other)
    shared = workspace.add_channel("shared", [sam], with_bot=True, shared_with=[other])
    client.chat_postMessage(channel=shared.id, text="x", blocks=BLOCKS)
    payload = workspace.click(sam, "By team").payload
    assert (payload["user"]["team_id"], payload["team"]["id"]) == (other.id, workspace.team.id)


def test_click_where_interactivity_is_off(workspace: Workspace) -> None:
    strict = Workspace(replace(MANIFEST, is_interactive=False), workspace.state.clock)
    actor = Actor(strict.add_person("eve"), strict.state, Delivery(strict.state))
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    eve = workspace.add_person("eve")
    client.views_publish(user_id=eve.id, view={"type": "home", "blocks": BLOCKS})
    home = workspace.home(eve)
    assert home is not None
    with pytest.raises(NotDeclaredError):
        press(actor, "By team", home, confirm=False)
