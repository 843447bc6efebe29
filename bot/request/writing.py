"""A question as the words that ask it: what a button carries, and what a person could type."""

from __future__ import annotations

import re

from bot.request.metrics import short_name
from bot.request.periods import written
from bot.request.requests import Why
from storage.errors import UserError
from storage.metrics.answer import Filter, Question

LONGEST = 1900
"""Characters of a question; a button holds 2,000."""

_BARE_VALUE = re.compile(r"[A-Za-z0-9_][\w.&/+@#-]*", re.ASCII)


def words(asked: Question | Why) -> str:
    """The canonical short form, which ``parse`` reads back into the same request.

    Examples: ``aht monthly channel:phone by team``, ``why aht monthly``.
    """
    question = asked.question if isinstance(asked, Why) else asked
    parts = ["why"] if isinstance(asked, Why) else []
    parts += [short_name(question.metric), written(question.period)]
    parts += [written_filter(chosen) for chosen in question.filters]
    if question.by:
        parts.append("by " + " and ".join(segment.value for segment in question.by))
    text = " ".join(parts)
    if len(text) >= LONGEST:
        raise UserError("This question is too long.", "Ask for fewer values at once.")
    return text


def written_filter(chosen: Filter) -> str:
    return f"{chosen.segment.value}:{','.join(map(_written_value, chosen.values))}"


def _written_value(value: str) -> str:
    if _BARE_VALUE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
