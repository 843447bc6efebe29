"""An app that is not ours: Bolt's own first example works here unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.playground import Conversation, Manifest, Message, Person, Workspace, serve
from tests.bot.playground.conftest import MovableClock, serve_app

MANIFEST = Manifest.parse(
    {
        "display_information": {"name": "Hello"},
        "oauth_config": {"scopes": {"bot": ["channels:history", "chat:write"]}},
        "settings": {
            "event_subscriptions": {"bot_events": ["message.channels"]},
            "interactivity": {"is_enabled": True},
        },
    }
)


def hello(app: App) -> None:
    """Answers "hello" with a button, and the button with a word."""

    @app.message("hello")
    def message_hello(message: dict[str, Any], say: Callable[..., object]) -> None:
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": "Click Me"},
            "action_id": "button_click",
        }
        greeting = {"type": "mrkdwn", "text": f"Hey there <@{message['user']}>!"}
        block = {"type": "section", "text": greeting, "accessory": button}
        say(blocks=[block], text=f"Hey there <@{message['user']}>!")

    @app.action("button_click")
    def action_button_click(
        body: dict[str, Any], ack: Callable[[], object], say: Callable[[str], object]
    ) -> None:
        ack()
        say(f"<@{body['user']['id']}> clicked the button")


@contextmanager
def over_http(workspace: Workspace, app: App) -> Iterator[None]:
    with serve_app(app) as address:
        workspace.connect_http(address)
        yield


@contextmanager
def over_socket_mode(workspace: Workspace, app: App) -> Iterator[None]:
    handler: Any = SocketModeHandler(app, workspace.app_token)
    handler.connect()
    workspace.wait_for(lambda: workspace.open_sockets)
    yield
    handler.client.auto_reconnect_enabled = False
    workspace.drop_sockets()
    workspace.wait_for(lambda: not handler.client.is_connected())
    handler.close()


@pytest.mark.parametrize("connected", [over_http, over_socket_mode])
def test_hello_example_answers_and_hears_its_button(connected: Any) -> None:
    with serve(MANIFEST, MovableClock()) as workspace:
        ana = workspace.add_person("ana")
        general = workspace.add_channel("general", [ana], with_bot=True)
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        app = App(name="app", client=client, signing_secret=workspace.signing_secret)
        hello(app)
        with connected(workspace, app):
            workspace.post(ana, general, "hello")
            workspace.wait_for(lambda: len(seen(workspace, ana, general)) == 2)
            assert workspace.click(ana, "Click Me").is_acknowledged
            workspace.wait_for(lambda: len(seen(workspace, ana, general)) == 3)
            texts = [message.text for message in seen(workspace, ana, general)]
    assert texts == ["hello", f"Hey there <@{ana.id}>!", f"<@{ana.id}> clicked the button"]


def seen(workspace: Workspace, person: Person, channel: Conversation) -> list[Message]:
    return workspace.visible(person, channel)
