"""Tokens, scopes, failures on demand: what every method has in common."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground import Conversation, Person, Workspace, serve
from tests.bot.playground.conftest import FEW, error_of


def client_with(workspace: Workspace, token: str | None) -> WebClient:
    return WebClient(token=token, base_url=workspace.api_url)


def test_auth_test_names_team_and_bot(workspace: Workspace, client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == (workspace.team.id, workspace.bot.id)
    assert answer["is_enterprise_install"] is False
    assert answer.headers["x-oauth-scopes"].startswith("channels:read,chat:write,commands")


def test_api_test_echoes(client: WebClient) -> None:
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"
    assert error_of(client.api_test, error="my_error") == "my_error"


def test_wrong_tokens_are_refused(workspace: Workspace) -> None:
    assert error_of(client_with(workspace, None).auth_test) == "not_authed"
    assert error_of(client_with(workspace, "xoxb-1").auth_test) == "invalid_auth"
    assert error_of(client_with(workspace, workspace.app_token).auth_test) == (
        "not_allowed_token_type"
    )
    opening = client_with(workspace, None).apps_connections_open
    assert error_of(opening, app_token="xapp-1") == "invalid_auth"
    assert error_of(opening, app_token=workspace.bot_token) == "not_allowed_token_type"


def test_tokens_are_new_at_each_start(workspace: Workspace) -> None:
    with serve(FEW) as other:
        assert other.bot_token != workspace.bot_token
        assert other.app_token != workspace.app_token
        assert other.signing_secret != workspace.signing_secret


def test_unknown_method(client: WebClient) -> None:
    assert error_of(client.api_call, api_method="chat.shout") == "unknown_method"


def test_missing_scope_names_what_is_needed_and_granted() -> None:
    with serve(FEW) as strict, pytest.raises(SlackApiError) as caught:
        client_with(strict, strict.bot_token).team_info()
    response = caught.value.response
    assert (response["error"], response["needed"]) == ("missing_scope", "team:read")
    assert response["provided"] == ",".join(FEW.scopes)


def test_rate_limit_answers_429_once(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    workspace.trouble.rate_limit("chat.postMessage", 30)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=billing.id, text="x")
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "30"
    assert client.chat_postMessage(channel=billing.id, text="x")["ok"] is True


def test_fail_next_with_error_and_status(workspace: Workspace, client: WebClient) -> None:
    workspace.trouble.fail_next("auth.test", "fatal_error")
    workspace.trouble.fail_next("auth.test", status=503)
    assert error_of(client.auth_test) == "fatal_error"
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 503
    assert client.auth_test()["ok"] is True


def request_by_hand(
    workspace: Workspace, method: str, body: str, headers: dict[str, str]
) -> tuple[int, bytes]:
    """One request, without the client's own second try after a cut connection."""
    address = urlsplit(workspace.api_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
    with closing(connection):
        connection.request("POST", f"/api/{method}", body, headers)
        response = connection.getresponse()
        return response.status, response.read()


def post_by_hand(workspace: Workspace, channel: Conversation) -> None:
    headers = {
        "Authorization": f"Bearer {workspace.bot_token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    request_by_hand(workspace, "chat.postMessage", f"channel={channel.id}&text=Hello", headers)


def test_cut_connection_before_and_after_the_message(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    workspace.trouble.fail_next("chat.postMessage", cut=True)
    with pytest.raises(ConnectionError):
        post_by_hand(workspace, billing)
    assert workspace.visible(ana, billing) == []

    workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    with pytest.raises(ConnectionError):
        post_by_hand(workspace, billing)
    assert [message.text for message in workspace.visible(ana, billing)] == ["Hello"]


def test_slow_answers_take_their_time(workspace: Workspace, client: WebClient) -> None:
    workspace.trouble.slow(0.2)
    started = time.monotonic()
    client.auth_test()
    assert time.monotonic() - started >= 0.2


def test_refused_blocks_are_named_as_unsupported(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    workspace.trouble.refuse_blocks("divider")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=billing.id, text="x", blocks=[{"type": "divider"}])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == [
        "unsupported type: divider [json-pointer:/blocks/0/type]"
    ]


def test_calls_are_recorded_in_order_without_tokens(
    workspace: Workspace, client: WebClient, billing: Conversation
) -> None:
    client.auth_test()
    client.chat_postMessage(channel=billing.id, text="x")
    assert [call.method for call in workspace.calls] == ["auth.test", "chat.postMessage"]
    assert workspace.calls[1].arguments["text"] == "x"
    assert workspace.bot_token not in str(workspace.calls)


def test_other_hosts_are_refused(workspace: Workspace) -> None:
    status, body = request_by_hand(workspace, "api.test", "", {"Host": "evil.example"})
    assert (status, body) == (400, b"Invalid host header")
    assert urlsplit(workspace.api_url).hostname == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "error"),
    [("{", "invalid_json"), ('{"n": NaN}', "invalid_json"), ("[]", "json_not_object")],
)
def test_body_that_is_no_json_object(workspace: Workspace, body: str, error: str) -> None:
    headers = {"Content-Type": "application/json"}
    _, answer = request_by_hand(workspace, "api.test", body, headers)
    assert json.loads(answer) == {"ok": False, "error": error}


def test_share_of_calls_fails_by_chance_and_alike_for_the_same_seed(
    workspace: Workspace, client: WebClient
) -> None:
    def failures() -> list[str]:
        workspace.trouble.at_random(0.5, seed=7)
        found = [workspace.trouble.take("chat.postMessage") for _ in range(40)]
        return [str(failure) for failure in found if failure]

    first = failures()
    assert (first, len(first)) == (failures(), workspace.trouble.happened)
    assert len(set(first)) == 5
    assert 10 < len(first) < 30


def test_held_call_is_carried_out_after_those_it_was_made_before(
    workspace: Workspace, client: WebClient, ana: Person, billing: Conversation
) -> None:
    held = workspace.trouble.hold_next("chat.postMessage")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.chat_postMessage, channel=billing.id, text="first")
        workspace.wait_for(lambda: held.is_made)
        client.chat_postMessage(channel=billing.id, text="second")
        held.let_go()
        first.result()
    assert [each.text for each in workspace.visible(ana, billing)] == ["second", "first"]
