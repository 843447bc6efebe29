"""What can be asked for after ``/kpi``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.alerts.rule import Watch
from storage.metrics.answer import Question
from storage.metrics.definition import Metric
from storage.metrics.target import Target
from storage.periods import Grain


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


@dataclass(frozen=True, slots=True)
class Review:
    """What moved, why, and what to discuss; the question is one for the volume of all.

    With ``own_team`` it is about the team of who asks.
    """

    question: Question
    own_team: bool = False


@dataclass(frozen=True, slots=True)
class ListTargets:
    """Which targets are in force."""


@dataclass(frozen=True, slots=True)
class ShowTarget:
    """The target of a metric, for what ``about`` is filtered by; its period is of no matter."""

    about: Question
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class SetTarget:
    """A target is set, from a local day on where one is named."""

    about: Question
    grain: Grain | None
    target: Target
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class RemoveTarget:
    """A target is taken away."""

    about: Question
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class ListAlerts:
    """Which alerts there are that this person may change; a page of them, from 1."""

    page: int = 1


@dataclass(frozen=True, slots=True)
class MakeAlert:
    """Somebody wants to be warned, in the channel where this is typed."""

    watch: Watch


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
    | Review
    | ListTargets
    | ShowTarget
    | SetTarget
    | RemoveTarget
    | ListAlerts
    | MakeAlert
)
"""Each has its reader in ``bot.request.reading`` and its reply in ``bot.listeners.replies``."""
