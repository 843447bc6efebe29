"""A button that nobody listens to, and one whose writing takes long."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.listeners.acknowledged import committed, is_taken_up


def test_what_is_still_being_written_is_left_to_who_has_it() -> None:
    body: dict[str, Any] = {"type": "block_actions", "user": {"id": "U0EVA"}}
    seen: list[bool] = []

    def write(payload: dict[str, Any], _client: WebClient) -> dict[str, Any]:
        seen.append(is_taken_up(payload))
        return {}

    before = is_taken_up(body)
    ack = Ack()  # type: ignore[no-untyped-call]  # Bolt has no types there
    committed(write)(ack, body, WebClient())
    assert (before, seen, ack.response is not None) == (False, [True], True)
