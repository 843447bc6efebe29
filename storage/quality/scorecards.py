"""Scorecards, and the score that a review comes to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

Answers = Mapping[str, float | None]
"""Points by criterion; None where it does not apply. Who is not in it was not answered yet."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a reviewer looks at: from 0 to ``out_of`` points, or yes (all of them) and no (none).

    Where a ``critical`` one gets no points, the whole review fails.
    """

    key: str
    title: str
    out_of: float = 1.0
    is_yes_or_no: bool = True
    weight: float = 1.0
    critical: bool = False
    may_not_apply: bool = True
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that belong together, such as those of the opening."""

    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What the contacts of some channels are reviewed by; without channels, those of all others.

    ``id`` and ``version`` are 0 until it is kept. One that is not ``in_use`` is for old reviews.
    """

    key: str
    title: str
    channels: tuple[str, ...]
    sections: tuple[Section, ...]
    in_use: bool = True
    id: int = 0
    version: int = 0

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(each for section in self.sections for each in section.criteria)

    def criterion(self, key: str) -> Criterion | None:
        return next((each for each in self.criteria if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Score:
    """What answers come to: ``value`` of 0 to 100, None where nothing that applies was answered.

    ``by_criterion`` are such values too, None where the criterion does not apply.
    """

    value: float | None
    auto_failed: bool
    by_criterion: Mapping[str, float | None]


def score_of(card: Scorecard, answers: Answers) -> Score:
    """The weighted mean of points out of those that apply; a failed critical one makes it 0.

    What is not answered is left out, so it can be shown while a review is filled in.
    """
    answered = [(each, answers[each.key]) for each in card.criteria if each.key in answers]
    reached = {each.key: _reached(each, points) for each, points in answered}
    applies = [(each, points) for each, points in answered if points is not None]
    auto_failed = any(each.critical and points <= 0 for each, points in applies)
    weight = sum(each.weight for each, _ in applies)
    if not weight:
        return Score(0.0 if auto_failed else None, auto_failed, reached)
    mean = 100.0 * sum(each.weight * points / each.out_of for each, points in applies) / weight
    return Score(0.0 if auto_failed else min(mean, 100.0), auto_failed, reached)


def unanswered(card: Scorecard, answers: Answers) -> tuple[Criterion, ...]:
    """What still waits for points, or for a word that it does not apply."""
    return tuple(each for each in card.criteria if each.key not in answers)


def card_for(cards: Iterable[Scorecard], channel: str) -> Scorecard | None:
    """The card for a channel: its own, else one for all others, else the first there is."""
    known = list(cards)
    own = (each for each in known if channel in each.channels)
    others = (each for each in known if not each.channels)
    return next(own, None) or next(others, None) or next(iter(known), None)


def sections_of(criteria: Iterable[tuple[str, Criterion]]) -> tuple[Section, ...]:
    """Criteria with the title of their section, in the order in which they stand."""
    return tuple(
        Section(title, tuple(criterion for _, criterion in group))
        for title, group in groupby(criteria, key=lambda pair: pair[0])
    )


def _reached(criterion: Criterion, points: float | None) -> float | None:
    return None if points is None else min(100.0 * points / criterion.out_of, 100.0)
