"""What a digest tells a recipient: plain values, without any look or wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.access import Destination
from storage.digests.agent_days import AgentDay
from storage.insights.reasons import FoundReasons
from storage.insights.review import Point
from storage.metrics.answer import Answer, Filter
from storage.metrics.definition import Audience
from storage.operations.follow_ups import Open
from storage.periods import Period
from storage.roles import Member
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a digest goes, and whose rights hold there.

    ``id`` is that of a conversation or of a person. ``own_filters`` narrow what is told to what
    is theirs, where the digest does not say.
    """

    id: str
    member: Member
    destination: Destination
    own_filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Timing:
    """When it is told: due at ``due_at``, as of ``now``, planned in the cadence's ``timezone``."""

    period: Period
    due_at: datetime
    now: datetime
    timezone: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures: those worth a sentence, the strongest first, then the others.

    With ``has_year`` the trend is shown too.
    """

    points: tuple[Point, ...]
    others: tuple[Answer, ...]
    has_year: bool = False

    @property
    def answers(self) -> tuple[Answer, ...]:
        return (*(point.answer for point in self.points), *self.others)


@dataclass(frozen=True, slots=True)
class Contacted:
    """What people contacted about."""

    reasons: FoundReasons


@dataclass(frozen=True, slots=True)
class OwnDay:
    """An agent's own day."""

    day: AgentDay


@dataclass(frozen=True, slots=True)
class LowAnswers:
    """Low answers of the lead's teams that are not looked after to the end yet."""

    waiting: tuple[Open, ...]


Part = Figures | Contacted | LowAnswers | OwnDay


@dataclass(frozen=True, slots=True)
class Told:
    """What one recipient is told, in the order in which it is read.

    ``filters`` are those that hold for all of it. ``left_out`` names what this recipient may not
    see there, or what can't be told for the segment.
    """

    name: str
    audience: Audience
    timing: Timing
    settings: Settings
    filters: tuple[Filter, ...]
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    """What is told to whom, and why others get nothing: sentences by recipient.

    ``retired`` are keys of metrics that there are no more; ``fingerprint`` tells whether anything
    moved since another time, and is empty where nothing did at all.
    """

    told: Mapping[str, Told]
    refused: Mapping[str, str]
    retired: tuple[str, ...]
    fingerprint: str
