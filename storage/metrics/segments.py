"""What an answer can be split by, as expressions over the contacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, String, case, cast, extract, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause, ScalarSelect

from storage.errors import UnknownWordError
from storage.facts.tables import agents, contacts
from storage.metrics.answer import ALL_CHANNELS, MYSELF, Filter
from storage.metrics.definition import Segment
from storage.periods import utc_offsets

CONTACT_SEGMENTS = tuple(Segment)
STOCK_SEGMENTS = tuple(s for s in Segment if s not in {Segment.HOUR, Segment.WEEKDAY})
"""What stands open at an end has no hour of its own."""

NEW_AGENT_DAYS = 90
NEW, EXPERIENCED = "new", "experienced"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = tuple(f"{hour:02}" for hour in range(24))
KNOWN_VALUES: dict[Segment, tuple[str, ...]] = {
    Segment.TENURE: (NEW, EXPERIENCED),
    Segment.WEEKDAY: WEEKDAYS,
    Segment.HOUR: HOURS,
    Segment.COMPLEXITY: ("simple", "complex"),
}
MOST_KNOWN_TOLD = 3
WORDS = {(Segment.CHANNEL, ALL_CHANNELS), (Segment.AGENT, MYSELF)}
"""Values that mean something of their own."""
PRIVATE = {Segment.AGENT, Segment.CUSTOMER}
"""Segments whose values are not told to who guesses at them."""
_COLUMNS: dict[Segment, Column[Any]] = {
    Segment.CHANNEL: contacts.c.channel,
    Segment.CONTACT_KIND: contacts.c.contact_kind,
    Segment.ISSUE_TYPE: contacts.c.issue_type,
    Segment.COMPLEXITY: contacts.c.complexity,
    Segment.PRIORITY: contacts.c.priority,
    Segment.TEAM: contacts.c.team,
    Segment.AGENT: contacts.c.agent_id,
    Segment.CUSTOMER: contacts.c.customer_id,
    Segment.SOURCE: contacts.c.source,
}


class Splitting:
    """Segment expressions for rows counted by one time, in one zone.

    The zone's offsets over ``[start, end)`` are written into the expression, so that an hour or a
    weekday is worked out alike by every engine.
    """

    def __init__(self, by: Column[Any], start: datetime, end: datetime, timezone: str) -> None:
        self._by = by
        self._bounds = (start, end)
        self._timezone = timezone

    def expression(self, segment: Segment) -> ColumnElement[Any]:
        """The text of a row's segment; NULL where the row does not say."""
        match segment:
            case Segment.HOUR:
                return func.lpad(cast(extract("hour", self._local_time()), String), 2, "0")
            case Segment.WEEKDAY:
                return _weekday(self._local_time())
            case Segment.TENURE:
                return self._tenure()
            case _:
                return _COLUMNS[segment]

    def condition(self, chosen: Filter) -> ColumnElement[bool] | None:
        """The rows that a filter keeps, or None where it keeps all."""
        if chosen.segment is Segment.CHANNEL and chosen.values == (ALL_CHANNELS,):
            return None
        return self.expression(chosen.segment).in_(chosen.values)

    def _local_time(self) -> ColumnElement[Any]:
        (_, first), *later = utc_offsets(*self._bounds, self._timezone)
        if not later:
            return _shifted(self._by, first)
        changes = [
            (self._by >= naive(instant), _shifted(self._by, offset))
            for instant, offset in reversed(later)
        ]
        return case(*changes, else_=_shifted(self._by, first))

    def _tenure(self) -> ColumnElement[Any]:
        is_new = self._local_time() < _hired_on() + timedelta(days=NEW_AGENT_DAYS)
        return case({True: NEW, False: EXPERIENCED}, value=is_new)


