"""Blocks as a reader reads them, top to bottom."""

from __future__ import annotations

from typing import Any


def read_blocks(blocks: list[dict[str, Any]]) -> str:
    return str(blocks)
