"""The flat lines of a chart: a target, the usual level and the limits of its usual range."""

from __future__ import annotations

from bot.blocks.goals import shared_target
from storage.metrics.answer import Answer, Row
from storage.metrics.target import Target

Level = tuple[str, float]


def levels(answer: Answer, drawn: int) -> list[Level]:
    """By name; the usual range only where a single line is drawn, for each line has its own."""
    target = shared_target(answer)
    found = _of_target(target) if target else []
    is_single = len(answer.rows) == 1 and drawn == 1
    return [*found, *_usual(answer.rows[0])] if is_single else found


def _of_target(target: Target) -> list[Level]:
    if len(target.bounds) == 1:
        return [("target", target.bounds[0])]
    low, high = target.bounds
    return [("target, low", low), ("target, high", high)]


def _usual(row: Row) -> list[Level]:
    if row.usual_range is None:
        return []
    low, high = row.usual_range
    level = [] if row.usual_level is None else [("usual level", row.usual_level)]
    return [("usual, low", low), *level, ("usual, high", high)]
