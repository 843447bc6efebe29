"""Signed HTTP to a real Bolt app: commands once, events until heard, forgeries never."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_bolt.request.payload_utils import is_event
from slack_sdk import WebClient

from bot.playground import Conversation, NotConnectedError, NotDeclaredError, Person, Workspace
from bot.playground.signed_http import FORM, sign, signed_headers
from tests.bot.playground.conftest import EVERYTHING, FEW, MovableClock

Connect = Callable[[App], str]


def test_command_arrives_complete(
    workspace: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    received: list[dict[str, Any]] = []

    @app.command("/kpi")
    def kpi(ack: Callable[[], None], command: dict[str, Any]) -> None:
        ack()
        received.append(command)

    connect(app)
    exchange = workspace.command(ana, billing, "/kpi fcr weekly")

    assert (exchange.status, exchange.body, exchange.problem) == (200, None, None)
    assert exchange.seconds < workspace.state.patience_seconds
    [command] = workspace.wait_for(lambda: received)
    assert {key: command[key] for key in ("command", "text", "user_id", "user_name")} == {
        "command": "/kpi",
        "text": "fcr weekly",
        "user_id": ana.id,
        "user_name": "ana",
    }
    assert (command["channel_id"], command["channel_name"]) == (billing.id, "billing")
    assert (command["team_id"], command["is_enterprise_install"]) == (workspace.team.id, "false")
    assert command["response_url"].startswith(workspace.api_url.removesuffix("api/"))
    assert command.keys() >= {"token", "team_domain", "api_app_id", "trigger_id"}


def test_command_that_is_not_acknowledged_in_time(
    impatient: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    released = threading.Event()

    @app.command("/kpi")
    def kpi(ack: Callable[[], None]) -> None:
        released.wait(5)
        ack()

    connect(app)
    exchange = impatient.command(ana, billing, "/kpi")
    released.set()

    assert (exchange.status, exchange.is_acknowledged) == (None, False)
    assert exchange.problem == "The app did not respond."
    assert exchange.seconds >= impatient.state.patience_seconds
    assert len(exchange.attempts) == 1


def test_command_that_the_app_does_not_know(
    workspace: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    connect(app)
    exchange = workspace.command(ana, billing, "/kpi")
    assert (exchange.status, exchange.problem) == (404, "The app did not respond.")


def test_without_an_app_nothing_can_be_sent(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    with pytest.raises(NotConnectedError):
        workspace.command(ana, billing, "/kpi")


def test_several_addresses_take_turns(
    workspace: Workspace, connect: Connect, ana: Person, billing: Conversation
) -> None:
    heard: list[str] = []

    def replica(name: str) -> App:
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        app = App(name="app", client=client, signing_secret=workspace.signing_secret)

        @app.command("/kpi")
        def kpi(ack: Callable[[], None]) -> None:
            ack()
            heard.append(name)

        return app

    connect(replica("one"))
    connect(replica("two"))
    for _ in range(2):
        workspace.command(ana, billing, "/kpi")
    workspace.wait_for(lambda: len(heard) == 2)
    assert sorted(heard) == ["one", "two"]


def test_forged_and_replayed_requests_are_refused_by_the_app(
    workspace: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    heard: list[str] = []

    @app.command("/kpi")
    def kpi(ack: Callable[[], None]) -> None:
        ack()
        heard.append("kpi")

    url = connect(app)
    body = urlencode({"command": "/kpi", "text": "fcr", "team_id": workspace.team.id})
    genuine = signed_headers(workspace.signing_secret, body, FORM)
    old = str(int(time.time()) - 301)
    replayed = genuine | {
        "X-Slack-Request-Timestamp": old,
        "X-Slack-Signature": sign(workspace.signing_secret, old, body),
    }
    forged = signed_headers("another secret", body, FORM)

    assert workspace.send_raw(url, body, forged).status == 401
    assert workspace.send_raw(url, body, replayed).status == 401
    assert workspace.send_raw(url, body, {"Content-Type": FORM}).status == 401
    assert heard == []
    assert workspace.send_raw(url, body, genuine).status == 200


def test_event_is_sent_again_at_once_and_after_one_and_five_minutes(
    workspace: Workspace, app: App, connect: Connect, clock: MovableClock, ana: Person
) -> None:
    retries: list[tuple[str | None, str | None]] = []

    def fail(request: Any, next: Callable[[], None]) -> None:  # noqa: A002  # Bolt injects by name
        if is_event(request.body):
            headers = request.headers
            number = headers.get("x-slack-retry-num", [None])[0]
            retries.append((number, headers.get("x-slack-retry-reason", [None])[0]))
            raise ValueError("broken")
        next()

    app.middleware(fail)
    connect(app)
    exchange = workspace.open_home(ana)
    assert retries == [(None, None), ("1", "http_error")]

    assert workspace.redeliver() == []
    clock.move(minutes=1)
    assert workspace.redeliver() == [exchange]
    clock.move(minutes=5)
    assert workspace.redeliver() == [exchange]
    clock.move(hours=1)
    assert workspace.redeliver() == []
    assert [number for number, _ in retries] == [None, "1", "2", "3"]
    assert exchange.is_acknowledged is False


def test_event_is_sent_twice_on_demand(
    workspace: Workspace, app: App, connect: Connect, ana: Person
) -> None:
    ids: list[str] = []

    @app.event("app_home_opened")
    def opened(body: dict[str, Any]) -> None:
        ids.append(body["event_id"])

    connect(app)
    workspace.trouble.send_twice()
    workspace.open_home(ana)
    workspace.wait_for(lambda: len(ids) == 2)
    assert ids[0] == ids[1]
    workspace.open_home(ana)
    workspace.wait_for(lambda: len(ids) == 3)
    assert ids[2] != ids[0]


def test_exchanges_are_recorded_in_order(
    workspace: Workspace, app: App, connect: Connect, ana: Person, billing: Conversation
) -> None:
    connect(app)
    workspace.command(ana, billing, "/kpi")
    workspace.open_home(ana)
    assert [exchange.kind for exchange in workspace.exchanges] == ["slash_commands", "events_api"]


def test_what_the_manifest_does_not_declare_is_not_sent(
    workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    strict = Workspace(replace(FEW, events=()), workspace.state.clock)
    eve = strict.add_person("eve")
    general = strict.add_channel("general", [eve], with_bot=True)
    silent = Workspace(replace(EVERYTHING, is_messages_tab_read_only=True), strict.state.clock)
    sue = silent.add_person("sue")
    acts: list[Callable[[], object]] = [
        lambda: strict.open_home(eve),
        lambda: strict.mention(eve, general, "fcr"),
        lambda: strict.message_app(eve, "fcr"),
        lambda: silent.message_app(sue, "fcr"),
        lambda: silent.post(sue, silent.direct(sue), "fcr"),
        lambda: strict.command(eve, general, "/other"),
        lambda: workspace.command(ana, billing, "/other"),
    ]
    for act in acts:
        with pytest.raises(NotDeclaredError):
            act()
