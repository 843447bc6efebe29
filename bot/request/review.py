"""``review team:billing monthly``, and ``review team`` for the team of who asks."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date

from bot.request.insights import question_about, renamed
from bot.request.requests import Review
from bot.request.segments import label
from bot.request.writing import words
from storage.errors import UserError
from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice

VERB = "review"
OF_ONE = frozenset({Segment.AGENT, Segment.CUSTOMER})
_OWN_TEAM = re.compile(r"\b(?:(?:my|our|the)\s+)?team\b(?!\s*:)", re.IGNORECASE)


def read_review(rest: str, today: date) -> Review:
    """The last month, unless another period is given; a team that is not named is the own one."""
    monthly = PeriodChoice(Grain.MONTH)
    without_team = rest if '"' in rest else _OWN_TEAM.sub(" ", rest, count=1)
    if without_team != rest:
        # What is no question without the word has the team's name beside it.
        with suppress(UserError):
            question = question_about(VERB, without_team, today, monthly)
            return Review(_of_several(question), own_team=True)
    return Review(_of_several(question_about(VERB, rest, today, monthly)))


def review_words(request: Review) -> str:
    """The words that ask for it again; ``parse`` reads them back into the same request."""
    asked = renamed(words(request.question), VERB)
    return asked.replace(VERB, f"{VERB} team", 1) if request.own_team else asked


def of_team(request: Review, team: str) -> Review:
    """The review of a named team, in place of the own one."""
    question = request.question
    named = Filter(Segment.TEAM, (team,))
    return Review(replace(question, filters=(*question.filters, named)))


def _of_several(question: Question) -> Question:
    one = next((each.segment for each in question.filters if each.segment in OF_ONE), None)
    if one is None:
        return question
    raise UserError(
        f"A review is about a team, never about one {label(one)}.",
        "Leave that out: /kpi review team:billing monthly.",
    )
