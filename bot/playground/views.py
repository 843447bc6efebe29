"""Modals and Home tabs: what is open for whom, and what a person has filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground.blockkit.reading import read_blocks

MODAL_STACK_LIMIT = 3


@dataclass(slots=True)
class View:
    """A view as the app sent it, and where it stands.

    ``values`` is Slack's ``state.values``: block id, action id, then the element's value.
    ``errors`` is what the app answered to the last submission: block id to sentence.
    """

    id: str
    user_id: str
    hash: str
    content: dict[str, Any]
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.content["blocks"])

    def read(self) -> str:
        """The view as a reader sees it: its title, where it has one, and its blocks."""
        title = [self.content["title"]["text"]] if "title" in self.content else []
        return "\n".join([*title, read_blocks(self.blocks)])

    @property
    def external_id(self) -> str:
        return str(self.content.get("external_id", ""))


@dataclass(slots=True)
class Views:
    """Every person's stack of modals, the top one last, and every published Home tab."""

    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def stack(self, user_id: str) -> list[View]:
        return self.stacks.setdefault(user_id, [])

    def top(self, user_id: str) -> View | None:
        stack = self.stack(user_id)
        return stack[-1] if stack else None

    def find(self, view_id: str | None, external_id: str | None) -> View | None:
        """An open modal or a Home tab by its id, or by the app's own id for it."""
        for view in self._all():
            if view_id and view.id == view_id:
                return view
            if external_id and view.external_id == external_id:
                return view
        return None

    def _all(self) -> list[View]:
        modals = [view for stack in self.stacks.values() for view in stack]
        return modals + list(self.homes.values())


def describe_view(view: View, *, team_id: str, app_id: str, bot_id: str) -> dict[str, Any]:
    """The ``view`` object of the Web API and of payloads."""
    described = {
        "id": view.id,
        "team_id": team_id,
        "type": view.kind,
        "blocks": view.blocks,
        "private_metadata": view.content.get("private_metadata", ""),
        "callback_id": view.content.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "clear_on_close": bool(view.content.get("clear_on_close")),
        "notify_on_close": bool(view.content.get("notify_on_close")),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": app_id,
        "external_id": view.external_id,
        "app_installed_team_id": team_id,
        "bot_id": bot_id,
    }
    if view.kind == "modal":
        described |= {key: view.content.get(key) for key in ("title", "close", "submit")}
    return described
