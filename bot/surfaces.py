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
    """Examples: ``/kpi``, ``event app_mention``, ``button ask``, ``form target_saved``.

    What has another shape than Slack's requests is ``unknown``, or ``button unknown``.
    """
    if "command" in body:
        return _ours(body["command"])
    kind = body.get("type")
    if kind == "event_callback":
        return f"event {_ours(body.get('event', {}).get('type'))}"
    if kind == "block_actions":
        clicked: Mapping[str, Any] = next(iter(body.get("actions", ())), {})
        return f"button {_family(clicked.get('action_id'))}"
    if kind in KINDS:
        return f"{KINDS[kind]} {_family(body.get('view', {}).get('callback_id'))}"
    return _ours(kind)


def _family(name: object) -> str:
    """The name without what tells alike ones apart."""
    return _ours(str(name).partition(".")[0])


def _ours(name: object) -> str:
    return name if isinstance(name, str) and OURS.fullmatch(name) else UNKNOWN_SURFACE
