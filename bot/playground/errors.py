"""What can go wrong: Slack refuses a call, or a test asks for what cannot happen here."""

from __future__ import annotations

from typing import Any


class PlaygroundError(Exception):
    """A person or a test asked for something that cannot happen in this workspace."""


class NotDeclaredError(PlaygroundError):
    """The manifest does not declare the command, event or surface, so Slack would not send it."""


class NotVisibleError(PlaygroundError):
    """The person does not see the message, the element or the conversation."""


class NotConfirmedError(PlaygroundError):
    """The element asks "are you sure?" and the person has not answered yet."""


class NotConnectedError(PlaygroundError):
    """No app listens: neither over Socket Mode nor over HTTP."""


class RefusedError(Exception):
    """Slack's answer ``{"ok": false, "error": code, **details}``."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.details}


def refuse_arguments(reason: str, code: str = "invalid_arguments") -> RefusedError:
    """The refusal that names its reason where Slack puts it."""
    return RefusedError(code, response_metadata={"messages": [f"[ERROR] {reason}"]})
