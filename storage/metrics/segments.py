"""What an answer can be split by, as expressions over the rows of a fact."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Date, Table, case, extract, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause, ScalarSelect, Subquery

from storage.facts.dialect import value_of_newest
from storage.facts.tables import agents, customers
from storage.metrics.answer import ALL_CHANNELS, Filter
from storage.metrics.definition import Segment
from storage.periods import utc_offsets

_OF_SURVEYS = {Segment.KIND, Segment.PURPOSE}
_OF_CONTACTS = {Segment.CONTACT_KIND, Segment.COMPLEXITY, Segment.PRIORITY}
_OF_CUSTOMERS = (Segment.CUSTOMER, Segment.CUSTOMER_SEGMENT)
_OF_TIMES = (Segment.HOUR, Segment.WEEKDAY)
_OF_AGENTS = (Segment.TEAM, Segment.AGENT, Segment.TENURE)


def _without(*left_out: Collection[Segment]) -> tuple[Segment, ...]:
    return tuple(each for each in Segment if each not in set[Segment]().union(*left_out))


CONTACT_SEGMENTS = _without(_OF_SURVEYS)
STOCK_SEGMENTS = _without(_OF_SURVEYS, _OF_TIMES)
"""What stands open at an end has no hour of its own."""
SURVEY_SEGMENTS = _without(_OF_CONTACTS, {Segment.KIND})
RESPONSE_SEGMENTS = _without(_OF_CONTACTS)
REVIEW_SEGMENTS = (Segment.CHANNEL, *_OF_AGENTS, Segment.SOURCE, *_OF_TIMES)
AGENT_DAY_SEGMENTS = (Segment.TEAM, Segment.AGENT, Segment.TENURE, Segment.SOURCE, Segment.WEEKDAY)
SESSION_SEGMENTS = (*_OF_CUSTOMERS, Segment.SOURCE, *_OF_TIMES)
PRODUCTIVITY_SEGMENTS = (Segment.CHANNEL, *_OF_AGENTS)
STAY_SEGMENTS = (Segment.CUSTOMER_SEGMENT, Segment.SOURCE)

NEW_AGENT_DAYS = 90
NEW, EXPERIENCED = "new", "experienced"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = tuple(f"{hour:02}" for hour in range(24))
KNOWN_VALUES: dict[Segment, tuple[str, ...]] = {
    Segment.TENURE: (NEW, EXPERIENCED),
    Segment.WEEKDAY: WEEKDAYS,
    Segment.HOUR: HOURS,
    Segment.COMPLEXITY: ("simple", "complex"),
    Segment.KIND: ("csat", "nps", "ces"),
    Segment.PURPOSE: ("contact", "relationship"),
}
_NUMBERED: dict[Segment, dict[int, str]] = {
    Segment.HOUR: dict(enumerate(HOURS)),
    Segment.WEEKDAY: dict(enumerate(WEEKDAYS, start=1)),
    Segment.TENURE: {True: NEW, False: EXPERIENCED},
}
COLUMN_NAMES = {Segment.AGENT: "agent_id", Segment.CUSTOMER: "customer_id"}
"""Columns whose name is not the segment's."""


def is_known_of(by: Column[Any], segment: Segment) -> bool:
    """Whether rows counted by a time have a segment."""
    match segment:
        case Segment.HOUR:
            return not isinstance(by.type, Date)
        case Segment.WEEKDAY:
            return True
        case Segment.TENURE:
            return "agent_id" in by.table.c
        case Segment.CUSTOMER_SEGMENT:
            return "customer_id" in by.table.c
        case _:
            return COLUMN_NAMES.get(segment, segment.value) in by.table.c


def text_of(segment: Segment, key: ColumnElement[Any]) -> ColumnElement[Any]:
    """The text of a segment of which ``Splitting.key`` gave the key."""
    names = _NUMBERED.get(segment)
    return key if names is None else case(names, value=key)


