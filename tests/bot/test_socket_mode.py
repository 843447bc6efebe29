"""The bot's connection to Slack: closed, refused, and there again without a hand."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.express import FastApp
from bot.playground import Conversation, Person, Workspace, serve
from bot.socket_mode import SocketModeLink
from storage.monitoring.measures import Measures
from tests.storage.monitoring.test_measures import told

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve(ROOT / "manifest.yml") as running:
        yield running


@pytest.fixture
def ann(workspace: Workspace) -> Person:
    return workspace.add_person("ann")


@pytest.fixture
def care(workspace: Workspace, ann: Person) -> Conversation:
    return workspace.add_channel("care", [ann], with_bot=True)


@contextmanager
def linked(workspace: Workspace, measures: Measures | None = None) -> Iterator[SocketModeLink]:
    link = SocketModeLink(_app(workspace, measures), workspace.app_token, 0.05, 0.2)
    assert link.start() == "Socket Mode"
    workspace.wait_for(lambda: workspace.open_sockets)
    yield link
    link.stop()


def test_connection_that_slack_closes_is_opened_anew(
    workspace: Workspace, ann: Person, care: Conversation
) -> None:
    with linked(workspace) as link:
        workspace.drop_sockets()
        workspace.wait_for(lambda: not link.is_connected, PATIENCE_SECONDS)
        workspace.wait_for(lambda: link.is_connected, PATIENCE_SECONDS)
        workspace.wait_for(lambda: workspace.open_sockets)
        assert workspace.command(ann, care, "/kpi").is_acknowledged
    assert not link.is_connected


def test_app_token_that_is_revoked_is_tried_until_it_works_again(
    workspace: Workspace, ann: Person, care: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot.socket_mode"), linked(workspace) as link:
        workspace.trouble.fail_next("apps.connections.open", "token_revoked", times=4)
        workspace.refresh_sockets()
        workspace.wait_for(lambda: _opened(workspace) == 6, PATIENCE_SECONDS)
        workspace.wait_for(lambda: link.is_connected and workspace.open_sockets)
        assert workspace.command(ann, care, "/kpi").is_acknowledged
    said = [(r.levelname, r.getMessage()) for r in caplog.records if r.name == "bot.socket_mode"]
    assert said == [
        ("INFO", "The connection to Slack is opened anew"),
        (
            "ERROR",
            (
                "Slack does not accept the app token any more (token_revoked): no request comes"
                " until SLACK_APP_TOKEN is right. It is tried again every 0 seconds"
            ),
        ),
        ("INFO", "Slack accepts the app token again"),
    ]


def test_bot_stops_though_slack_does_not_let_it_in(workspace: Workspace) -> None:
    with linked(workspace) as link:
        workspace.trouble.fail_next("apps.connections.open", "token_revoked", times=10_000)
        workspace.drop_sockets()
        workspace.wait_for(lambda: _opened(workspace) > 2, PATIENCE_SECONDS)
    assert not link.is_connected


def test_acknowledgements_are_measured(
    workspace: Workspace, ann: Person, care: Conversation
) -> None:
    measures = Measures()
    with linked(workspace, measures):
        for _ in range(2):
            workspace.command(ann, care, "/kpi")
        names = ("carekpi_requests_total", "carekpi_acknowledgement_seconds_count")
        workspace.wait_for(lambda: len(told(measures, *names)) == 2)
    assert told(measures, *names) == {
        'carekpi_requests_total{status="200",surface="/kpi"}': 2,
        'carekpi_acknowledgement_seconds_count{surface="/kpi"}': 2,
    }


def _opened(workspace: Workspace) -> int:
    return [call.method for call in workspace.calls].count("apps.connections.open")


def _app(workspace: Workspace, measures: Measures | None) -> App:
    app = FastApp(
        client=WebClient(token=workspace.bot_token, base_url=workspace.api_url),
        token_verification_enabled=False,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-1"),
    )
    app.measures = measures

    @app.command("/kpi")
    def kpi(ack: Callable[[], None]) -> None:
        ack()

    return app
