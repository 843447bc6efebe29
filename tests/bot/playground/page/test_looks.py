from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.page.conftest import HOSTILE, Browser, Reader

PLAIN = {"type": "plain_text", "text": HOSTILE}


def _messages(page: Reader) -> list[str]:
    return [each["data-key"] for each in page.all("li") if "data-key" in each]


def test_start_leads_to_the_first_person_in_a_channel_with_the_app(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    response = browser.http.get("/")

    assert response.headers["location"] == f"/{ana.id}/{billing.id}"


def test_conversation_names_person_place_and_members(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    page = browser.open(ana, billing)

    assert "# billing" in page.text
    assert "You act as Ana team lead" in page.text
    assert "3 members · with CareKPI" in page.text


def test_typed_text_is_shown_as_typed(
    browser: Browser, workspace: Workspace, ana: Person, billing: Conversation
) -> None:
    browser.say(ana, billing, HOSTILE)

    page = browser.open(ana, billing)

    assert HOSTILE in page.text
    assert "alert(1)" not in [attributes.get("src") for attributes in page.all("script")]
    assert len(page.all("script")) == 6


def test_mentions_in_typed_text_are_named(
    browser: Browser, ana: Person, bob: Person, billing: Conversation
) -> None:
    browser.say(ana, billing, "@bob look in #billing @here")

    page = browser.open(bob, billing)

    assert "@Bob look in #billing @here" in page.text


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": PLAIN},
        {"type": "section", "text": PLAIN},
        {"type": "context", "elements": [PLAIN]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}]}
            ],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        {"type": "actions", "elements": [{"type": "button", "text": PLAIN, "value": "x"}]},
    ],
    ids=lambda block: block["type"],
)
def test_plain_text_in_blocks_is_shown_as_it_is(
    browser: Browser,
    client: WebClient,
    ana: Person,
    billing: Conversation,
    block: dict[str, object],
) -> None:
    client.chat_postMessage(channel=billing.id, text="x", blocks=[block])

    page = browser.open(ana, billing)

    assert HOSTILE in page.text
    assert len(page.all("script")) == 6


def test_ephemeral_message_is_marked_and_seen_by_one(
    browser: Browser, client: WebClient, ana: Person, bob: Person, billing: Conversation
) -> None:
    client.chat_postEphemeral(channel=billing.id, user=ana.id, text="for Ana")

    assert "Only visible to you CareKPI App 09:00 for Ana" in browser.open(ana, billing).text
    assert "for Ana" not in browser.open(bob, billing).text


def test_long_channel_shows_the_newest_hundred_and_then_the_ones_before(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    sent = [workspace.post(bob, billing, f"number {count}").ts for count in range(250)]

    first = browser.open(ana, billing)
    older = Reader(
        browser.http.get(
            f"/{ana.id}/{billing.id}/earlier", params={"before": _messages(first)[0]}
        ).text
    )
    oldest = Reader(
        browser.http.get(
            f"/{ana.id}/{billing.id}/earlier", params={"before": _messages(older)[0]}
        ).text
    )

    assert _messages(first) == sent[150:]
    assert _messages(older) == sent[50:150]
    assert _messages(oldest) == sent[:50]
    assert "Earlier messages" in older.text
    assert "Earlier messages" not in oldest.text
    assert "This is the beginning of the channel." in oldest.text


def test_thread_stands_beside_the_conversation(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    root = workspace.post(bob, billing, "question")
    browser.say(ana, billing, "answer", thread=root.ts)

    page = browser.open(ana, billing, thread=root.ts)

    assert _messages(page) == [root.ts, root.ts, workspace.visible(ana, billing)[-1].ts]
    assert "1 reply View thread" in page.text


def test_conversation_out_of_sight_leads_back_to_one_in_sight(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    secret = workspace.add_channel("secret", [bob], is_private=True)

    response = browser.http.get(f"/{ana.id}/{secret.id}")

    assert response.headers["location"] == f"/{ana.id}/{billing.id}"
    assert "secret" not in browser.open(ana, billing).text


@pytest.mark.parametrize("path", ["/U9/home", "/{ana}/C9", "/{ana}/inspect/call/99999"])
def test_what_is_not_there_is_not_found(browser: Browser, ana: Person, path: str) -> None:
    response = browser.http.get(path.format(ana=ana.id))

    assert response.status_code == 404


def test_only_the_people_of_the_page_can_be_acted_as(
    browser: Browser, workspace: Workspace, billing: Conversation
) -> None:
    other = workspace.add_person("carl")

    assert browser.http.get(f"/{other.id}/{billing.id}").status_code == 404


def test_unread_messages_are_counted_until_they_are_read(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    browser.open(ana, "home")
    workspace.post(bob, billing, "news")
    workspace.post(ana, billing, "own")

    assert "billing 1 new" in browser.open(ana, "home").text
    browser.open(ana, billing)
    assert "billing 1 new" not in browser.open(ana, "home").text


def test_composer_offers_the_commands_of_the_manifest(
    browser: Browser, ana: Person, billing: Conversation
) -> None:
    page = browser.open(ana, billing)

    offered = [each["data-insert"] for each in page.all("li") if each.get("role") == "option"]
    assert offered == ["/kpi", "@ana", "@bob", "@carekpi", "#billing"]


def test_channel_of_others_can_be_joined(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person
) -> None:
    other = workspace.add_channel("open", [bob])
    assert "You are not in this channel. Join channel" in browser.open(ana, other).text

    browser.send(ana, f"{other.id}/join")

    assert ana.id in other.members
    assert "Join channel" not in browser.open(ana, other).text


def test_archived_channel_takes_no_message(
    browser: Browser, workspace: Workspace, ana: Person
) -> None:
    old = workspace.add_channel("old", [ana], is_archived=True)

    assert "Nobody can write here any more." in browser.open(ana, old).text


def test_colleagues_can_be_written_to(browser: Browser, ana: Person, bob: Person) -> None:
    response = browser.http.get(f"/{ana.id}/with/{bob.id}", follow_redirects=True)

    assert "This is the beginning of your conversation." in Reader(response.text).text
