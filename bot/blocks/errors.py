"""What is shown where something went wrong, or may not be seen."""

from __future__ import annotations

from datetime import date

from bot.blocks.actions import ASK, buttons
from bot.blocks.explaining import ALL_METRICS
from bot.blocks.message import Message, message, paragraph
from bot.blocks.questions import insight_name, question_name, review_name
from bot.blocks.untrusted import name
from bot.request import Define, Reasons, Review, SelfService, Staffing, Why, parse
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Question

_ANY_DAY = date(2000, 1, 1)
"""Suggestions name no day that depends on today's."""


def error_message(error: UserError) -> Message:
    """What happened and the next step; what may have been meant as buttons."""
    parts = [error.sentence, error.next_step]
    said = " ".join(part for part in parts if part)
    offered = _suggested(error.suggestions) if isinstance(error, UnknownWordError) else []
    return message(parts, [paragraph(said), *buttons(offered)])


def fault_message(reference: str) -> Message:
    """An error of ours: calm, and with what to quote."""
    said = "Something went wrong on our side, and it has been written down. Please try again."
    ending = f"If it stays, give your admin this reference: {name(reference)}."
    return message([said, ending], [paragraph(f"{said} {ending}")])


def away_message(reference: str) -> Message:
    """A database that can't be reached: nothing was done, and it passes by itself as a rule."""
    said = "CareKPI can't reach its data right now, so nothing was done. Please try again soon."
    ending = f"If it stays, give your admin this reference: {name(reference)}."
    return message([said, ending], [paragraph(f"{said} {ending}")])


def _suggested(suggestions: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """A button for each suggestion that can be asked as it stands."""
    found = [(shown, ASK, text) for text in suggestions if (shown := _shown(text))]
    return [*found, ALL_METRICS] if found else []


def _shown(suggestion: str) -> str:
    try:
        request = parse(suggestion, _ANY_DAY)
    except UserError:
        return ""
    if isinstance(request, Question):
        return question_name(request, _ANY_DAY)
    if isinstance(request, Why):
        return f"Why: {question_name(request.question, _ANY_DAY)}"
    if isinstance(request, Review):
        return review_name(request, _ANY_DAY)
    if isinstance(request, Reasons | SelfService | Staffing):
        return insight_name(request, _ANY_DAY)
    return f"What is {request.metric.name}?" if isinstance(request, Define) else ""
