"""The words behind the button of an alert that asks on."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks.answer import exactly
from bot.request import Why, words
from bot.request.why import why_of
from storage.alerts.explaining import explained_period
from storage.alerts.rule import Evaluated, Finding, Sight
from storage.alerts.standings import narrowed_to
from storage.errors import UserError
from storage.metrics.answer import Question
from storage.metrics.definition import Segment
from storage.periods import Grain, PeriodChoice, Which


def asking(finding: Finding, found: Evaluated, sight: Sight) -> str:
    """What asks why; the figures by hour of calls lost; nothing where nothing can be asked."""
    if sight.question is None or found.answer is None:
        return ""
    filters = narrowed_to(sight.question.filters, finding.segment)
    asked = Question(sight.question.metric, exactly(explained_period(finding, sight)), filters)
    if finding.hour:
        which = PeriodChoice(Grain.DAY, Which.THIS) if finding.is_today else asked.period
        return _words(replace(asked, period=which, by=(Segment.HOUR,)))
    return _words(why_of(asked) or asked)


def _words(asked: Question | Why) -> str:
    try:
        return words(asked)
    except UserError:
        return ""
