from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.page.conftest import Browser, Reader


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": _plain("Reason"),
    "submit": _plain("Save"),
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": _plain("Why"),
            "element": {"type": "plain_text_input", "action_id": "why", "min_length": 3},
        },
        {
            "type": "input",
            "block_id": "who",
            "optional": True,
            "label": _plain("Who"),
            "element": {"type": "multi_users_select", "action_id": "who"},
        },
        {
            "type": "input",
            "block_id": "when",
            "optional": True,
            "label": _plain("When"),
            "element": {"type": "datetimepicker", "action_id": "when"},
        },
    ],
}
COLOURS = [{"text": _plain(each), "value": each} for each in ("red", "green")]
BUTTONS = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "go", "text": _plain("Go"), "value": "1"},
        {
            "type": "button",
            "action_id": "drop",
            "text": _plain("Delete"),
            "confirm": {
                "title": _plain("Sure?"),
                "text": _plain("It is gone then."),
                "confirm": _plain("Delete"),
                "deny": _plain("Keep"),
            },
        },
        {"type": "static_select", "action_id": "colour", "options": COLOURS},
    ],
}


@pytest.fixture
def told(app: App, connect: Callable[[App], str]) -> list[dict[str, Any]]:
    """An app that opens a form on its command, and what it was told."""
    heard: list[dict[str, Any]] = []

    @app.command("/kpi")
    def asked(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        heard.append(body)
        if body["text"] == "form":
            client.views_open(trigger_id=body["trigger_id"], view=FORM)

    for action in ("go", "drop", "colour"):

        @app.action(action)
        def used(ack: Ack, body: dict[str, Any]) -> None:
            ack()
            heard.append(body["actions"][0])

    @app.view("form")
    def submitted(ack: Ack, body: dict[str, Any]) -> None:
        heard.append(body["view"]["state"]["values"])
        if heard[-1]["why"]["why"]["value"] == "taken":
            ack(response_action="errors", errors={"why": "That reason is taken."})
        else:
            ack()

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        heard.append(event)
        blocks = [{"type": "header", "text": _plain(f"The {event['tab']} tab")}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    connect(app)
    return heard


@pytest.fixture
def surface(client: WebClient, billing: Conversation) -> str:
    posted = client.chat_postMessage(channel=billing.id, text="x", blocks=[BUTTONS])
    return f"message/{billing.id}/{posted['ts']}"


@pytest.fixture
def form(
    browser: Browser,
    workspace: Workspace,
    told: list[dict[str, Any]],
    ana: Person,
    billing: Conversation,
) -> str:
    """The open form's surface; the app was told of the command alone."""
    browser.say(ana, billing, "/kpi form")
    workspace.wait_for(lambda: workspace.has_modal(ana))
    del told[:]
    return f"view/{workspace.modal(ana).id}"


def test_command_reaches_the_app(
    browser: Browser, told: list[dict[str, Any]], ana: Person, billing: Conversation
) -> None:
    response = browser.say(ana, billing, "/kpi fcr weekly\r\n")

    assert response.status_code == 204
    assert [(each["command"], each["text"]) for each in told] == [("/kpi", "fcr weekly")]


def test_unknown_command_is_explained_and_not_posted(
    browser: Browser, workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    response = browser.say(ana, billing, "/nope now")

    assert "/nope is not a valid command." in Reader(response.text).text
    assert response.headers["hx-retarget"] == "#note"
    assert workspace.visible(ana, billing) == []


def test_slash_after_a_space_is_text(
    browser: Browser, workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    browser.say(ana, billing, " /nope")

    assert [each.read() for each in workspace.visible(ana, billing)] == ["/nope"]


def test_command_in_a_thread_is_refused(
    browser: Browser, workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    root = workspace.post(ana, billing, "root")

    response = browser.say(ana, billing, "/kpi", thread=root.ts)

    assert "Slash commands do not work in threads." in Reader(response.text).text


def test_command_without_an_app_is_explained(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    response = browser.say(ana, billing, "/kpi")

    assert Reader(response.text).text.startswith("No app is connected")


def test_command_that_nobody_answers_is_told(
    browser: Browser, impatient: Workspace, ana: Person, billing: Conversation
) -> None:
    impatient.connect_http("http://127.0.0.1:9/")

    response = browser.say(ana, billing, "/kpi")

    assert "/kpi failed. The app did not respond." in Reader(response.text).text


def test_button_reaches_the_app(
    browser: Browser, told: list[dict[str, Any]], ana: Person, surface: str
) -> None:
    response = browser.send(ana, "press", surface=surface, element="row/go")

    assert response.status_code == 204
    assert [(each["action_id"], each["value"]) for each in told] == [("go", "1")]


def test_button_with_a_question_asks_first(
    browser: Browser, told: list[dict[str, Any]], ana: Person, surface: str
) -> None:
    asked = browser.send(ana, "press", surface=surface, element="row/drop")
    page = Reader(asked.text)

    assert asked.headers["hx-retarget"] == "#confirm"
    assert "Sure? It is gone then. Keep Delete" in page.text
    assert told == []

    fields = {each["name"]: each["value"] for each in page.all("input")}
    browser.send(ana, "press", **fields)

    assert [each["action_id"] for each in told] == ["drop"]


def test_menu_reaches_the_app(
    browser: Browser, told: list[dict[str, Any]], ana: Person, surface: str
) -> None:
    fields = {"surface": surface, "element": "row/colour", "row/colour": "green"}

    browser.send(ana, "choose", **fields)

    assert [each["selected_option"] for each in told] == [COLOURS[1]]


def test_click_on_a_message_that_is_gone_is_told(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    response = browser.send(ana, "press", surface=f"message/{billing.id}/1.0", element="row/go")

    assert Reader(response.text).text == "This is no longer there."


def test_form_keeps_what_is_typed_over_a_reload(
    browser: Browser, told: list[dict[str, Any]], form: str, ana: Person, billing: Conversation
) -> None:
    browser.send(ana, "fill", surface=form, element="why/why", **{"why/why": "too slow"})

    page = browser.open(ana, billing)
    assert [each["value"] for each in page.all("input") if each["name"] == "why/why"] == [
        "too slow"
    ]
    assert told == []


@pytest.mark.parametrize(
    ("typed", "error"),
    [("", "Please fill in this field."), ("ab", "Please write at least 3 characters.")],
)
def test_form_that_does_not_fit_is_not_sent(
    browser: Browser, form: str, told: list[dict[str, Any]], ana: Person, typed: str, error: str
) -> None:
    response = browser.send(ana, "submit", surface=form, **{"why/why": typed})

    assert error in Reader(response.text).text
    assert told == []


def test_form_is_sent_with_all_its_fields(
    browser: Browser,
    form: str,
    workspace: Workspace,
    told: list[dict[str, Any]],
    ana: Person,
    bob: Person,
) -> None:
    fields = {
        "why/why": "too slow",
        "who/who": [ana.id, bob.id],
        "when/when": "2026-03-09T09:00",
    }

    response = browser.send(ana, "submit", surface=form, **fields)

    assert response.status_code == 204
    assert not workspace.has_modal(ana)
    values = told[-1]
    assert values["why"]["why"]["value"] == "too slow"
    assert values["who"]["who"]["selected_users"] == [ana.id, bob.id]
    assert values["when"]["when"]["selected_date_time"] == 1773046800


def test_form_shows_the_errors_of_the_app(
    browser: Browser, form: str, ana: Person, billing: Conversation
) -> None:
    browser.send(ana, "submit", surface=form, **{"why/why": "taken"})

    assert "That reason is taken." in browser.open(ana, billing).text


def test_closed_form_is_gone(
    browser: Browser, workspace: Workspace, form: str, ana: Person
) -> None:
    browser.send(ana, "close", view="V-another")
    assert workspace.has_modal(ana)
    browser.send(ana, "close", view=form.removeprefix("view/"))
    assert not workspace.has_modal(ana)


@pytest.mark.usefixtures("told")
def test_home_tab_is_filled_when_it_is_opened(
    browser: Browser, workspace: Workspace, ana: Person
) -> None:
    assert "Nothing here yet" in browser.open(ana, "home").text

    browser.send(ana, "opened", tab="home")
    workspace.wait_for(lambda: workspace.home(ana))

    assert "The home tab" in browser.open(ana, "home").text


def test_overlong_request_is_refused(browser: Browser, ana: Person, billing: Conversation) -> None:
    assert browser.say(ana, billing, "x" * 300_000).status_code == 413
