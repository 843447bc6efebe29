"""Coaching on Home: what waits for a person, as counts and buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator

from slackblocks import ActionsBlock, Block, Button, DividerBlock, Element, HeaderBlock

from bot.blocks.actions import APPEAL_DECIDE, CALIBRATION_OPEN, OPEN_REVIEW
from bot.blocks.message import paragraph
from bot.blocks.numbers import count
from storage.quality.waiting import Waiting


def coaching_blocks(waiting: Waiting) -> Iterator[Block]:
    """Nothing where nothing waits."""
    told = [
        *_told(waiting.notes, "coaching note to read", "coaching notes to read"),
        *_told(len(waiting.appeals), "appeal to decide", "appeals to decide"),
        *_told(len(waiting.calibrations), "calibration to score", "calibrations to score"),
        *_told(len(waiting.drafts), "review begun", "reviews begun"),
    ]
    if not told:
        return
    yield DividerBlock()
    yield HeaderBlock("Coaching")
    where = " Notes are under Messages, here beside Home." if waiting.notes else ""
    yield paragraph(f"{', '.join(told)}.{where}")
    if given := list(_buttons(waiting)):
        yield ActionsBlock(given)


def _told(number: int, one: str, many: str) -> list[str]:
    return [f"{count(number)} {one if number == 1 else many}"] if number else []


def _buttons(waiting: Waiting) -> Iterator[Element]:
    if waiting.appeals:
        yield Button("Decide", f"{APPEAL_DECIDE}.0", value=waiting.appeals[0])
    if waiting.calibrations:
        yield Button("Score it", f"{CALIBRATION_OPEN}.0", value=waiting.calibrations[0])
    if waiting.drafts:
        source, contact_id = waiting.drafts[0]
        value = json.dumps({"source": source, "contact": contact_id})
        yield Button("Continue the review", f"{OPEN_REVIEW}.0", value=value)
