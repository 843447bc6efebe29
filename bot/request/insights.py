"""Requests about contacts that name no metric: ``reasons``, ``selfservice`` and ``staffing``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from bot.request.metrics import short_name
from bot.request.question import read_scope
from bot.request.requests import Reasons, SelfService, Staffing
from bot.request.segments import label, listed
from bot.request.tokens import plain, printable
from bot.request.writing import words
from storage.errors import UnknownWordError, UserError
from storage.insights import plan, self_service
from storage.metrics.answer import ALL_CHANNELS, Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice, Which, period_of

Insight = Reasons | SelfService | Staffing
VERBS: dict[type[Insight], str] = {
    Reasons: "reasons",
    SelfService: "selfservice",
    Staffing: "staffing",
}
EXAMPLES = {
    "reasons": "reasons monthly team:billing",
    "selfservice": "selfservice last 12 weeks",
    "staffing": "staffing phone 80% in 20s 30% shrinkage",
    "review": "review team:billing monthly",
}
STAFFED_BY = (
    Segment.CHANNEL,
    Segment.TEAM,
    Segment.CONTACT_KIND,
    Segment.ISSUE_TYPE,
    Segment.PRIORITY,
    Segment.SOURCE,
)
USUAL_CHANNEL = "phone"
LONGEST_WAIT_SECONDS = 3600.0

_NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
_START = '(?<![\\w."“„])'
"""A number's beginning; one in quotes is a part of a name."""
_SECONDS = r"\s*(?P<unit>seconds?|secs?|s|minutes?|mins?|m)?\b"
_TARGET = re.compile(
    rf"{_START}(?P<share>{_NUMBER})(?:\s*(?:%|percent)\s*(?:(?:answered\s+)?(?:with)?in)\s*"
    rf"|\s*/\s*)(?P<seconds>{_NUMBER}){_SECONDS}",
    re.IGNORECASE,
)
_SHRINKAGE = re.compile(
    rf"(?:with\s+)?(?:{_START}(?P<before>{_NUMBER})\s*(?:%|percent)\s*shrinkage\b"
    rf"|\bshrinkage\s*[:=]?\s*(?P<behind>{_NUMBER})\s*(?:%|percent)?)",
    re.IGNORECASE,
)


def read_reasons(rest: str, today: date) -> Reasons:
    return Reasons(question_about("reasons", rest, today, PeriodChoice(Grain.WEEK)))


def read_self_service(rest: str, today: date) -> SelfService | None:
    """The last 12 weeks, unless a period is given; None for a rate, which is a metric."""
    if plain(rest).startswith("rate"):
        return None
    return SelfService(
        question_about("selfservice", rest, today, _weeks(self_service.WEEKS, today))
    )


def read_staffing(rest: str, today: date) -> Staffing:
    """The last 8 weeks of the phone, unless others are given."""
    target, shrinkage = _TARGET.search(rest), _SHRINKAGE.search(rest)
    text = _SHRINKAGE.sub(" ", _TARGET.sub(" ", rest))
    question = question_about("staffing", text, today, _weeks(plan.WEEKS, today))
    return Staffing(
        _of_one_channel(question),
        _share(target["share"]) if target else None,
        _wait_seconds(target) if target else None,
        _shrinkage(shrinkage["before"] or shrinkage["behind"]) if shrinkage else None,
    )


def insight_words(request: Insight) -> str:
    """The words that ask for it again; ``parse`` reads them back into the same request."""
    verb = VERBS[type(request)]
    parts = [renamed(words(request.question), verb)]
    if isinstance(request, Staffing):
        if request.share is not None and request.seconds is not None:
            parts.append(f"{100 * request.share:g}% in {request.seconds:g}s")
        if request.shrinkage is not None:
            parts.append(f"{100 * request.shrinkage:g}% shrinkage")
    return " ".join(parts)


@contextmanager
def suggesting(verb: str) -> Iterator[None]:
    """What is suggested for a misspelt word asks for the same insight, not for a metric."""
    try:
        yield
    except UnknownWordError as error:
        meant = tuple(renamed(text, verb) for text in error.suggestions)
        raise UnknownWordError(error.sentence, error.next_step, meant) from error


def question_about(verb: str, text: str, today: date, otherwise: PeriodChoice) -> Question:
    """The question for the volume of what a text asks an insight about."""
    parts, unread = read_scope(text, today, otherwise)
    if unread:
        raise UserError(
            f'I don\'t understand "{printable(" ".join(unread))}".',
            f"For example: /kpi {EXAMPLES[verb]}.",
        )
    with suggesting(verb):
        question = parts.checked(VOLUME)
    if question.by:
        split = label(question.by[0])
        raise UserError(
            f"This can't be split by {split}.",
            f"Ask for one at a time with {question.by[0].value}:…, or leave it out.",
        )
    return question


def renamed(question_words: str, verb: str) -> str:
    """A question for the volume, as one for an insight."""
    return f"{verb} {question_words.removeprefix(short_name(VOLUME)).lstrip()}"


def _of_one_channel(question: Question) -> Question:
    other = next(
        (each.segment for each in question.filters if each.segment not in STAFFED_BY), None
    )
    if other:
        raise UserError(
            f"Staffing can't be worked out by {label(other)}.",
            f"It can be by {listed(STAFFED_BY)}.",
        )
    named = [each for each in question.filters if each.segment is Segment.CHANNEL]
    (chosen,) = named or [Filter(Segment.CHANNEL, (USUAL_CHANNEL,))]
    if len(chosen.values) > 1 or chosen.values == (ALL_CHANNELS,):
        raise UserError(
            "Each channel has a line of its own to wait in.", "Ask for one: /kpi staffing phone."
        )
    plan.check_channel(chosen.values[0])
    others = (each for each in question.filters if each.segment is not Segment.CHANNEL)
    return replace(question, filters=(chosen, *others))


def _weeks(count: int, today: date) -> PeriodChoice:
    """So many complete weeks before the running one."""
    running = period_of(Grain.WEEK, today, "UTC")
    first_day = running.shifted(-count).first_day
    last_day = running.first_day - timedelta(days=1)
    return PeriodChoice(Grain.RANGE, Which.EXACT, first_day, last_day)


def _share(typed: str) -> float:
    share = float(typed) / 100
    if not 0 < share < 1:
        raise UserError(
            f"A service level of {typed} % can't be planned for.",
            "Ask for one between 1 % and 99 %, such as 80% in 20s.",
        )
    return share


def _wait_seconds(target: re.Match[str]) -> float:
    unit = (target["unit"] or "s").lower()
    seconds = float(target["seconds"]) * (60 if unit.startswith("m") else 1)
    if seconds > LONGEST_WAIT_SECONDS:
        raise UserError("That wait is longer than an hour.", "Ask for less, such as 80% in 20s.")
    return seconds


def _shrinkage(typed: str) -> float:
    shrinkage = float(typed) / 100
    if shrinkage >= 1:
        raise UserError(
            f"With a shrinkage of {typed} % nobody would be at work.",
            "Ask for less than 100 %, such as 30% shrinkage.",
        )
    return shrinkage
