"""Who may be asked, and when: one decision about each of many, with a reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from storage.periods import local_day, zone
from storage.surveys.manners import RELATIONSHIP, Manners


class Reason(Enum):
    """Why somebody is left out."""

    NO_ADDRESS = "no address"
    NOT_KNOWN = "not known"
    NOT_THEIRS = "not theirs"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    OPTED_OUT = "opted out"
    FORGOTTEN = "forgotten"
    REOPENED = "reopened"
    ASKED_RECENTLY = "asked recently"
    SAME_KIND = "same kind"
    ROOM_FOR_RARER = "room for rarer"
    ORGANISATION_FULL = "organisation full"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody was asked, or is going to be, and when."""

    kind: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked, from ``not_before`` on.

    ``person`` names somebody over all organisations. ``barred`` is what is known beforehand.
    """

    person: str
    kind: str
    purpose: str
    not_before: datetime
    organisation_id: str = ""
    timezone: str = ""
    earlier: tuple[Earlier, ...] = ()
    barred: Reason | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Is asked, at this time or as soon after as the pace allows."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Is not asked."""

    reason: Reason


Verdict = Asked | LeftOut
Taken = Mapping[tuple[str, date], int]
"""How many of an organisation are asked on a day."""


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why not then; ``reason`` is None for the night, which is only waited out."""

    until: datetime
    reason: Reason | None = None


def decide(
    candidates: Iterable[Candidate], taken: Taken, manners: Manners, timezone: str
) -> list[Verdict]:
    """A verdict for each, in their order; who comes first takes the place of who comes later.

    What is asked about the relationship waits up to ``days_between`` for its turn, so that what is
    asked more often can't keep it out for ever; all else is asked in its time or not at all.
    ``timezone`` is for those whose own one is not known.
    """
    judge = _Judge(manners, timezone, dict(taken))
    return [judge.judge(candidate) for candidate in candidates]


def opening(at: datetime, timezone: str, manners: Manners) -> datetime:
    """The time itself, or when the person's day begins next where it is night there."""
    local = at.astimezone(zone(timezone))
    opens, closes = manners.hours
    minute = local.hour * 60 + local.minute
    if opens <= minute < closes:
        return at
    day = local.date() if minute < opens else local.date() + timedelta(days=1)
    return _at_minute(day, opens, timezone)


def closing(at: datetime, timezone: str, manners: Manners) -> datetime:
    """When the hours end in which ``at`` lies."""
    return _at_minute(at.astimezone(zone(timezone)).date(), manners.hours[1], timezone)


@dataclass(slots=True)
class _Judge:
    """Keeps in mind what it decided, so that a whole list is one decision."""

    manners: Manners
    timezone: str
    taken: dict[tuple[str, date], int]
    asked: dict[str, list[Earlier]] = field(default_factory=dict)

    def judge(self, candidate: Candidate) -> Verdict:
        if candidate.barred:
            return LeftOut(candidate.barred)
        at = candidate.not_before
        latest = at + _patience(candidate, self.manners)
        while obstacle := self._obstacle(candidate, at):
            at = obstacle.until
            if obstacle.reason and at > latest:
                return LeftOut(obstacle.reason)
        self._note(candidate, at)
        return Asked(at)

    def _note(self, candidate: Candidate, at: datetime) -> None:
        planned = Earlier(candidate.kind, candidate.purpose, at)
        self.asked.setdefault(candidate.person, []).append(planned)
        if candidate.organisation_id:
            day = candidate.organisation_id, local_day(at, self.timezone)
            self.taken[day] = self.taken.get(day, 0) + 1

    def _obstacle(self, candidate: Candidate, at: datetime) -> _Obstacle | None:
        timezone = candidate.timezone or self.timezone
        opens = opening(at, timezone, self.manners)
        if opens > at:
            return _Obstacle(opens)
        known = [*candidate.earlier, *self.asked.get(candidate.person, ())]
        before = (_between(candidate, each, at, self.manners) for each in known)
        return next(filter(None, before), None) or self._full(candidate, at, timezone)

    def _full(self, candidate: Candidate, at: datetime, timezone: str) -> _Obstacle | None:
        day = local_day(at, self.timezone)
        is_taken = self.taken.get((candidate.organisation_id, day), 0) >= self.manners.daily_cap
        if not candidate.organisation_id or not is_taken:
            return None
        tomorrow = _at_minute(day + timedelta(days=1), 0, self.timezone)
        opens = opening(tomorrow, timezone, self.manners)
        return _Obstacle(opens, Reason.ORGANISATION_FULL)


def _between(
    candidate: Candidate, other: Earlier, at: datetime, manners: Manners
) -> _Obstacle | None:
    """Whether the other one is too near, or is due so soon that this one leaves room for it."""
    gap = timedelta(days=manners.days_between)
    clock = timedelta(days=manners.clock_days(candidate.kind, candidate.purpose))
    others_clock = timedelta(days=manners.clock_days(other.kind, other.purpose))
    is_same = (other.kind, other.purpose) == (candidate.kind, candidate.purpose)
    is_rarer = others_clock > clock
    if abs(at - other.at) < gap:
        is_to_come = other.at > at and is_rarer
        reason = Reason.ROOM_FOR_RARER if is_to_come else Reason.ASKED_RECENTLY
        return _Obstacle(other.at + gap, reason)
    if is_same and abs(at - other.at) < clock:
        return _Obstacle(other.at + clock, Reason.SAME_KIND)
    due_at = other.at + others_clock
    if is_rarer and due_at - gap < at < due_at:
        return _Obstacle(due_at, Reason.ROOM_FOR_RARER)
    return None


def _patience(candidate: Candidate, manners: Manners) -> timedelta:
    """One who waits out the days between two questions may meet a night at their end."""
    if candidate.purpose != RELATIONSHIP:
        return timedelta()
    return timedelta(days=manners.days_between + 1)


def _at_minute(day: date, minute: int, timezone: str) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)
