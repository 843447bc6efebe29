"""Points of a criterion in words, and as options of a form."""

from __future__ import annotations

from slackblocks import Option, PlainText, StaticSelectMenu

from bot.blocks.numbers import decimal
from storage.quality.scorecards import Criterion

NOT_APPLICABLE = "na"
DOES_NOT_APPLY = "does not apply"


def points_name(criterion: Criterion, points: float | None) -> str:
    """``yes``, ``3 of 5``, ``does not apply``."""
    if points is None:
        return DOES_NOT_APPLY
    if criterion.is_yes_or_no:
        return "yes" if points else "no"
    return f"{_number(points)} of {_number(criterion.out_of)}"


def points_menu(criterion: Criterion, action_id: str) -> StaticSelectMenu:
    """Every number of points there is, the most first."""
    choices = [1.0, 0.0] if criterion.is_yes_or_no else _whole_points(criterion)
    values: list[float | None] = [*choices, *([None] if criterion.may_not_apply else [])]
    return StaticSelectMenu(
        action_id,
        [Option(PlainText(_shown(criterion, each)), value_of(each)) for each in values],
    )


def value_of(points: float | None) -> str:
    return NOT_APPLICABLE if points is None else _number(points)


def points_of(value: str) -> float | None:
    """What an option's value stands for."""
    return None if value == NOT_APPLICABLE else float(value)


def _shown(criterion: Criterion, points: float | None) -> str:
    named = points_name(criterion, points)
    return named[:1].upper() + named[1:]


def _whole_points(criterion: Criterion) -> list[float]:
    return [float(each) for each in range(int(criterion.out_of), -1, -1)]


def _number(points: float) -> str:
    return decimal(points, 0 if points == int(points) else 1)
