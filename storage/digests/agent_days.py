"""Each agent's own day, for thousands of agents at once: a few grouped statements, none by agent.

The rows are counted as the catalogue's metrics count them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Connection

from storage.facts.tables import agent_days, contacts, surveys
from storage.metrics.catalog.satisfaction import CSAT, SATISFIED
from storage.metrics.counting import OWN_CONTACTS, RESOLVED, one_if
from storage.metrics.segments import naive
from storage.periods import Period

MOST_WAITING_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that is open still."""

    contact_id: str
    opened_at: datetime


@dataclass(slots=True)
class AgentDay:
    """What somebody's day was; ``oldest`` are the contacts that wait longest.

    Without a schedule there are no scheduled seconds; ``answers`` are those of customers who were
    asked how satisfied they are.
    """

    pending: int = 0
    oldest: tuple[Waiting, ...] = ()
    resolved: int = 0
    scheduled_seconds: float = 0.0
    adherent_seconds: float = 0.0
    answers: int = 0
    satisfied: int = 0

    @property
    def adherence(self) -> float | None:
        return self.adherent_seconds / self.scheduled_seconds if self.scheduled_seconds else None

    @property
    def has_anything(self) -> bool:
        return bool(self.pending or self.resolved or self.answers)


@dataclass(slots=True)
class AgentDays:
    """The days of those who worked, by agent id."""

    days: dict[str, AgentDay] = field(default_factory=dict)

    def of(self, agent_ids: Iterable[str]) -> AgentDay | None:
        """The day of somebody with these ids, one a system; None for who did not work."""
        found = [self.days[each] for each in sorted(agent_ids) if each in self.days]
        return _together(found) if found else None


def read_agent_days(connection: Connection, period: Period, now: datetime) -> AgentDays:
    """The days of all who have a shift, up to ``now`` where the day runs.

    Where nobody's schedule is loaded for the day, those who resolved something worked.
    """
    end = min(period.end, now)
    resolved = _resolved(connection, period.start, end)
    shifts = _shifts(connection, period)
    found = AgentDays({agent: AgentDay() for agent in (shifts or resolved)})
    _fill(found.days, "resolved", resolved)
    for agent, (scheduled, adherent) in shifts.items():
        day = found.days[agent]
        day.scheduled_seconds, day.adherent_seconds = scheduled, adherent
    for agent, counts in _satisfaction(connection, period.start, end).items():
        if agent in found.days:
            found.days[agent].answers, found.days[agent].satisfied = counts
    _add_waiting(connection, end, found.days)
    return found


def _fill(days: Mapping[str, AgentDay], name: str, values: Mapping[str, int]) -> None:
    for agent, value in values.items():
        if agent in days:
            setattr(days[agent], name, value)


def _shifts(connection: Connection, period: Period) -> dict[str, tuple[float, float]]:
    """Scheduled and adherent seconds; what was worked is not known where the day is not over."""
    day = agent_days.c
    known = and_(day.scheduled_seconds > 0, day.adherent_seconds.is_not(None))
    scheduled = func.coalesce(func.sum(day.scheduled_seconds).filter(known), 0.0)
    adherent = func.coalesce(func.sum(day.adherent_seconds).filter(known), 0.0)
    statement = (
        select(day.agent_id, scheduled, adherent)
        .where(
            day.day >= period.first_day,
            day.day < period.end_day,
            or_(day.scheduled_seconds > 0, day.staffed_seconds > 0),
        )
        .group_by(day.agent_id)
    )
    return {agent: (s, a) for agent, s, a in connection.execute(statement)}


def _resolved(connection: Connection, start: datetime, end: datetime) -> dict[str, int]:
    by = contacts.c.resolved_at
    statement = (
        select(contacts.c.agent_id, func.count())
        .where(RESOLVED, *_within(by, start, end), contacts.c.agent_id.is_not(None))
        .group_by(contacts.c.agent_id)
    )
    return dict(iter(connection.execute(statement)))


def _satisfaction(
    connection: Connection, start: datetime, end: datetime
) -> dict[str, tuple[int, int]]:
    statement = (
        select(surveys.c.agent_id, func.count(), func.sum(one_if(SATISFIED)))
        .where(CSAT, *_within(surveys.c.answered_at, start, end), surveys.c.agent_id.is_not(None))
        .group_by(surveys.c.agent_id)
    )
    return {agent: (n, int(hits)) for agent, n, hits in connection.execute(statement)}


def _add_waiting(connection: Connection, end: datetime, days: Mapping[str, AgentDay]) -> None:
    """How many wait for whom, and the oldest of them, in one statement."""
    contact = contacts.c
    order = (contact.opened_at, contact.contact_id)
    position = func.row_number().over(partition_by=contact.agent_id, order_by=order)
    number = func.count().over(partition_by=contact.agent_id)
    open_ones = (
        select(
            contact.agent_id,
            contact.contact_id,
            contact.opened_at,
            position.label("position"),
            number.label("number"),
        )
        .where(
            OWN_CONTACTS,
            contact.opened_at < naive(end),
            or_(contact.resolved_at.is_(None), contact.resolved_at >= naive(end)),
            contact.agent_id.is_not(None),
        )
        .subquery()
    )
    statement = (
        select(open_ones)
        .where(open_ones.c.position <= MOST_WAITING_SHOWN)
        .order_by(open_ones.c.agent_id, open_ones.c.position)
    )
    for row in connection.execute(statement):
        if day := days.get(row.agent_id):
            day.pending = row.number
            since = row.opened_at.replace(tzinfo=UTC)
            day.oldest = (*day.oldest, Waiting(row.contact_id, since))


def _within(by: Any, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return by >= naive(start), by < naive(end)


def _together(found: list[AgentDay]) -> AgentDay:
    """The days of one person who has several ids."""
    oldest = sorted((each for day in found for each in day.oldest), key=lambda w: w.opened_at)
    return AgentDay(
        pending=sum(day.pending for day in found),
        oldest=tuple(oldest[:MOST_WAITING_SHOWN]),
        resolved=sum(day.resolved for day in found),
        scheduled_seconds=sum(day.scheduled_seconds for day in found),
        adherent_seconds=sum(day.adherent_seconds for day in found),
        answers=sum(day.answers for day in found),
        satisfied=sum(day.satisfied for day in found),
    )
