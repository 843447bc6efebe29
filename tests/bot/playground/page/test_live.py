from __future__ import annotations

from slack_sdk import WebClient

from bot.playground import Conversation, Person, Workspace
from tests.bot.playground.page.conftest import Browser, Reader


def test_page_that_knows_the_present_hears_only_what_comes(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    workspace.post(bob, billing, "old")
    with browser.hear(ana, billing) as news:
        assert next(news) == []
        sent = workspace.post(bob, billing, "*new*")

        (change,) = next(news)

    assert {key: change[key] for key in ("do", "list", "key", "say")} == {
        "do": "put",
        "list": "messages",
        "key": sent.ts,
        "say": "Bob: *new*",
    }
    assert Reader(change["html"]).text.endswith("*new*")


def test_page_that_was_away_catches_up(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    sent = [workspace.post(bob, billing, f"number {count}").ts for count in range(120)]

    with browser.hear(ana, billing, seen="0") as news:
        only, *others = next(news)

    assert only == {"do": "only", "list": "messages", "keys": sent[20:]}
    assert [each["key"] for each in others if each["do"] == "put"] == sent[20:]
    assert {each["id"] for each in others if each["do"] == "fill"} == {
        "sidebar",
        "clock-says",
        "modal-place",
    }


def test_changed_and_deleted_messages_are_pushed(
    browser: Browser, client: WebClient, ana: Person, billing: Conversation
) -> None:
    posted = client.chat_postMessage(channel=billing.id, text="first")
    with browser.hear(ana, billing) as news:
        assert next(news) == []
        client.chat_update(channel=billing.id, ts=posted["ts"], text="second")
        (changed,) = next(news)
        client.chat_delete(channel=billing.id, ts=posted["ts"])
        (deleted,) = next(news)

    assert "second (edited)" in Reader(changed["html"]).text
    assert "say" not in changed
    assert deleted == {"do": "drop", "list": "messages", "key": posted["ts"]}


def test_what_another_person_alone_sees_is_not_pushed(
    browser: Browser,
    client: WebClient,
    workspace: Workspace,
    ana: Person,
    bob: Person,
    billing: Conversation,
) -> None:
    with browser.hear(ana, billing) as news:
        assert next(news) == []
        client.chat_postEphemeral(channel=billing.id, user=bob.id, text="for Bob")
        after = workspace.post(bob, billing, "for all")
        heard = [change for batch in (next(news), next(news)) for change in batch]

    assert [change["key"] for change in heard] == [after.ts]


def test_news_elsewhere_marks_the_sidebar(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    with browser.hear(ana, "home") as news:
        assert next(news) == []
        workspace.post(bob, billing, "news")

        (change,) = next(news)

    assert (change["do"], change["id"]) == ("fill", "sidebar")
    assert "billing 1 new" in Reader(change["html"]).text


def test_inspector_hears_of_each_call(
    browser: Browser, client: WebClient, ana: Person, billing: Conversation
) -> None:
    with browser.hear(ana, billing, inspect="1") as news:
        assert next(news) == []
        client.auth_test()

        (change,) = next(news)

    assert (change["list"], Reader(change["html"]).text) == (
        "exchanges",
        "app → Slack auth.test ok 09:00:00 Loading…",
    )


def test_burst_of_messages_arrives_in_order_and_whole(
    browser: Browser, workspace: Workspace, ana: Person, bob: Person, billing: Conversation
) -> None:
    heard: list[str] = []
    with browser.hear(ana, billing) as news:
        assert next(news) == []
        sent = [workspace.post(bob, billing, f"number {count}").ts for count in range(200)]
        while len(heard) < len(sent):
            heard += [change["key"] for change in next(news)]

    assert heard == sent
