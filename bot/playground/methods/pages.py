"""Cursor pagination, as every listing method of the Web API has it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.playground.errors import RefusedError
from bot.playground.methods.arguments import Arguments

T = TypeVar("T")


def page(
    items: Sequence[T], arguments: Arguments, default: int = 100, largest: int = 1000
) -> tuple[list[T], str]:
    """The page that the arguments ask for, and the cursor of the next one ("" at the end)."""
    limit = arguments.number("limit", default)
    if not 1 <= limit <= largest:
        raise RefusedError("invalid_limit")
    start = _position(arguments.text("cursor"))
    if start > len(items):
        raise RefusedError("invalid_cursor")
    end = start + limit
    return list(items[start:end]), _cursor(end) if end < len(items) else ""


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise RefusedError("invalid_cursor") from error
    if word != "next" or not number.isdecimal():
        raise RefusedError("invalid_cursor")
    return int(number)