def naive(instant: datetime) -> datetime:
    """An aware instant as the tables hold it: UTC, without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def canonical_filters(
    connection: Connection, filters: tuple[Filter, ...], agent_ids: frozenset[str] | None = None
) -> tuple[Filter, ...]:
    """The filters with each value spelled as the data spells it.

    A value is found whatever its case, an agent by name too; one that no contact has raises
    ``UnknownWordError`` with the nearest ones. With ``agent_ids`` there are no agents but those.
    """

    def known(segment: Segment, value: str) -> str:
        if segment is Segment.AGENT and agent_ids is not None:
            return _known_agent(connection, value, agent_ids)
        return _known_value(connection, segment, value)

    return tuple(
        Filter(each.segment, tuple(known(each.segment, value) for value in each.values))
        for each in filters
    )


def agents_of_teams(connection: Connection, teams: frozenset[str]) -> frozenset[str]:
    """The agents who are in some teams today, or have contacts of them."""
    folded = [team.casefold() for team in teams]
    today = select(agents.c.agent_id).where(func.lower(agents.c.team).in_(folded))
    then = select(contacts.c.agent_id).where(
        func.lower(contacts.c.team).in_(folded), contacts.c.agent_id.is_not(None)
    )
    return frozenset(connection.scalars(today.union(then)))


def known_values(connection: Connection, segment: Segment, limit: int = 1000) -> list[str]:
    """The values that the data has for a segment, the most frequent first."""
    if segment in KNOWN_VALUES:
        return list(KNOWN_VALUES[segment])
    column = _COLUMNS[segment]
    statement = (
        select(column)
        .where(column.is_not(None))
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(limit)
    )
    return [str(value) for value in connection.execute(statement).scalars()]


def _known_value(connection: Connection, segment: Segment, asked: str) -> str:
    if (segment, asked.casefold()) in WORDS:
        return asked.casefold()
    found = _exactly(connection, segment, asked) or _in_any_case(connection, segment, asked)
    if found is None:
        raise _unknown_value(connection, segment, asked)
    return found


def _known_agent(connection: Connection, asked: str, agent_ids: frozenset[str]) -> str:
    """An agent among some; that there is another of that name or id is not told."""
    wanted = asked.casefold()
    if wanted == MYSELF or asked in agent_ids:
        return wanted if wanted == MYSELF else asked
    named = select(agents.c.agent_id).where(
        func.lower(agents.c.name) == wanted, agents.c.agent_id.in_(agent_ids)
    )
    found = connection.execute(named.order_by(agents.c.agent_id).limit(1)).scalar()
    found = found or next((each for each in sorted(agent_ids) if each.casefold() == wanted), None)
    if found is None:
        raise _unknown_value(connection, Segment.AGENT, asked)
    return str(found)


def _exactly(connection: Connection, segment: Segment, asked: str) -> str | None:
    if segment in KNOWN_VALUES:
        return asked if asked in KNOWN_VALUES[segment] else None
    column = _COLUMNS[segment]
    return connection.execute(select(column).where(column == asked).limit(1)).scalar()


def _in_any_case(connection: Connection, segment: Segment, asked: str) -> str | None:
    wanted = asked.casefold()
    if segment in KNOWN_VALUES:
        return next((v for v in KNOWN_VALUES[segment] if _matches(v, wanted)), None)
    if segment is Segment.AGENT:
        named = select(agents.c.agent_id).where(func.lower(agents.c.name) == wanted).limit(1)
        if found := connection.execute(named).scalar():
            return str(found)
    column = _COLUMNS[segment]
    same = select(column).where(func.lower(column) == wanted).limit(1)
    return connection.execute(same).scalar()


def _matches(value: str, wanted: str) -> bool:
    """``9`` is the hour 09, and ``mon`` is Monday."""
    return value.lstrip("0") == wanted.lstrip("0") or (
        len(wanted) >= 3 and value.startswith(wanted)
    )


def _unknown_value(connection: Connection, segment: Segment, asked: str) -> UnknownWordError:
    from rapidfuzz import process  # noqa: PLC0415 - only a typo needs it

    known = [] if segment in PRIVATE else known_values(connection, segment)
    near = process.extract(asked, known, limit=3, score_cutoff=60, processor=str.casefold)
    names = tuple(name for name, _score, _index in near)
    label = segment.value.replace("_", " ")
    noun = f"{'an' if label[0] in 'aeiou' else 'a'} {label}"
    sentence = f'I don\'t know {noun} "{asked}".'
    if names:
        step = f"Did you mean {' or '.join(map(_quoted, names))}?"
        return UnknownWordError(sentence, step, names, typed=asked)
    if not known:
        sentence = f'The data has no {label} "{asked}".'
        return UnknownWordError(sentence, f"Check the spelling, or leave out the {label}.")
    told = tuple(known[:MOST_KNOWN_TOLD])
    step = f"The data has {', '.join(map(_quoted, told))}."
    if len(known) > MOST_KNOWN_TOLD:
        step = f"{step[:-1]} and {len(known) - MOST_KNOWN_TOLD} more."
    return UnknownWordError(sentence, step, told, typed=asked)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _weekday(local: ColumnElement[Any]) -> ColumnElement[Any]:
    number = extract("isodow", local)
    return case(*((number == day, name) for day, name in enumerate(WEEKDAYS, start=1)))


def _shifted(column: Column[Any], offset: timedelta) -> ColumnElement[Any]:
    return column + offset if offset else column


def email_of(agent: FromClause) -> ColumnElement[str]:
    """An agent's e-mail address, however it is written."""
    return func.lower(func.trim(agent.c.email))


def person() -> ColumnElement[Any]:
    """The person behind a contact: the agent's e-mail address, else the agent's id."""
    email = (
        select(func.min(email_of(agents)))
        .where(agents.c.agent_id == contacts.c.agent_id)
        .correlate(contacts)
        .scalar_subquery()
    )
    return func.coalesce(email, contacts.c.agent_id)


def _hired_on() -> ScalarSelect[Any]:
    return (
        select(func.min(agents.c.hired_on))
        .where(agents.c.agent_id == contacts.c.agent_id)
        .correlate(contacts)
        .scalar_subquery()
    )
