"""views.* as the real client calls them, with trigger ids from real clicks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace, serve
from tests.bot.playground.conftest import EVERYTHING, MovableClock, error_of

View = dict[str, Any]


def modal(title: str = "Title", **more: Any) -> View:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}],
        **more,
    }


def home(text: str = "Welcome") -> View:
    block = {"type": "header", "text": {"type": "plain_text", "text": text}}
    return {"type": "home", "blocks": [block]}


@pytest.fixture
def trigger(
    workspace: Workspace,
    app: App,
    connect: Callable[[App], str],
    ana: Person,
    billing: Conversation,
) -> Callable[[], str]:
    """A fresh trigger id of Ana's."""

    @app.command("/kpi")
    def kpi(ack: Callable[[], None]) -> None:
        ack()

    connect(app)
    return lambda: str(workspace.command(ana, billing, "/kpi").payload["trigger_id"])


def test_open_shows_a_modal_once(
    workspace: Workspace, client: WebClient, trigger: Callable[[], str], ana: Person
) -> None:
    trigger_id = trigger()
    view = client.views_open(trigger_id=trigger_id, view=modal(private_metadata="m"))["view"]

    assert workspace.modal(ana).read() == "Title\nHello"
    assert view["id"] == view["root_view_id"] == workspace.modal(ana).id
    assert (view["private_metadata"], view["state"]) == ("m", {"values": {}})
    assert error_of(client.views_open, trigger_id=trigger_id, view=modal()) == (
        "exchanged_trigger_id"
    )


def test_open_with_an_old_or_invented_trigger(
    client: WebClient, trigger: Callable[[], str], clock: MovableClock
) -> None:
    trigger_id = trigger()
    clock.move(seconds=3.1)
    assert error_of(client.views_open, trigger_id=trigger_id, view=modal()) == "expired_trigger_id"
    assert error_of(client.views_open, trigger_id="1.2", view=modal()) == "invalid_trigger_id"


def test_open_with_a_bad_view_leaves_the_trigger_usable(
    workspace: Workspace, client: WebClient, trigger: Callable[[], str], ana: Person
) -> None:
    trigger_id = trigger()
    assert error_of(client.views_open, trigger_id=trigger_id, view=modal("x" * 25)) == (
        "invalid_arguments"
    )
    assert error_of(client.views_open, trigger_id=trigger_id, view=home()) == "invalid_arguments"
    assert not workspace.has_modal(ana)
    client.views_open(trigger_id=trigger_id, view=modal("Now"))
    assert workspace.modal(ana).read() == "Now\nHello"


def test_update_by_id_and_by_external_id(
    workspace: Workspace, client: WebClient, trigger: Callable[[], str], ana: Person
) -> None:
    view = client.views_open(trigger_id=trigger(), view=modal(external_id="own"))["view"]
    client.views_update(view_id=view["id"], view=modal("Two", external_id="own"))
    assert workspace.modal(ana).read() == "Two\nHello"
    client.views_update(external_id="own", view=modal("Three"))
    assert workspace.modal(ana).read() == "Three\nHello"
    assert error_of(client.views_update, view_id="V404", view=modal()) == "not_found"


def test_update_with_the_hash_of_another_version(
    client: WebClient, trigger: Callable[[], str]
) -> None:
    view = client.views_open(trigger_id=trigger(), view=modal())["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Two"))
    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal("Three")}
    assert error_of(client.views_update, **stale) == "hash_conflict"


def test_push_needs_a_trigger_of_the_open_modal(
    client: WebClient, trigger: Callable[[], str]
) -> None:
    client.views_open(trigger_id=trigger(), view=modal())
    assert error_of(client.views_push, trigger_id=trigger(), view=modal()) == "invalid_trigger_id"


def test_publish_gives_a_home_tab(workspace: Workspace, client: WebClient, ana: Person) -> None:
    assert workspace.home(ana) is None
    view = client.views_publish(user_id=ana.id, view=home())["view"]
    published = workspace.home(ana)
    assert published is not None
    assert published.read() == "Welcome"

    client.views_publish(user_id=ana.id, hash=view["hash"], view=home("Again"))
    assert published.read() == "Again"
    stale = {"user_id": ana.id, "hash": view["hash"], "view": home()}
    assert error_of(client.views_publish, **stale) == "hash_conflict"
    assert error_of(client.views_publish, user_id=ana.id, view=modal()) == "invalid_arguments"
    assert error_of(client.views_publish, user_id="U404", view=home()) == "user_not_found"


def test_publish_where_the_home_tab_is_off() -> None:
    with serve(replace(EVERYTHING, has_home_tab=False)) as strict:
        ana = strict.add_person("ana")
        client = WebClient(token=strict.bot_token, base_url=strict.api_url)
        assert error_of(client.views_publish, user_id=ana.id, view=home()) == "not_enabled"


def test_external_id_is_taken(client: WebClient, trigger: Callable[[], str], bob: Person) -> None:
    client.views_open(trigger_id=trigger(), view=modal(external_id="own"))
    client.views_publish(user_id=bob.id, view=home())
    again = {"trigger_id": trigger(), "view": modal(external_id="own")}
    assert error_of(client.views_open, **again) == "duplicate_external_id"