class Splitting:
    """Segment expressions for rows counted by one time, in one zone.

    The zone's offsets over ``[start, end)`` are written into the expression, so that an hour or a
    weekday is worked out alike by every engine.
    """

    def __init__(self, by: Column[Any], start: datetime, end: datetime, timezone: str) -> None:
        self._by = by
        self._table: Table = by.table
        self._bounds = (start, end)
        self._timezone = timezone
        self._hired: Subquery | None = None

    def joined(self, source: FromClause, segments: Collection[Segment]) -> FromClause:
        """The rows with what expressions of these segments then take from another table.

        A join is faster than a look for every row, which is what they are without it.
        """
        if Segment.TENURE not in segments:
            return source
        until = _new_until().label("new_until")
        self._hired = select(agents.c.agent_id, until).group_by(agents.c.agent_id).subquery()
        return source.outerjoin(self._hired, self._hired.c.agent_id == self._table.c.agent_id)

    def expression(self, segment: Segment) -> ColumnElement[Any]:
        """The text of a row's segment; NULL where the row does not say."""
        return text_of(segment, self.key(segment))

    def key(self, segment: Segment) -> ColumnElement[Any]:
        """What rows are grouped by: the segment's text, or what ``text_of`` tells it of.

        Numbers and booleans are faster to group by than the texts made of them.
        """
        match segment:
            case Segment.HOUR:
                return extract("hour", self._local_time())
            case Segment.WEEKDAY:
                return extract("isodow", self._local_time())
            case Segment.TENURE:
                return self._local_time() < self._new_until()
            case Segment.CUSTOMER_SEGMENT:
                return customer_segment(self._table.c.customer_id)
            case _:
                column: Column[Any] = self._table.c[COLUMN_NAMES.get(segment, segment.value)]
                return column

    def condition(self, chosen: Filter) -> ColumnElement[bool] | None:
        """The rows that a filter keeps, or None where it keeps all."""
        if chosen.segment is Segment.CHANNEL and chosen.values == (ALL_CHANNELS,):
            return None
        return self.expression(chosen.segment).in_(chosen.values)

    def _local_time(self) -> ColumnElement[Any]:
        if isinstance(self._by.type, Date):
            return self._by
        return local_time(self._by, *self._bounds, self._timezone)

    def _new_until(self) -> ColumnElement[Any]:
        """When the agent of a row is new no more."""
        if self._hired is not None:
            return self._hired.c.new_until
        agent_id = self._table.c.agent_id
        found = select(_new_until()).where(agents.c.agent_id == agent_id)
        return found.correlate(self._table).scalar_subquery()


def local_time(
    by: Column[Any], start: datetime, end: datetime, timezone: str
) -> ColumnElement[Any]:
    """The zone's wall clock at the times of a column that lie in ``[start, end)``."""
    (_, first), *later = utc_offsets(start, end, timezone)
    if not later:
        return _shifted(by, first)
    changes = [(by >= naive(instant), _shifted(by, offset)) for instant, offset in reversed(later)]
    return case(*changes, else_=_shifted(by, first))


def naive(instant: datetime) -> datetime:
    """An aware instant as the tables hold it: UTC, without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def _shifted(column: Column[Any], offset: timedelta) -> ColumnElement[Any]:
    return column + offset if offset else column


def email_of(agent: FromClause) -> ColumnElement[str]:
    """An agent's e-mail address, however it is written."""
    return func.lower(func.trim(agent.c.email))


def person(table: Table) -> ColumnElement[Any]:
    """The person behind a row: the agent's e-mail address, else the agent's id."""
    agent_id = table.c.agent_id
    email = (
        select(func.min(email_of(agents)))
        .where(agents.c.agent_id == agent_id)
        .correlate(table)
        .scalar_subquery()
    )
    return func.coalesce(email, agent_id)


def customer_segment(customer_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The segment of a customer, by their newest stay."""
    stay = customers.alias("stay")
    newest = value_of_newest(stay.c.segment, stay.c.started_on, stay.c.source)
    return select(newest).where(stay.c.customer_id == customer_id).scalar_subquery()


def _new_until() -> ColumnElement[Any]:
    return func.min(agents.c.hired_on) + timedelta(days=NEW_AGENT_DAYS)
