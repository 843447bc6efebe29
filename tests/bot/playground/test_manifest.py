"""What the manifest declares."""

from __future__ import annotations

from pathlib import Path

from bot.playground.manifest import Manifest, MessageShortcut, SlashCommand


def test_manifest_of_the_product_is_read() -> None:
    manifest = Manifest.load(Path(__file__).parents[3] / "manifest.yml")
    command = manifest.command("/kpi")
    assert command is not None
    assert (manifest.app_name, command.should_escape) == ("CareKPI", True)


def test_manifest_without_features_declares_nothing() -> None:
    manifest = Manifest.parse({"display_information": {"name": "Bare"}})
    assert manifest == Manifest(
        app_name="Bare",
        commands=(),
        shortcuts=(),
        scopes=(),
        events=(),
        is_interactive=False,
        has_home_tab=False,
        has_messages_tab=False,
        is_messages_tab_read_only=False,
    )


def test_manifest_of_commands_scopes_and_events() -> None:
    manifest = Manifest.parse(
        {
            "display_information": {"name": "Full"},
            "features": {
                "app_home": {"home_tab_enabled": True, "messages_tab_read_only_enabled": True},
                "slash_commands": [
                    {"command": "/kpi", "description": "Ask", "should_escape": True}
                ],
                "shortcuts": [
                    {"name": "Review", "type": "message", "callback_id": "review"},
                    {"name": "Anywhere", "type": "global", "callback_id": "anywhere"},
                ],
            },
            "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
            "settings": {
                "event_subscriptions": {"bot_events": ["app_home_opened"]},
                "interactivity": {"is_enabled": True},
            },
        }
    )
    assert manifest.command("/kpi") == SlashCommand("/kpi", "Ask", should_escape=True)
    assert manifest.command("/other") is None
    assert manifest.shortcuts == (MessageShortcut("Review", "review"),)
    assert manifest.scopes == ("commands", "chat:write")
    assert manifest.events == ("app_home_opened",)
    assert (manifest.is_interactive, manifest.has_home_tab) == (True, True)
    assert (manifest.has_messages_tab, manifest.is_messages_tab_read_only) == (False, True)
