"""Questions made narrower: what they are filtered by, and the same one for fewer teams. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from storage.metrics.answer import Filter, Question
from storage.metrics.definition import Segment


def asked_values(question: Question, segment: Segment) -> tuple[str, ...]:
    """The values that a question is filtered by, of all its filters of that segment."""
    named = (item.values for item in question.filters if item.segment is segment)
    return tuple(value for values in named for value in values)


def filters_without(question: Question, segment: Segment) -> tuple[Filter, ...]:
    return tuple(item for item in question.filters if item.segment is not segment)


def is_within(question: Question, teams: frozenset[str]) -> bool:
    asked = asked_values(question, Segment.TEAM)
    return bool(asked) and folded(asked) <= folded(teams)


def limited_to(question: Question, teams: frozenset[str]) -> Question | None:
    """The question for these teams alone; None where it is about other teams altogether."""
    asked = asked_values(question, Segment.TEAM)
    if asked and folded(asked) <= folded(teams):
        return question
    kept = [team for team in asked if team.casefold() in folded(teams)] or (not asked and teams)
    if not kept:
        return None
    own = Filter(Segment.TEAM, tuple(sorted(kept)))
    return replace(question, filters=(*filters_without(question, Segment.TEAM), own))


def folded(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)
