"""The values that the data has for a segment, and the one that a person means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, func, select, union_all
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import Select

from storage.errors import UnknownWordError
from storage.facts.tables import (
    agent_days,
    agents,
    contacts,
    costs,
    customers,
    help_sessions,
    qa_reviews,
    surveys,
)
from storage.metrics.answer import ALL_CHANNELS, MYSELF, Filter
from storage.metrics.definition import Segment
from storage.metrics.segments import COLUMN_NAMES, KNOWN_VALUES

MOST_KNOWN_TOLD = 3
WORDS = {(Segment.CHANNEL, ALL_CHANNELS), (Segment.AGENT, MYSELF)}
"""Values that mean something of their own."""
PRIVATE = {Segment.AGENT, Segment.CUSTOMER}
"""Segments whose values are not told to who guesses at them."""
_TABLES = (contacts, surveys, qa_reviews, agent_days, costs, agents, help_sessions, customers)
"""Where values are looked for, in this order."""


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
    counts = [
        select(column.label("value"), func.count().label("n"))
        .where(column.is_not(None))
        .group_by(column)
        for column in _columns(segment)
    ]
    found = union_all(*counts).subquery()
    statement = (
        select(found.c.value)
        .group_by(found.c.value)
        .order_by(func.sum(found.c.n).desc(), found.c.value)
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
    looks = (select(each).where(each == asked).limit(1) for each in _columns(segment))
    return _first(connection, looks)


def _in_any_case(connection: Connection, segment: Segment, asked: str) -> str | None:
    wanted = asked.casefold()
    if segment in KNOWN_VALUES:
        return next((v for v in KNOWN_VALUES[segment] if _matches(v, wanted)), None)
    if segment is Segment.AGENT:
        named = select(agents.c.agent_id).where(func.lower(agents.c.name) == wanted).limit(1)
        if found := connection.execute(named).scalar():
            return str(found)
    looks = (select(each).where(func.lower(each) == wanted).limit(1) for each in _columns(segment))
    return _first(connection, looks)


def _first(connection: Connection, looks: Iterator[Select[Any]]) -> str | None:
    found = (connection.execute(look).scalar() for look in looks)
    return next((str(value) for value in found if value is not None), None)


def _columns(segment: Segment) -> Iterator[Column[Any]]:
    """The columns that hold a segment's values."""
    if segment is Segment.CUSTOMER_SEGMENT:
        yield customers.c.segment
        return
    name = COLUMN_NAMES.get(segment, segment.value)
    yield from (table.c[name] for table in _TABLES if name in table.c)


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
