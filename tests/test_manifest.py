"""``manifest.yml`` and the listeners say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.app import LISTENERS
from bot.blocks.actions import CONTACT_NAMED
from tests.bot.playground.web_api_calls import calls_in

ROOT = Path(__file__).parent.parent
LISTENING, HEARING = ("app", "command"), ("app", "event")
SCOPES = {
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "apps.connections.open": set(),
    "auth.test": set(),
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""What Slack wants for each method that is called; a profile's e-mail has a scope of its own."""
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
}
"""What Slack wants for each event that it sends."""


def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return loaded


def sources() -> Iterator[str]:
    """Every module of the product but the pretend workspace."""
    for folder in ("bot", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            if "playground" not in path.parts:
                yield path.read_text(encoding="utf-8")


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every method call of the bot: on what, which method, and the call."""
    for source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield ast.unparse(node.func.value), node.func.attr, node


def test_commands_are_those_that_are_listened_to() -> None:
    declared = sorted(each["command"] for each in manifest()["features"]["slash_commands"])
    named = sorted(each.COMMAND for each in LISTENERS if hasattr(each, "COMMAND"))
    heard = [ast.unparse(node.args[0]) for on, name, node in calls() if (on, name) == LISTENING]
    assert heard == ["COMMAND"] * len(declared)
    assert declared == named


def test_shortcuts_are_those_that_are_listened_to() -> None:
    declared = {each["callback_id"] for each in manifest()["features"]["shortcuts"]}
    heard = [
        ast.unparse(node.args[0]) for on, name, node in calls() if (on, name) == ("app", "shortcut")
    ]
    assert heard == ["{'type': 'message_action', 'callback_id': CONTACT_NAMED}"]
    assert declared == {CONTACT_NAMED}


def test_events_are_those_that_are_listened_to() -> None:
    declared = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    heard = {ast.literal_eval(node.args[0]) for on, name, node in calls() if (on, name) == HEARING}
    assert declared == set(EVENTS)
    assert {name.partition(".")[0] for name in declared} == heard


def test_scopes_are_those_that_the_calls_need() -> None:
    called = {method for source in sources() for method in calls_in(source)}
    needed = {scope for method in called for scope in SCOPES[method]}
    sent = set[str]().union(*EVENTS.values())
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed | sent | {"commands"}


def test_manifest_allows_what_the_app_relies_on() -> None:
    settings, features = manifest()["settings"], manifest()["features"]
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is True
    assert features["app_home"]["home_tab_enabled"] is True
    assert features["app_home"]["messages_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False
    assert features["slash_commands"][0]["should_escape"] is True
