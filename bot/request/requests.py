"""What can be asked for after ``/kpi``."""

from __future__ import annotations

from dataclasses import dataclass

from storage.metrics.answer import Question
from storage.metrics.definition import Metric


@dataclass(frozen=True, slots=True)
class Help:
    """How to ask."""


@dataclass(frozen=True, slots=True)
class ListMetrics:
    """Which metrics there are."""


@dataclass(frozen=True, slots=True)
class Define:
    """What a metric means."""

    metric: Metric


@dataclass(frozen=True, slots=True)
class Why:
    """Why a figure moved; what the question is split by is looked at."""

    question: Question


@dataclass(frozen=True, slots=True)
class RoleCommand:
    """An admin gives or shows roles; ``rest`` is as typed, with Slack's mentions."""

    rest: str


@dataclass(frozen=True, slots=True)
class ChannelCommand:
    """An admin names the teams of a channel; ``rest`` is as typed."""

    rest: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """What people contact us about; the question is one for their volume."""

    question: Question


@dataclass(frozen=True, slots=True)
class SelfService:
    """What customers could settle themselves; the question is one for the volume of all."""

    question: Question


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many agents a channel needs; the question is one for its volume.

    What is None is as the settings say: the share answered within some seconds, and shrinkage.
    """

    question: Question
    share: float | None = None
    seconds: float | None = None
    shrinkage: float | None = None


Request = (
    Question
    | Why
    | Help
    | ListMetrics
    | Define
    | RoleCommand
    | ChannelCommand
    | Reasons
    | SelfService
    | Staffing
)
"""Each has its reader in ``bot.request.reading`` and its reply in ``bot.listeners.replies``."""
