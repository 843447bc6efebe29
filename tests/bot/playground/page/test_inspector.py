from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.page.conftest import Browser, Reader


def _exchanges(page: Reader) -> list[str]:
    return [each["hx-get"] for each in page.all("summary") if "hx-get" in each]


@pytest.fixture
def answering(app: App, connect: Callable[[App], str]) -> None:
    @app.command("/kpi")
    def asked(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(
            channel=body["channel_id"],
            text="x",
            blocks=[{"type": "divider"}],
        )
        ack({"text": "here"})

    connect(app)


@pytest.mark.usefixtures("answering")
def test_command_and_what_came_back_stand_in_order(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    browser.say(ana, billing, "/kpi fcr <b>")

    page = browser.open(ana, billing, inspect="1")

    shown = page.text[page.text.index("each Web API call that comes back.") :]
    assert "/kpi fcr &lt;b&gt; acknowledged in " in shown
    assert shown.index("Slack → app /kpi fcr") < shown.index("app → Slack chat.postMessage ok")


@pytest.mark.usefixtures("answering")
def test_details_hold_request_acknowledgement_and_arguments(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    browser.say(ana, billing, "/kpi fcr")
    addresses = _exchanges(browser.open(ana, billing, inspect="1"))

    details = [Reader(browser.http.get(each).text).text for each in addresses]

    (sent,) = [each for each in details if each.startswith("Slack sent")]
    assert '"command": "/kpi"' in sent
    assert "The app answered 200 in" in sent
    assert '"text": "here"' in sent
    (posted,) = [each for each in details if '"blocks"' in each and '"message"' in each]
    assert '{ "type": "divider" }' in posted


def test_silence_is_shown(
    browser: Browser, impatient: Workspace, ana: Person, billing: Conversation
) -> None:
    impatient.connect_http("http://127.0.0.1:9/")
    browser.say(ana, billing, "/kpi")

    page = browser.open(ana, billing, inspect="1")

    assert "/kpi no answer in 0.0 s" in page.text


def test_refused_call_shows_its_error(
    browser: Browser, workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    workspace.trouble.fail_next("auth.test", "fatal_error")
    response = browser.http.post(
        f"{workspace.api_url}auth.test", headers={"Authorization": "Bearer x"}
    )

    assert response.json()["ok"] is False
    assert "auth.test fatal_error" in browser.open(ana, billing, inspect="1").text
