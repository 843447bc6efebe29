"""chat.* as the real client calls it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground import Conversation, Person, Workspace, serve
from tests.bot.playground.conftest import EVERYTHING, error_of


def texts(workspace: Workspace, user: Person, channel: Conversation) -> list[str]:
    return [message.text for message in workspace.visible(user, channel)]


def test_post_message_is_seen_by_everybody_in_the_channel(
    workspace: Workspace, client: WebClient, ana: Person, bob: Person, billing: Conversation
) -> None:
    answer = client.chat_postMessage(channel=billing.id, text="Hello")

    assert (answer["ok"], answer["channel"]) == (True, billing.id)
    assert answer["message"]["text"] == "Hello"
    assert texts(workspace, ana, billing) == ["Hello"]
    assert texts(workspace, bob, billing) == ["Hello"]


def test_post_message_by_channel_name_and_to_a_person(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    client.chat_postMessage(channel="#billing", text="Here")
    client.chat_postMessage(channel=ana.id, text="For you")

    assert texts(workspace, ana, billing) == ["Here"]
    assert texts(workspace, ana, workspace.direct(ana)) == ["For you"]


def test_post_message_where_it_may_not(workspace: Workspace, client: WebClient) -> None:
    elsewhere = workspace.add_channel("elsewhere")
    secret = workspace.add_channel("secret", is_private=True)
    old = workspace.add_channel("old", with_bot=True, is_archived=True)

    post = client.chat_postMessage
    assert error_of(post, channel="C404", text="x") == "channel_not_found"
    assert error_of(post, channel="#nowhere", text="x") == "channel_not_found"
    assert error_of(post, channel=elsewhere.id, text="x") == "not_in_channel"
    assert error_of(post, channel=secret.id, text="x") == "channel_not_found"
    assert error_of(post, channel=old.id, text="x") == "is_archived"


def test_post_message_without_or_with_too_much_text(
    client: WebClient, billing: Conversation
) -> None:
    where = {"channel": billing.id}
    post = {"api_method": "chat.postMessage"}
    assert error_of(client.api_call, **post, data=where) == "no_text"
    long = where | {"text": "x" * 40_001}
    assert error_of(client.api_call, **post, data=long) == "msg_too_long"


def test_post_message_with_bad_blocks_names_block_and_reason(
    client: WebClient, billing: Conversation
) -> None:
    empty = {"type": "header", "text": {"type": "plain_text", "text": ""}}
    blocks: list[dict[str, Any]] = [{"type": "divider"}, empty]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=billing.id, text="x", blocks=blocks)

    reason = "must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == [reason]
    assert caught.value.response["response_metadata"]["messages"] == [f"[ERROR] {reason}"]


def test_post_message_in_a_thread(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    root = client.chat_postMessage(channel=billing.id, text="Root")["ts"]
    client.chat_postMessage(channel=billing.id, text="Reply", thread_ts=root)

    replies = client.conversations_replies(channel=billing.id, ts=root)["messages"]
    assert [(reply["text"], reply["thread_ts"]) for reply in replies] == [
        ("Root", root),
        ("Reply", root),
    ]
    assert replies[0]["reply_count"] == 1
    history = client.conversations_history(channel=billing.id)["messages"]
    assert [message["text"] for message in history] == ["Root"]
    unknown = {"channel": billing.id, "text": "x", "thread_ts": "1.000000"}
    assert error_of(client.chat_postMessage, **unknown) == "cannot_reply_to_message"


def test_post_ephemeral_is_seen_by_one_person_and_in_no_history(
    workspace: Workspace, client: WebClient, ana: Person, bob: Person, billing: Conversation
) -> None:
    answer = client.chat_postEphemeral(channel=billing.id, user=ana.id, text="Only you")

    assert texts(workspace, ana, billing) == ["Only you"]
    assert texts(workspace, bob, billing) == []
    assert client.conversations_history(channel=billing.id)["messages"] == []
    ts = answer["message_ts"]
    assert error_of(client.chat_update, channel=billing.id, ts=ts, text="x") == "message_not_found"


def test_post_ephemeral_to_somebody_who_is_not_there(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    eve = workspace.add_person("eve")
    arguments = {"channel": billing.id, "user": eve.id, "text": "x"}
    assert error_of(client.chat_postEphemeral, **arguments) == "user_not_in_channel"


def test_update_and_delete_own_message(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    ts = client.chat_postMessage(channel=billing.id, text="Frist")["ts"]
    client.chat_update(channel=billing.id, ts=ts, text="First")
    assert texts(workspace, ana, billing) == ["First"]

    assert error_of(client.chat_update, channel=billing.id, ts=ts, text="x" * 4_001) == (
        "msg_too_long"
    )
    client.chat_delete(channel=billing.id, ts=ts)
    assert texts(workspace, ana, billing) == []
    assert error_of(client.chat_delete, channel=billing.id, ts=ts) == "message_not_found"


def test_update_and_delete_somebody_elses_message(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    message = workspace.post(ana, billing, "Mine")
    where = {"channel": billing.id, "ts": message.ts}
    assert error_of(client.chat_update, **where, text="x") == "cant_update_message"
    assert error_of(client.chat_delete, **where) == "cant_delete_message"


def test_permalink_of_a_message(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    ts = client.chat_postMessage(channel=billing.id, text="x")["ts"]
    link = client.chat_getPermalink(channel=billing.id, message_ts=ts)["permalink"]
    number = ts.replace(".", "")
    assert link == f"https://playground.slack.com/archives/{billing.id}/p{number}"
    missing = {"channel": billing.id, "message_ts": "1.0"}
    assert error_of(client.chat_getPermalink, **missing) == "message_not_found"


def test_metadata_is_read_back_only_when_asked_for(
    client: WebClient, billing: Conversation
) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"id": "d1"}}
    client.chat_postMessage(channel=billing.id, text="x", metadata=metadata)

    [plain] = client.conversations_history(channel=billing.id)["messages"]
    [full] = client.conversations_history(channel=billing.id, include_all_metadata=True)["messages"]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


def test_metadata_of_another_shape_is_refused(client: WebClient, billing: Conversation) -> None:
    arguments = {"channel": billing.id, "text": "x", "metadata": {"event_type": "delivery"}}
    assert error_of(client.chat_postMessage, **arguments) == "invalid_metadata_format"


def test_direct_message_where_the_messages_tab_is_off() -> None:
    with serve(replace(EVERYTHING, has_messages_tab=False)) as workspace:
        ana = workspace.add_person("ana")
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        post = client.chat_postMessage
        assert error_of(post, channel=ana.id, text="x") == "messages_tab_disabled"


def test_unknown_arguments_are_harmless(client: WebClient, billing: Conversation) -> None:
    answer = client.api_call(
        "chat.postMessage",
        data={"channel": billing.id, "text": "x", "unfurl_links": "false", "colour": "red"},
    )
    assert answer["message"]["text"] == "x"


def test_blocks_in_a_form_are_json(client: WebClient, billing: Conversation) -> None:
    form = {"channel": billing.id, "text": "x", "blocks": '[{"type": "divider"}]'}
    answer = client.api_call("chat.postMessage", data=form)
    assert [block["type"] for block in answer["message"]["blocks"]] == ["divider"]
    broken = form | {"blocks": "[{"}
    assert error_of(client.api_call, api_method="chat.postMessage", data=broken) == (
        "invalid_blocks_format"
    )
