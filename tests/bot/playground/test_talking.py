"""Commands, messages and mentions, and what the app gets of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App

from bot.playground import (
    Conversation,
    NotVisibleError,
    Person,
    PlaygroundError,
    Workspace,
)

Connect = Callable[[App], str]


@pytest.fixture
def acknowledge(app: App, connect: Connect) -> Callable[[Any], None]:
    """Answer every command with this acknowledgement."""

    def answer(body: Any) -> None:
        @app.command("/kpi")
        def kpi(ack: Callable[..., None]) -> None:
            ack(body)

        connect(app)

    return answer


def test_acknowledgement_with_text_is_seen_by_the_person_alone(
    workspace: Workspace,
    acknowledge: Callable[[Any], None],
    ana: Person,
    bob: Person,
    billing: Conversation,
) -> None:
    acknowledge("Working on it")
    workspace.command(ana, billing, "/kpi")
    assert [message.read() for message in workspace.visible(ana, billing)] == ["Working on it"]
    assert workspace.visible(bob, billing) == []


def test_acknowledgement_in_channel_is_seen_by_all(
    workspace: Workspace,
    acknowledge: Callable[[Any], None],
    ana: Person,
    bob: Person,
    billing: Conversation,
) -> None:
    acknowledge({"response_type": "in_channel", "text": "Here"})
    workspace.command(ana, billing, "/kpi")
    assert [message.read() for message in workspace.visible(bob, billing)] == ["Here"]


def test_acknowledgement_with_bad_blocks_fails_before_the_person(
    workspace: Workspace, acknowledge: Callable[[Any], None], ana: Person, billing: Conversation
) -> None:
    acknowledge({"text": "x", "blocks": [{"type": "alert"}]})
    exchange = workspace.command(ana, billing, "/kpi")
    assert exchange.problem == '/kpi failed: "invalid_blocks"'
    assert workspace.visible(ana, billing) == []


def test_command_text_is_escaped(
    workspace: Workspace,
    acknowledge: Callable[[Any], None],
    ana: Person,
    bob: Person,
    billing: Conversation,
) -> None:
    acknowledge("")
    secret = workspace.add_channel("secret", [bob], is_private=True)
    typed = "/kpi role @bob in #billing not #secret nor @nobody <!channel> a&b @here bob@x.org"
    exchange = workspace.command(ana, billing, typed)
    assert exchange.payload["text"] == (
        f"role <@{bob.id}|bob> in <#{billing.id}|billing> not #secret nor @nobody "
        "&lt;!channel&gt; a&amp;b <!here> bob@x.org"
    )
    exchange = workspace.command(bob, billing, "/kpi #secret https://x.org/a?b=1&c=2")
    assert exchange.payload["text"] == (f"<#{secret.id}|secret> <https://x.org/a?b=1&amp;c=2>")


def test_command_in_a_direct_message_and_a_private_channel(
    workspace: Workspace, acknowledge: Callable[[Any], None], ana: Person
) -> None:
    acknowledge("")
    secret = workspace.add_channel("secret", [ana], is_private=True)
    in_direct = workspace.command(ana, workspace.direct(ana), "/kpi")
    in_secret = workspace.command(ana, secret, "/kpi")
    assert in_direct.payload["channel_name"] == "directmessage"
    assert in_secret.payload["channel_name"] == "privategroup"


def test_command_of_a_stranger_carries_the_other_team(
    workspace: Workspace, acknowledge: Callable[[Any], None]
) -> None:
    acknowledge("")
    other = workspace.add_team("Other Care")
    sam = workspace.add_person("sam", team=other)
    shared = workspace.add_channel("shared", [sam], with_bot=True, shared_with=[other])
    payload = workspace.command(sam, shared, "/kpi").payload
    assert (payload["team_id"], payload["team_domain"]) == (other.id, "other-care")


def test_nobody_acts_where_they_are_not(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    eve = workspace.add_person("eve")
    gone = workspace.add_person("gone", deleted=True)
    old = workspace.add_channel("old", [ana], is_archived=True)
    with pytest.raises(NotVisibleError):
        workspace.command(eve, billing, "/kpi")
    with pytest.raises(NotVisibleError):
        workspace.post(eve, billing, "Hi")
    with pytest.raises(PlaygroundError, match="archived"):
        workspace.command(ana, old, "/kpi")
    with pytest.raises(PlaygroundError, match="deactivated"):
        workspace.command(gone, billing, "/kpi")


def test_guests_and_strangers_see_only_where_they_are(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    workspace.post(ana, billing, "Hi")
    eve = workspace.add_person("eve")
    guest = workspace.add_person("gus", is_restricted=True)
    stranger = workspace.add_person("sam", team=workspace.add_team("Other"))
    seen = [len(workspace.visible(user, billing)) for user in (ana, eve, guest, stranger)]
    assert seen == [1, 1, 0, 0]


def test_mention_and_direct_message_arrive_as_events(
    workspace: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    events: list[dict[str, Any]] = []

    @app.event("app_mention")
    def mentioned(event: dict[str, Any]) -> None:
        events.append(event)

    @app.event("message")
    def written(event: dict[str, Any]) -> None:
        events.append(event)

    connect(app)
    exchange = workspace.mention(ana, billing, "fcr < 80")
    workspace.wait_for(lambda: events)
    workspace.message_app(ana, "backlog")
    workspace.wait_for(lambda: len(events) == 2)

    mention, message = events
    assert (mention["type"], mention["user"], mention["channel"]) == (
        "app_mention",
        ana.id,
        billing.id,
    )
    assert mention["text"] == f"<@{workspace.bot.id}> fcr &lt; 80"
    assert (message["text"], message["channel_type"]) == ("backlog", "im")
    assert exchange.payload["authorizations"][0]["user_id"] == workspace.bot.id


def test_mention_where_the_app_is_not(workspace: Workspace, ana: Person) -> None:
    elsewhere = workspace.add_channel("elsewhere", [ana])
    with pytest.raises(NotVisibleError):
        workspace.mention(ana, elsewhere, "fcr")


def test_open_home_brings_the_published_view(
    workspace: Workspace, app: App, connect: Connect, ana: Person
) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: Any) -> None:
        header = {"type": "header", "text": {"type": "plain_text", "text": "Welcome"}}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [header]})

    connect(app)
    first = workspace.open_home(ana)
    home = workspace.wait_for(lambda: workspace.home(ana))
    second = workspace.open_home(ana)
    assert home is not None
    assert home.read() == "Welcome"
    assert (first.payload["event"]["tab"], "view" in first.payload["event"]) == ("home", False)
    assert second.payload["event"]["view"]["id"] == home.id
