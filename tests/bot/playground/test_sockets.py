"""Socket Mode with the SDK's own client and a real Bolt app, and with a bare WebSocket."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.playground import Conversation, Exchange, Person, Workspace
from tests.bot.playground.conftest import MovableClock


@pytest.fixture
def silent_logger() -> logging.Logger:
    logger = logging.getLogger("tests.sockets")
    logger.setLevel(logging.CRITICAL)
    return logger


@pytest.fixture
def connected(
    workspace: Workspace, app: App, silent_logger: logging.Logger
) -> Iterator[SocketModeHandler]:
    handler = SocketModeHandler(app, workspace.app_token, silent_logger)
    handler.connect()  # type: ignore[no-untyped-call]  # the SDK gives no type
    workspace.wait_for(lambda: workspace.open_sockets)
    yield handler
    handler.client.auto_reconnect_enabled = False
    workspace.drop_sockets()
    workspace.wait_for(lambda: not handler.client.is_connected())
    handler.client.closed = True
    handler.client.message_queue.put(None)  # else it waits for a message, up to a second
    handler.close()  # type: ignore[no-untyped-call]  # the SDK gives no type


@contextmanager
def bare_socket(workspace: Workspace) -> Iterator[ClientConnection]:
    """A connection without an app behind it, greeted already."""
    opening = WebClient(base_url=workspace.api_url).apps_connections_open
    url = opening(app_token=workspace.app_token)["url"]
    with connect(url) as websocket:
        assert json.loads(websocket.recv(timeout=5))["type"] == "hello"
        yield websocket


def test_command_click_and_modal_over_a_socket(
    workspace: Workspace,
    app: App,
    connected: SocketModeHandler,
    ana: Person,
    billing: Conversation,
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    reason = {
        "type": "input",
        "block_id": "reason",
        "label": {"type": "plain_text", "text": "Reason"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }

    @app.command("/kpi")
    def kpi(ack: Callable[[], None], respond: Callable[..., None]) -> None:
        ack()
        respond(text="Answer", blocks=[{"type": "actions", "elements": [button]}])

    @app.action("go")
    def go(ack: Callable[[], None], body: dict[str, Any], client: WebClient) -> None:
        title = {"type": "plain_text", "text": "Why"}
        view = {"type": "modal", "callback_id": "why", "title": title, "blocks": [reason]}
        client.views_open(trigger_id=body["trigger_id"], view=view | {"submit": title})
        ack()

    @app.view("why")
    def why(ack: Callable[..., None]) -> None:
        ack(response_action="errors", errors={"reason": "Say more."})

    exchange = workspace.command(ana, billing, "/kpi fcr")
    assert (exchange.status, exchange.body) == (200, None)
    [message] = workspace.wait_for(lambda: workspace.visible(ana, billing))
    assert message.read() == "[Go]"
    assert workspace.click(ana, "Go").is_acknowledged
    assert workspace.submit(ana, {"Reason": "x"}).is_acknowledged
    assert workspace.modal(ana).errors == {"reason": "Say more."}


def test_acknowledgement_as_text_is_posted(
    workspace: Workspace,
    app: App,
    connected: SocketModeHandler,
    ana: Person,
    billing: Conversation,
) -> None:
    @app.command("/kpi")
    def kpi(ack: Callable[[str], None]) -> None:
        ack("Working on it")

    workspace.command(ana, billing, "/kpi")
    assert [message.text for message in workspace.visible(ana, billing)] == ["Working on it"]


def test_refresh_moves_requests_to_a_new_connection(
    workspace: Workspace,
    app: App,
    connected: SocketModeHandler,
    ana: Person,
    billing: Conversation,
) -> None:
    @app.command("/kpi")
    def kpi(ack: Callable[[], None]) -> None:
        ack()

    workspace.refresh_sockets()
    assert workspace.command(ana, billing, "/kpi").is_acknowledged
    opened = [call for call in workspace.calls if call.method == "apps.connections.open"]
    assert len(opened) == 2


def test_envelope_says_what_it_is(impatient: Workspace, ana: Person, billing: Conversation) -> None:
    with bare_socket(impatient) as websocket:
        exchange = impatient.command(ana, billing, "/kpi fcr")
        envelope = json.loads(websocket.recv(timeout=5))
    assert envelope.keys() == {"envelope_id", "type", "payload", "accepts_response_payload"}
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"] == exchange.payload
    assert exchange.problem == "The app did not respond."


def test_event_that_is_not_acknowledged_is_sent_again(
    impatient: Workspace, clock: MovableClock, ana: Person
) -> None:
    with bare_socket(impatient) as websocket:
        impatient.open_home(ana)
        envelopes = [json.loads(websocket.recv(timeout=5)) for _ in range(2)]
    assert [(e["retry_attempt"], e["retry_reason"]) for e in envelopes] == [
        (0, ""),
        (1, "http_timeout"),
    ]
    assert {e["payload"]["event_id"] for e in envelopes} == {envelopes[0]["payload"]["event_id"]}
    assert envelopes[0]["accepts_response_payload"] is False


def test_each_request_goes_to_one_of_several_connections(
    impatient: Workspace, ana: Person, billing: Conversation
) -> None:
    with bare_socket(impatient) as one, bare_socket(impatient) as two:
        assert impatient.open_sockets == 2
        exchanges: list[Exchange] = [impatient.command(ana, billing, "/kpi") for _ in range(2)]
        heard = [json.loads(socket.recv(timeout=5))["payload"] for socket in (two, one)]
    assert heard == [exchange.payload for exchange in exchanges]


def test_eleventh_connection_is_one_too_many(workspace: Workspace) -> None:
    with ExitStack() as open_sockets:
        for _ in range(10):
            open_sockets.enter_context(bare_socket(workspace))
        opening = WebClient(base_url=workspace.api_url).apps_connections_open
        with connect(opening(app_token=workspace.app_token)["url"]) as websocket:
            answer = json.loads(websocket.recv(timeout=5))
        assert answer == {"type": "disconnect", "reason": "too_many_websockets"}
        assert workspace.open_sockets == 10


def test_address_is_good_for_one_connection(workspace: Workspace) -> None:
    opening = WebClient(base_url=workspace.api_url).apps_connections_open
    url = opening(app_token=workspace.app_token)["url"]
    with connect(url):
        pass
    for refused in (url, url.split("ticket=")[0] + "ticket=invented"):
        with pytest.raises(InvalidStatus), connect(refused):
            pass
