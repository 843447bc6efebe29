"""``why fcr weekly``, and ``why did fcr fall last week?``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from bot.request.complaints import meaning
from bot.request.metrics import EXAMPLE, in_sentence, short_name
from bot.request.question import read_question
from bot.request.requests import Why
from bot.request.segments import label
from storage.errors import UnknownWordError, UserError
from storage.metrics.answer import Question
from storage.metrics.explanation import NEVER, can_explain

_MOVING = frozenset((
    "better", "change", "changed", "climb", "climbed", "decline", "declined", "decrease",
    "decreased", "down", "drop", "dropped", "fall", "fallen", "fell", "get", "go", "going", "gone",
    "got", "grew", "grow", "grown", "has", "have", "high", "higher", "improve", "improved",
    "increase", "increased", "jump", "jumped", "low", "lower", "move", "moved", "rise", "risen",
    "rose", "so", "up", "went", "worse",
))  # fmt: skip
"""Words that tell how it moved: the figures know."""


def read_why(text: str, today: date) -> Why:
    """The question that follows the word, about a metric whose change falls into parts."""
    if not text.strip(" ?"):
        raise UserError("Say which figure moved.", f"For example /kpi why {_example()}.")
    with asking_why():
        question = read_question(_without_moving(text), today)
    if not can_explain(question.metric):
        raise UserError(
            f"I can't take {in_sentence(question.metric)} apart: it is made of several figures.",
            f"Ask why of a rate, a mean or a count, such as /kpi why {_example()}.",
        )
    if not NEVER.isdisjoint(question.by):
        names = " and ".join(label(each) for each in question.by if each in NEVER)
        raise UserError(
            f"I can't take a change apart by {names}: there are too many of them.",
            "Leave that out, or split by issue type or team.",
        )
    return Why(question)


@contextmanager
def asking_why() -> Iterator[None]:
    """What is suggested for a misspelt word asks why as well."""
    try:
        yield
    except UnknownWordError as error:
        raise meaning(error, [f"why {each}" for each in error.suggestions]) from error


def why_of(question: Question) -> Why | None:
    """What asks why of an answer; None where its metric can't be explained."""
    if not can_explain(question.metric):
        return None
    return Why(replace(question, by=tuple(each for each in question.by if each not in NEVER)))


def _without_moving(text: str) -> str:
    if '"' in text:
        return text
    return " ".join(word for word in text.split() if word.casefold().strip("?.,!") not in _MOVING)


def _example() -> str:
    return f"{short_name(EXAMPLE)} weekly"
