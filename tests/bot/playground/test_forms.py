"""Modals: filled in, submitted, refused, replaced, stacked and closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.playground import Conversation, NotVisibleError, Person, PlaygroundError, Workspace
from tests.bot.playground.conftest import error_of

Payload = dict[str, Any]
Answers = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def form(title: str = "Role", **more: Any) -> Payload:
    options = [
        {"text": plain("Team lead"), "value": "lead"},
        {"text": plain("Agent"), "value": "a"},
    ]
    return {
        "type": "modal",
        "callback_id": "role",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": plain("Reason"),
                "element": {"type": "plain_text_input", "action_id": "text"},
            },
            {
                "type": "input",
                "block_id": "role",
                "optional": True,
                "label": plain("Role"),
                "element": {"type": "static_select", "action_id": "pick", "options": options},
            },
            {
                "type": "section",
                "block_id": "more",
                "text": plain("More"),
                "accessory": {"type": "button", "action_id": "more", "text": plain("Add")},
            },
        ],
        **more,
    }


@pytest.fixture
def answers(
    app: App,
    connect: Callable[[App], str],
    ana: Person,
    billing: Conversation,
    workspace: Workspace,
) -> Answers:
    """Opens the form for Ana; what is put here is the answer to its submission."""
    answer: Answers = {}
    view = form(notify_on_close=True)

    @app.command("/kpi")
    def kpi(ack: Callable[[], None], body: Payload, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view("role")
    def submitted(ack: Callable[..., None]) -> None:
        ack(**answer)

    @app.view_closed("role")
    @app.action("more")
    def other(ack: Callable[[], None]) -> None:
        ack()

    connect(app)
    workspace.command(ana, billing, "/kpi")
    return answer


def test_submission_arrives_complete_and_closes_the_modal(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    view = workspace.modal(ana)
    exchange = workspace.submit(ana, {"Reason": "New in the team", "Role": "Team lead"})

    payload = exchange.payload
    assert (payload["type"], payload["view"]["id"]) == ("view_submission", view.id)
    assert (payload["view"]["callback_id"], payload["response_urls"]) == ("role", [])
    assert payload["view"]["state"]["values"] == {
        "reason": {"text": {"type": "plain_text_input", "value": "New in the team"}},
        "role": {
            "pick": {
                "type": "static_select",
                "selected_option": {"text": plain("Team lead"), "value": "lead"},
            }
        },
    }
    assert payload["user"]["id"] == ana.id
    assert payload["view"].keys() >= {"hash", "root_view_id", "bot_id", "app_installed_team_id"}
    assert (exchange.problem, workspace.has_modal(ana)) == (None, False)


def test_empty_required_field_cannot_be_submitted(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    with pytest.raises(PlaygroundError, match='"Reason" is required'):
        workspace.submit(ana, {"Role": "Agent"})
    assert workspace.submit(ana, {"Reason": "x"}).is_acknowledged


def test_errors_are_shown_and_the_modal_stays(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    answers |= {"response_action": "errors", "errors": {"reason": "Say more."}}
    workspace.submit(ana, {"Reason": "x"})
    assert workspace.modal(ana).errors == {"reason": "Say more."}
    answers.clear()
    workspace.submit(ana, {"Reason": "Because"})
    assert not workspace.has_modal(ana)


def test_errors_for_a_block_that_is_no_input(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    answers |= {"response_action": "errors", "errors": {"more": "No."}}
    exchange = workspace.submit(ana, {"Reason": "x"})
    assert exchange.problem == "We had some trouble connecting. Try again? (invalid_errors)"
    assert workspace.modal(ana).errors == {}


def test_update_replaces_the_modal(workspace: Workspace, answers: Answers, ana: Person) -> None:
    view = workspace.modal(ana)
    old_hash = view.hash
    answers |= {"response_action": "update", "view": form("Saved")}
    workspace.submit(ana, {"Reason": "x"})
    assert (workspace.modal(ana).id, workspace.modal(ana).read()[:5]) == (view.id, "Saved")
    assert workspace.modal(ana).hash != old_hash


def test_push_stacks_up_to_three_and_closing_goes_back(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    first = workspace.modal(ana)
    answers |= {"response_action": "push", "view": form("Next")}
    workspace.submit(ana, {"Reason": "x"})
    workspace.submit(ana, {"Reason": "x"})
    third = workspace.modal(ana)
    assert third.root_view_id == first.id
    exchange = workspace.submit(ana, {"Reason": "x"})
    assert exchange.problem == "We had some trouble connecting. Try again? (push_limit_reached)"

    workspace.close(ana)
    assert workspace.modal(ana).id == third.previous_view_id
    answers |= {"response_action": "clear"}
    workspace.submit(ana)
    assert not workspace.has_modal(ana)


def test_bad_view_in_a_response_is_refused(
    workspace: Workspace, answers: Answers, ana: Person
) -> None:
    answers |= {"response_action": "update", "view": form("x" * 25)}
    exchange = workspace.submit(ana, {"Reason": "x"})
    assert exchange.problem == "We had some trouble connecting. Try again? (invalid_arguments)"


def test_close_is_told_where_the_view_asks_for_it(
    workspace: Workspace, answers: Answers, ana: Person, client: WebClient
) -> None:
    exchange = workspace.close(ana)
    assert exchange is not None
    assert (exchange.payload["type"], exchange.payload["is_cleared"]) == ("view_closed", False)
    with pytest.raises(NotVisibleError):
        workspace.submit(ana)


def test_push_with_a_trigger_from_inside_the_modal(
    workspace: Workspace, answers: Answers, ana: Person, client: WebClient
) -> None:
    payload = workspace.click(ana, "Add").payload
    assert payload["container"] == {"type": "view", "view_id": workspace.modal(ana).id}
    pushed = client.views_push(trigger_id=payload["trigger_id"], view=form("Next"))["view"]
    assert workspace.modal(ana).id == pushed["id"]
    workspace.submit(ana, {"Reason": "x"})
    assert workspace.modal(ana).read()[:4] == "Role"


def test_what_is_filled_in_survives_an_update(
    workspace: Workspace, answers: Answers, ana: Person, client: WebClient
) -> None:
    workspace.fill(ana, {"Reason": "Kept"})
    client.views_update(view_id=workspace.modal(ana).id, view=form("Again"))
    values = workspace.submit(ana).payload["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "Kept"


def test_input_that_dispatches_tells_the_app_at_once(
    workspace: Workspace, answers: Answers, ana: Person, client: WebClient
) -> None:
    view = form("Live")
    view["blocks"][1]["dispatch_action"] = True
    client.views_update(view_id=workspace.modal(ana).id, view=view)
    assert workspace.choose(ana, "Reason", "x", on=workspace.modal(ana)) is None
    exchange = workspace.choose(ana, "Role", "Agent")
    assert exchange is not None
    assert exchange.payload["actions"][0]["selected_option"]["value"] == "a"


def test_chosen_conversation_gives_a_response_url(
    workspace: Workspace,
    answers: Answers,
    ana: Person,
    client: WebClient,
    billing: Conversation,
) -> None:
    view = form()
    view["blocks"] = [
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Where"),
            "element": {
                "type": "conversations_select",
                "action_id": "channel",
                "response_url_enabled": True,
            },
        }
    ]
    client.views_update(view_id=workspace.modal(ana).id, view=view)
    [url] = workspace.submit(ana, {"Where": billing.id}).payload["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == (
        "where",
        "channel",
        billing.id,
    )
    assert error_of(client.views_update, view_id="V404", view=form()) == "not_found"
