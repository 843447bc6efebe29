"""The workspace as a whole: who is where, and waiting for what is to come."""

from __future__ import annotations

import threading

import pytest
from slack_sdk import WebClient

from bot.playground import Conversation, NotVisibleError, Person, PlaygroundError, Workspace


def test_wait_for_sees_what_another_thread_posts(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    post = threading.Thread(
        target=client.chat_postMessage, kwargs={"channel": billing.id, "text": "Late"}
    )
    post.start()
    [message] = workspace.wait_for(lambda: workspace.visible(ana, billing))
    post.join()
    assert message.read() == "Late"


def test_wait_for_may_ask_the_web_api(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    client.chat_postMessage(channel=billing.id, text="x")
    found = workspace.wait_for(lambda: client.conversations_history(channel=billing.id)["messages"])
    assert [message["text"] for message in found] == ["x"]


def test_wait_for_gives_up(workspace: Workspace) -> None:
    with pytest.raises(TimeoutError, match=r"not so after 0\.05 seconds"):
        workspace.wait_for(lambda: False, seconds=0.05)


def test_invite_lets_the_bot_in(workspace: Workspace, client: WebClient, ana: Person) -> None:
    secret = workspace.add_channel("secret", [ana], is_private=True)
    workspace.invite(secret, workspace.bot)
    client.chat_postMessage(channel=secret.id, text="Hello")
    assert [message.text for message in workspace.visible(ana, secret)] == ["Hello"]


def test_direct_message_is_read_by_nobody_else(
    workspace: Workspace, client: WebClient, ana: Person, bob: Person
) -> None:
    client.chat_postMessage(channel=ana.id, text="For you")
    direct = workspace.direct(ana)
    assert [message.text for message in workspace.visible(ana, direct)] == ["For you"]
    assert workspace.visible(bob, direct) == []


def test_strange_people_and_conversations_are_named(workspace: Workspace, ana: Person) -> None:
    with pytest.raises(PlaygroundError, match="there is no person U404"):
        workspace.visible("U404", workspace.direct(ana))
    with pytest.raises(PlaygroundError, match="there is no conversation C404"):
        workspace.visible(ana, "C404")
    with pytest.raises(NotVisibleError, match="ana has no modal open"):
        workspace.modal(ana)


def test_message_reads_as_people_read_it(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    message = workspace.post(ana, billing, "a < b & #billing")
    assert message.text == f"a &lt; b &amp; <#{billing.id}>"
    assert message.read() == f"a < b & #{billing.id}"


def test_looking_for_a_conversation_that_is_there_changes_nothing(workspace: Workspace) -> None:
    """Or whoever waits for a change there would look without end."""
    ana = workspace.add_person("ana")
    opened = workspace.direct(ana)
    before = workspace.state.changes
    assert (workspace.direct(ana), workspace.state.changes) == (opened, before)
