"""A call's arguments, however the client sent them: query, form or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.errors import RefusedError, refuse_arguments


def read_json(text: str, code: str) -> Any:
    """The JSON value, or Slack's error ``code``; Python's NaN and Infinity are no JSON."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except ValueError as error:
        raise RefusedError(code) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


@dataclass(frozen=True, slots=True)
class Arguments:
    """Typed reading of arguments: forms carry JSON and booleans as text, JSON bodies do not."""

    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise refuse_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.isdecimal():
            raise refuse_arguments(f"must be a number [json-pointer:/{name}]")
        return int(value)

    def names(self, name: str, default: str = "") -> list[str]:
        """A list given as ``a,b``, or as JSON."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(part) for part in value]
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def structure(self, name: str, code: str) -> Any:
        """A JSON value; ``code`` is Slack's error where the text is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        return read_json(value, code) if value else None

    def blocks(self) -> list[dict[str, Any]] | None:
        value = self.structure("blocks", "invalid_blocks_format")
        if value is not None and not isinstance(value, list):
            raise RefusedError("invalid_blocks_format")
        return value
