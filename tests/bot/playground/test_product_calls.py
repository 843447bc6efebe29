"""Every Web API method that the product calls exists in the pretend workspace."""

from __future__ import annotations

from pathlib import Path

from bot.playground.methods.catalogue import BY_NAME
from tests.bot.playground.web_api_calls import calls_in, client_methods

ROOT = Path(__file__).parents[3]
PLAYGROUND = ROOT / "bot" / "playground"

SNIPPET = """
def post(client, say):
    send = client.chat_postMessage
    client.web.views_open(trigger_id="1")
    client.api_call("admin.users.list")
    client.api_call(api_method="team.info", params={})
    say("Hello")
    client.colour_of_the_day()
    chat_postMessage = None
"""


def lacking(source: str) -> list[str]:
    return sorted(calls_in(source) - BY_NAME.keys())


def test_finder_sees_calls_references_and_names() -> None:
    assert calls_in(SNIPPET) == {
        "chat.postMessage",
        "views.open",
        "admin.users.list",
        "team.info",
    }
    assert lacking(SNIPPET) == ["admin.users.list"]
    assert client_methods()["conversations_history"] == "conversations.history"


def test_product_calls_nothing_that_the_workspace_lacks() -> None:
    sources = [
        path
        for folder in ("bot", "jobs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if PLAYGROUND not in path.parents
    ]
    assert [
        (str(path.relative_to(ROOT)), name)
        for path in sources
        for name in lacking(path.read_text(encoding="utf-8"))
    ] == []
