"""A workspace, its people, and a way to run a Bolt app against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground import Conversation, Manifest, Person, Workspace, listen, serve

FEW = Manifest.parse(
    {
        "display_information": {"name": "CareKPI"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "slash_commands": [{"command": "/kpi", "should_escape": True}],
        },
        "oauth_config": {
            "scopes": {
                "bot": [
                    "channels:read",
                    "chat:write",
                    "commands",
                    "groups:read",
                    "im:history",
                    "im:read",
                    "im:write",
                    "users:read",
                    "users:read.email",
                ]
            }
        },
        "settings": {
            "event_subscriptions": {"bot_events": ["app_home_opened"]},
            "interactivity": {"is_enabled": True},
        },
    }
)
"""An app that asks for little."""

EVERYTHING = replace(
    FEW,
    scopes=(
        *FEW.scopes,
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "groups:history",
        "mpim:write",
        "team:read",
    ),
    events=("app_home_opened", "app_mention", "message.im"),
)


def error_of(call: Callable[..., Any], **arguments: Any) -> str:
    """The error with which Slack refuses a call."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


@dataclass
class MovableClock:
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def workspace(clock: MovableClock) -> Iterator[Workspace]:
    with serve(EVERYTHING, clock) as running:
        yield running


@pytest.fixture
def impatient(workspace: Workspace) -> Workspace:
    """The same workspace, which does not wait long for an answer."""
    workspace.state.patience_seconds = 0.2
    return workspace


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(token=workspace.bot_token, base_url=workspace.api_url)


@pytest.fixture
def ana(workspace: Workspace) -> Person:
    return workspace.add_person("ana", is_admin=True)


@pytest.fixture
def bob(workspace: Workspace) -> Person:
    return workspace.add_person("bob")


@pytest.fixture
def people(ana: Person, bob: Person) -> tuple[Person, Person]:
    return ana, bob


@pytest.fixture
def billing(workspace: Workspace, ana: Person, bob: Person) -> Conversation:
    return workspace.add_channel("billing", [ana, bob], with_bot=True)


@pytest.fixture
def app(workspace: Workspace, client: WebClient) -> App:
    return App(name="app", client=client, signing_secret=workspace.signing_secret)


@contextmanager
def serve_app(app: App) -> Iterator[str]:
    """The app over HTTP, until the block ends; its address."""
    handler = SlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    with listen(Starlette(routes=routes)) as address:
        yield f"http://{address}/slack/events"


@pytest.fixture
def connect(workspace: Workspace) -> Iterator[Callable[[App], str]]:
    """Connect an app over signed HTTP; gives its address."""
    with ExitStack() as running:

        def connect(app: App) -> str:
            url = running.enter_context(serve_app(app))
            workspace.connect_http(url)
            return url

        yield connect
