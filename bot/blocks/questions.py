"""A question as a person would name it, on a button or in a confirmation."""

from __future__ import annotations

from datetime import date

from bot.blocks.dates import period_name
from bot.blocks.names import filter_name
from bot.request.insights import Insight
from bot.request.requests import Reasons, Review, SelfService, Staffing
from bot.request.segments import label
from storage.metrics.answer import Question
from storage.periods import Grain, PeriodChoice, Which, period_of, range_of

INSIGHTS: dict[type[Insight], str] = {
    Reasons: "Reasons for contact",
    SelfService: "Self-service",
    Staffing: "Staffing",
}
REVIEW = "Review"
_NOT_AN_AGENT: dict[str, str] = {}


def question_name(question: Question, today: date) -> str:
    """``First contact resolution, phone, last week, by team``."""
    filters = [filter_name(chosen, _NOT_AN_AGENT) for chosen in question.filters]
    by = " and ".join(label(segment) for segment in question.by)
    parts = (question.metric.name, *filters, choice_name(question.period, today))
    return ", ".join(parts) + (f", by {by}" if by else "")


def insight_name(request: Insight, today: date) -> str:
    """``Reasons for contact, team billing, last week``."""
    question = request.question
    filters = [filter_name(chosen, _NOT_AN_AGENT) for chosen in question.filters]
    return ", ".join((INSIGHTS[type(request)], *filters, choice_name(question.period, today)))


def review_name(request: Review, today: date) -> str:
    """``Review, team billing, last month``."""
    filters = [filter_name(chosen, _NOT_AN_AGENT) for chosen in request.question.filters]
    return ", ".join((REVIEW, *filters, choice_name(request.question.period, today)))


def choice_name(choice: PeriodChoice, today: date) -> str:
    """``last week``, ``today``, ``week 46 (9 to 15 Nov)``."""
    if choice.which is Which.EXACT and choice.first_day is not None:
        first, last = choice.first_day, choice.last_day or choice.first_day
        is_range = choice.grain is Grain.RANGE
        period = range_of(first, last, "UTC") if is_range else period_of(choice.grain, first, "UTC")
        return period_name(period, today)
    if choice.grain is Grain.DAY:
        return "today" if choice.which is Which.THIS else "yesterday"
    return f"{choice.which.value} {choice.grain.value}"
