"""Which of our surfaces a request of Slack's came from, in words for logs and measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

UNKNOWN_SURFACE = "unknown"
OURS = re.compile(r"/?[a-z][a-z_]{0,49}")
"""What names of ours look like; whatever else stands in their place is not repeated."""
KINDS = {"view_submission": "form", "view_closed": "form", "block_suggestion": "choices"}


def surface_of(body: Mapping[str, Any]) -> str:
    """Examples: ``/kpi``, ``event app_mention``, ``button ask``, ``form target_saved``."""
    if "command" in body:
        return _ours(body["command"])
    kind = body.get("type")
    if kind == "event_callback":
        return f"event {_ours(body['event'].get('type'))}"
    if kind == "block_actions":
        return f"button {_ours(str(body['actions'][0].get('action_id')).partition('.')[0])}"
    if kind in KINDS:
        return f"{KINDS[kind]} {_ours(_callback_id(body))}"
    return _ours(kind)


def _callback_id(body: Mapping[str, Any]) -> object:
    return str(body.get("view", {}).get("callback_id", "")).partition(".")[0]


def _ours(name: object) -> str:
    return name if isinstance(name, str) and OURS.fullmatch(name) else UNKNOWN_SURFACE
