"""conversations.* and users.conversations as the real client calls them."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace, serve
from tests.bot.playground.conftest import EVERYTHING, MANIFEST, error_of


def test_open_gives_the_one_direct_message(
    workspace: Workspace, client: WebClient, ana: Person, bob: Person
) -> None:
    first = client.conversations_open(users=ana.id)
    again = client.conversations_open(users=ana.id, return_im=True)
    several = client.conversations_open(users=[ana.id, bob.id])

    assert first["channel"]["id"] == workspace.direct(ana).id
    assert again["channel"]["user"] == ana.id
    assert (again["channel"]["is_im"], again["already_open"]) == (True, True)
    assert several["channel"]["id"] == workspace.direct(ana, bob, workspace.bot).id


def test_open_with_somebody_who_cannot_be_reached(workspace: Workspace, client: WebClient) -> None:
    gone = workspace.add_person("gone", deleted=True)
    stranger = workspace.add_person("sam", team=workspace.add_team("Other"))

    open_direct = client.conversations_open
    assert error_of(open_direct, users="U404") == "user_not_found"
    assert error_of(open_direct, users=gone.id) == "user_disabled"
    assert error_of(open_direct, users=stranger.id) == "user_not_visible"
    assert error_of(open_direct, users=workspace.bot.id) == "cannot_dm_bot"
    assert error_of(client.api_call, api_method="conversations.open") == "users_list_not_supplied"


def test_info_tells_kind_archive_and_sharing(workspace: Workspace, client: WebClient) -> None:
    other = workspace.add_team("Other")
    shared = workspace.add_channel("shared", with_bot=True, shared_with=[other])
    old = workspace.add_channel("old", is_private=True, with_bot=True, is_archived=True)

    channel = client.conversations_info(channel=shared.id)["channel"]
    assert (channel["name"], channel["is_channel"], channel["is_private"]) == (
        "shared",
        True,
        False,
    )
    assert (channel["is_ext_shared"], channel["shared_team_ids"]) == (True, [other.id])
    channel = client.conversations_info(channel=old.id)["channel"]
    assert (channel["is_archived"], channel["is_private"], channel["is_member"]) == (
        True,
        True,
        True,
    )
    hidden = workspace.add_channel("hidden", is_private=True)
    assert error_of(client.conversations_info, channel=hidden.id) == "channel_not_found"


def test_members_come_in_pages(
    workspace: Workspace, client: WebClient, ana: Person, bob: Person, billing: Conversation
) -> None:
    pages = [page["members"] for page in client.conversations_members(channel=billing.id, limit=2)]
    assert [len(page) for page in pages] == [2, 1]
    assert {member for page in pages for member in page} == {ana.id, bob.id, workspace.bot.id}


def test_cursor_and_limit_are_checked(client: WebClient, billing: Conversation) -> None:
    members = client.conversations_members
    assert error_of(members, channel=billing.id, cursor="bmV4dDo5OQ==") == "invalid_cursor"
    assert error_of(members, channel=billing.id, cursor="nonsense") == "invalid_cursor"
    assert error_of(members, channel=billing.id, limit=1001) == "invalid_limit"


def test_list_shows_public_and_own_private_channels(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    workspace.add_channel("hidden", is_private=True)
    own = workspace.add_channel("own", is_private=True, with_bot=True)
    old = workspace.add_channel("old", is_archived=True)

    def ids(**arguments: object) -> list[str]:
        listed = client.api_call("conversations.list", params=arguments)
        return [channel["id"] for channel in listed["channels"]]

    assert ids() == [billing.id, old.id]
    assert ids(types="public_channel,private_channel", exclude_archived=True) == [
        billing.id,
        own.id,
    ]
    assert error_of(client.conversations_list, types="channel") == "invalid_types"


def test_users_conversations_lists_where_the_bot_is(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    elsewhere = workspace.add_channel("elsewhere", [ana])

    def ids(user: Person | None) -> list[str]:
        listed = client.users_conversations(user=user.id if user else None)
        return [channel["id"] for channel in listed["channels"]]

    assert ids(None) == [billing.id]
    assert ids(ana) == [billing.id, elsewhere.id]


def test_join_a_public_channel(workspace: Workspace, client: WebClient) -> None:
    elsewhere = workspace.add_channel("elsewhere")
    own = workspace.add_channel("own", is_private=True, with_bot=True)
    old = workspace.add_channel("old", is_archived=True)

    assert client.conversations_join(channel=elsewhere.id)["channel"]["is_member"] is True
    assert client.conversations_join(channel=elsewhere.id)["warning"] == "already_in_channel"
    assert error_of(client.conversations_join, channel=old.id) == "is_archived"
    assert error_of(client.conversations_join, channel=own.id) == (
        "method_not_supported_for_channel_type"
    )


def test_history_is_newest_first_between_times_and_in_pages(
    client: WebClient, billing: Conversation
) -> None:
    sent = [client.chat_postMessage(channel=billing.id, text=text)["ts"] for text in "abc"]

    def texts(**arguments: object) -> list[str]:
        found = client.api_call(
            "conversations.history", params={"channel": billing.id, **arguments}
        )
        return [message["text"] for message in found["messages"]]

    assert texts() == ["c", "b", "a"]
    assert texts(oldest=sent[0]) == ["c", "b"]
    assert texts(oldest=sent[0], latest=sent[1], inclusive=1) == ["b", "a"]
    assert texts(limit=1) == ["c"]
    assert error_of(client.conversations_history, channel=billing.id, oldest="soon") == (
        "invalid_ts_oldest"
    )


def test_history_needs_membership_and_the_scope_of_the_kind(workspace: Workspace) -> None:
    with serve(MANIFEST) as strict:
        ana = strict.add_person("ana")
        client = WebClient(token=strict.bot_token, base_url=strict.api_url)
        channel = strict.add_channel("billing", [ana], with_bot=True)
        assert error_of(client.conversations_history, channel=channel.id) == "missing_scope"
        direct = strict.direct(ana)
        assert client.conversations_history(channel=direct.id)["messages"] == []

    elsewhere = workspace.add_channel("elsewhere")
    client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
    assert error_of(client.conversations_history, channel=elsewhere.id) == "not_in_channel"


def test_replies_of_no_thread(client: WebClient, billing: Conversation) -> None:
    assert error_of(client.conversations_replies, channel=billing.id, ts="1.0") == (
        "thread_not_found"
    )


def test_list_needs_the_scope_of_each_type() -> None:
    scopes = tuple(scope for scope in EVERYTHING.scopes if scope != "groups:read")
    with serve(replace(EVERYTHING, scopes=scopes)) as strict:
        client = WebClient(token=strict.bot_token, base_url=strict.api_url)
        assert client.conversations_list()["channels"] == []
        both = "public_channel,private_channel"
        assert error_of(client.conversations_list, types=both) == "missing_scope"
