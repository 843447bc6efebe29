"""What ``manifest.yml`` declares: everything else the workspace does not grant or deliver."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# The parser in C, where it is there, is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A declared command; ``should_escape`` turns typed @names and #names into ids."""

    name: str
    description: str = ""
    should_escape: bool = False
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class MessageShortcut:
    """A declared entry in the menu of a message."""

    name: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The part of an app's manifest that decides what Slack grants and sends."""

    app_name: str
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[MessageShortcut, ...]
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    is_interactive: bool
    has_home_tab: bool
    has_messages_tab: bool
    is_messages_tab_read_only: bool

    @classmethod
    def load(cls, path: Path) -> Manifest:
        content = path.read_text(encoding="utf-8")
        return cls.parse(yaml.load(content, _LOADER))  # noqa: S506 - safe in C as in Python

    @classmethod
    def parse(cls, content: dict[str, Any]) -> Manifest:
        features, settings = content.get("features", {}), content.get("settings", {})
        home = features.get("app_home", {})
        scopes = content.get("oauth_config", {}).get("scopes", {}).get("bot", [])
        return cls(
            app_name=content["display_information"]["name"],
            commands=tuple(_command(entry) for entry in features.get("slash_commands", [])),
            shortcuts=tuple(
                MessageShortcut(entry["name"], entry["callback_id"])
                for entry in features.get("shortcuts", [])
                if entry["type"] == "message"
            ),
            scopes=tuple(scopes),
            events=tuple(settings.get("event_subscriptions", {}).get("bot_events", [])),
            is_interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
            has_home_tab=bool(home.get("home_tab_enabled")),
            has_messages_tab=bool(home.get("messages_tab_enabled")),
            is_messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled")),
        )

    def command(self, name: str) -> SlashCommand | None:
        return next((command for command in self.commands if command.name == name), None)


def _command(entry: dict[str, Any]) -> SlashCommand:
    return SlashCommand(
        entry["command"],
        entry.get("description", ""),
        bool(entry.get("should_escape")),
        entry.get("usage_hint", ""),
    )
