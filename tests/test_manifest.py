"""``manifest.yml`` and the listeners say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.listeners.kpi import COMMAND

ROOT = Path(__file__).parent.parent
SCOPES = {
    "chat.postMessage": {"chat:write"},
    "conversations.info": {"channels:read", "groups:read"},
    "users.info": {"users:read", "users:read.email"},
    "auth.test": set(),
    "views.open": set(),
    "views.publish": set(),
}
"""What Slack wants for each method that is called; a profile's e-mail has a scope of its own."""


def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return loaded


def calls(attribute_of: str) -> Iterator[tuple[str, ast.Call]]:
    """Calls of ``app.…`` or ``client.…`` in the bot, by method name."""
    for folder in ("bot", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            if "playground" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    owner = ast.unparse(node.func.value).removeprefix("self._")
                    if owner == attribute_of:
                        yield node.func.attr, node


def test_commands_are_those_that_are_listened_to() -> None:
    declared = {each["command"] for each in manifest()["features"]["slash_commands"]}
    assert [ast.unparse(node.args[0]) for name, node in calls("app") if name == "command"] == [
        "COMMAND"
    ]
    assert declared == {COMMAND}


def test_events_are_those_that_are_listened_to() -> None:
    declared = set(manifest()["settings"]["event_subscriptions"]["bot_events"])
    assert declared == {
        ast.literal_eval(node.args[0]) for name, node in calls("app") if name == "event"
    }


def test_scopes_are_those_that_the_calls_need() -> None:
    called = {name.replace("_", ".", 1) for name, _ in calls("client") if "_" in name}
    needed = {scope for method in called for scope in SCOPES[method]}
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_manifest_allows_what_the_app_relies_on() -> None:
    settings, features = manifest()["settings"], manifest()["features"]
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is True
    assert features["app_home"]["home_tab_enabled"] is True
    assert features["slash_commands"][0]["should_escape"] is True
