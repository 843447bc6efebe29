"""``response_url`` as the SDK's webhook client uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.conftest import MovableClock

GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [GO]}]


@pytest.fixture
def connected(app: App, connect: Callable[[App], str]) -> None:
    def acknowledge(ack: Callable[[], None]) -> None:
        ack()

    app.command("/kpi")(acknowledge)
    app.action("go")(acknowledge)
    connect(app)


@pytest.fixture
def after_command(
    workspace: Workspace, connected: None, ana: Person, billing: Conversation
) -> WebhookClient:
    return WebhookClient(workspace.command(ana, billing, "/kpi").payload["response_url"])


@pytest.fixture
def after_click(
    workspace: Workspace, client: WebClient, connected: None, ana: Person, billing: Conversation
) -> WebhookClient:
    client.chat_postMessage(channel=billing.id, text="Original", blocks=BLOCKS)
    return WebhookClient(workspace.click(ana, "Go").payload["response_url"])


def error(url: WebhookClient, **body: Any) -> tuple[int, str]:
    response = url.send(**body)
    return response.status_code, response.body


def texts(workspace: Workspace, user: Person, channel: Conversation) -> list[str]:
    return [message.text for message in workspace.visible(user, channel)]


def test_answer_is_for_the_person_alone_unless_in_channel(
    workspace: Workspace,
    after_command: WebhookClient,
    ana: Person,
    bob: Person,
    billing: Conversation,
) -> None:
    assert after_command.send(text="Mine").status_code == 200
    after_command.send(text="Ours", response_type="in_channel")
    assert texts(workspace, ana, billing) == ["Mine", "Ours"]
    assert texts(workspace, bob, billing) == ["Ours"]


def test_sixth_use_is_refused(
    workspace: Workspace, after_command: WebhookClient, ana: Person, billing: Conversation
) -> None:
    for number in range(5):
        after_command.send(text=str(number))
    assert error(after_command, text="6") == (404, '{"ok":false,"error":"used_url"}')
    assert texts(workspace, ana, billing) == ["0", "1", "2", "3", "4"]


def test_use_after_thirty_minutes_is_refused(
    after_command: WebhookClient, clock: MovableClock
) -> None:
    clock.move(minutes=30)
    assert after_command.send(text="In time").status_code == 200
    clock.move(seconds=1)
    assert error(after_command, text="x") == (404, '{"ok":false,"error":"expired_url"}')


def test_unknown_address_is_refused(after_command: WebhookClient) -> None:
    invented = WebhookClient(after_command.url[:-4] + "0000")
    assert error(invented, text="x") == (404, '{"ok":false,"error":"no_service"}')


def test_replace_and_delete_the_clicked_message(
    workspace: Workspace, after_click: WebhookClient, bob: Person, billing: Conversation
) -> None:
    after_click.send(text="Replaced", replace_original=True)
    assert texts(workspace, bob, billing) == ["Replaced"]
    after_click.send(delete_original=True)
    assert texts(workspace, bob, billing) == []
    assert error(after_click, text="x", replace_original=True) == (
        400,
        '{"ok":false,"error":"message_not_found"}',
    )


def test_replace_an_ephemeral_message_keeps_it_for_one_person(
    workspace: Workspace,
    client: WebClient,
    connected: None,
    people: tuple[Person, Person],
    billing: Conversation,
) -> None:
    ana, bob = people
    client.chat_postEphemeral(channel=billing.id, user=ana.id, text="Original", blocks=BLOCKS)
    url = WebhookClient(workspace.click(ana, "Go").payload["response_url"])
    url.send(text="Replaced", replace_original=True)
    assert texts(workspace, ana, billing) == ["Replaced"]
    assert texts(workspace, bob, billing) == []


def test_without_replace_a_click_is_answered_by_a_new_message(
    workspace: Workspace, after_click: WebhookClient, ana: Person, billing: Conversation
) -> None:
    after_click.send(text="New")
    assert texts(workspace, ana, billing) == ["Original", "New"]


def test_bad_blocks_are_refused_here_too(
    workspace: Workspace, after_command: WebhookClient, ana: Person, billing: Conversation
) -> None:
    response = after_command.send(text="x", blocks=[{"type": "alert"}])
    assert (response.status_code, "invalid_blocks" in response.body) == (400, True)
    assert texts(workspace, ana, billing) == []


def test_empty_answer_and_archived_channel_are_refused(
    workspace: Workspace, after_command: WebhookClient, billing: Conversation
) -> None:
    assert error(after_command)[1] == '{"ok":false,"error":"no_text"}'
    billing.is_archived = True
    assert error(after_command, text="x") == (410, '{"ok":false,"error":"channel_is_archived"}')


def test_uses_are_recorded_and_can_be_made_to_fail(
    workspace: Workspace, after_command: WebhookClient, ana: Person, billing: Conversation
) -> None:
    workspace.trouble.fail_next("response_url", status=500)
    assert after_command.send(text="x").status_code == 500
    after_command.send(text="y")
    uses = [call for call in workspace.calls if call.method == "response_url"]
    assert [(use.arguments["text"], use.status) for use in uses] == [("x", 500), ("y", 200)]
    assert texts(workspace, ana, billing) == ["y"]
