"""What logs and measures call the surfaces that requests come from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.surfaces import surface_of


@pytest.mark.parametrize(
    ("body", "surface"),
    [
        ({"command": "/kpi", "text": "fcr agent:ann"}, "/kpi"),
        ({"command": "/Ann Smith"}, "unknown"),
        ({"type": "event_callback", "event": {"type": "app_mention"}}, "event app_mention"),
        ({"type": "block_actions", "actions": [{"action_id": "kpi_ask.2"}]}, "button kpi_ask"),
        ({"type": "block_actions", "actions": [{"action_id": "Ann"}]}, "button unknown"),
        ({"type": "block_actions", "actions": [{}]}, "button unknown"),
        ({"type": "view_submission", "view": {"callback_id": "kpi_set"}}, "form kpi_set"),
        ({"type": "message_action", "callback_id": "x"}, "message_action"),
        ({"type": "block_actions"}, "button unknown"),
        ({"type": "event_callback"}, "event unknown"),
        ({"type": "view_submission"}, "form unknown"),
        ({}, "unknown"),
    ],
)
def test_surface_is_named_by_our_own_words_alone(body: dict[str, Any], surface: str) -> None:
    assert surface_of(body) == surface
