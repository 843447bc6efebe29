"""The rows behind a figure: as one selectable, and page by page, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Label,
    String,
    Table,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.sql.selectable import Select, Subquery

from storage.facts.declared import find_fact
from storage.facts.tables import agents
from storage.metrics.answer import Query
from storage.metrics.definition import Branch, Counting, Presence
from storage.metrics.presence import presence_rows, since
from storage.metrics.reading import Reading
from storage.metrics.rows import branch_rows
from storage.metrics.samples import settled
from storage.metrics.segments import naive
from storage.metrics.windows import ASKED, Window, plan
from storage.settings import Settings

PAGE_SIZE = 10
_TOLD = ("channel", "issue_type", "team", "agent_id")
"""What is told of a row; a comment or a customer never is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the order: newest first, then by fact, source and id."""

    at: datetime
    fact: str
    source: str
    row_id: str


@dataclass(frozen=True, slots=True)
class RowBehind:
    """A row that is counted, and what it is worth; ``at`` is the time or day it is counted by."""

    place: Place
    at: datetime | date
    channel: str | None
    issue_type: str | None
    team: str | None
    agent: str | None
    value: float | None
    weight: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, and the place after which the next one starts, if there is one."""

    rows: tuple[RowBehind, ...]
    following: Place | None


def read_page(
    connection: Connection,
    query: Query,
    now: datetime,
    settings: Settings,
    *,
    after: Place | None = None,
    size: int = PAGE_SIZE,
) -> Page:
    """The rows that a query's asked period counts, from behind ``after`` on."""
    reading = settled(connection, Reading(query, plan(query.period, now), settings))
    rows = rows_behind(reading, query.metric.countings)
    order = [rows.c.at.desc(), rows.c.fact, rows.c.source, rows.c.row_id]
    statement = select(rows).order_by(*order).limit(size + 1)
    if after is not None:
        statement = statement.where(_comes_after(rows, after))
    found = connection.execute(statement).mappings().all()
    names = _agent_names(connection, found)
    kept = tuple(_row(each, names) for each in found[:size])
    return Page(kept, kept[-1].place if len(found) > size else None)


def rows_behind(reading: Reading, countings: Sequence[Counting]) -> Subquery:
    """Each counted row of the asked period, with where it is from and what it is worth.

    Columns: the segments, fact, source, row_id, at, is_day, ``_TOLD``, value, weight, behind.
    """
    selects: list[Select[Any]] = []
    for counting in countings:
        selects += [_of_branch(reading, counting, each) for each in reading.branches(counting)]
        if counting.present:
            is_alone = not counting.branches
            selects.append(_of_presence(reading, counting.present, is_alone=is_alone))
    return (union_all(*selects) if len(selects) > 1 else selects[0]).subquery("counted")


def figure_rows(reading: Reading, countings: Sequence[Counting]) -> Subquery:
    """The same rows with no more than a figure is made of: the segments, value, weight."""
    selects: list[Select[Any]] = []
    for counting in countings:
        selects += [_counted(reading, counting, each) for each in reading.branches(counting)]
        if counting.present:
            is_alone = not counting.branches
            window = [asked_window(reading)]
            selects.append(presence_rows(reading, counting.present, window, is_alone=is_alone))
    kept = [*(each.value for each in reading.split_by), "value", *_weight(countings)]
    plain = [_only(each, kept) for each in selects]
    return (union_all(*plain) if len(plain) > 1 else plain[0]).subquery("counted")


def _weight(countings: Sequence[Counting]) -> list[str]:
    branches = [branch for counting in countings for branch in counting.branches]
    is_weighed = any(b.weight for b in branches) or any(c.present for c in countings if c.branches)
    return ["weight"] if is_weighed else []


def _only(rows: Select[Any], names: Sequence[str]) -> Select[Any]:
    return rows.with_only_columns(*(rows.selected_columns[name] for name in names))


def asked_window(reading: Reading) -> Window:
    """The asked period, up to now where it runs; there is none for one still to come."""
    period = reading.windows.asked
    found = (each for each in reading.windows.all if each.number == ASKED)
    return next(found, Window(ASKED, period.start, period.end))


def _of_branch(reading: Reading, counting: Counting, branch: Branch) -> Select[Any]:
    rows = _counted(reading, counting, branch)
    return _settled(reading, rows.add_columns(*_origin(branch.table, branch.by)).subquery())


def _counted(reading: Reading, counting: Counting, branch: Branch) -> Select[Any]:
    window = asked_window(reading)
    if counting.leaves is not None:
        return _open_rows(reading, branch, counting.leaves, window)
    return branch_rows(reading, branch, [window], weighs=True)


def _open_rows(
    reading: Reading, branch: Branch, leaves: Column[Any], window: Window
) -> Select[Any]:
    """What a stock holds at the window's end."""
    splitting = reading.splitting(branch.by, reading.windows.all)
    end = naive(window.end)
    return select(
        *reading.keys(splitting),
        branch.value(reading.settings).label("value"),
        cast(null(), Double).label("weight"),
        reading.behind(branch.table).label("behind"),
    ).where(
        branch.where(reading.settings),
        branch.by < end,
        or_(leaves.is_(None), leaves >= end),
        *reading.conditions(splitting),
    )


def _of_presence(reading: Reading, presence: Presence, *, is_alone: bool) -> Select[Any]:
    rows = presence_rows(reading, presence, [asked_window(reading)], is_alone=is_alone)
    table = presence.table
    origin = [
        func.min(each.element).label(each.name) for each in _origin(table, since(presence, table))
    ]
    return _settled(reading, rows.add_columns(*origin).subquery())


def _origin(table: Table, by: ColumnElement[Any]) -> list[Label[Any]]:
    """Where a row is from, and what is told of it; NULL for what its fact does not keep."""
    row_id = table.c[find_fact(table.name).key[0]]
    is_day = isinstance(by.type, Date)
    return [
        literal(str(table.name), String).label("fact"),
        table.c.source.label("row_source"),
        row_id.label("row_id"),
        cast(by, DateTime).label("at"),
        literal(int(is_day)).label("is_day"),
        *(_told(table, name).label(f"row_{name}") for name in _TOLD),
    ]


def _told(table: Table, name: str) -> ColumnElement[Any]:
    return table.c[name] if name in table.c else cast(null(), String)


def _settled(reading: Reading, counted: Subquery) -> Select[Any]:
    """The same columns in the same order, whatever is counted."""
    weight = counted.c.weight if "weight" in counted.c else cast(null(), Double)
    return select(
        *(each.label(f"by_{each.name}") for each in reading.texts(counted)),
        counted.c.fact,
        counted.c.row_source.label("source"),
        counted.c.row_id,
        counted.c.at,
        counted.c.is_day,
        *(counted.c[f"row_{name}"].label(name) for name in _TOLD),
        cast(counted.c.value, Double).label("value"),
        cast(weight, Double).label("weight"),
        counted.c.behind,
    )


def _comes_after(rows: Subquery, place: Place) -> ColumnElement[bool]:
    """Whether a row comes later in the order: older, or as old and further in the alphabet."""
    at = naive(place.at)
    columns = ((rows.c.fact, place.fact), (rows.c.source, place.source))
    later = rows.c.row_id > place.row_id
    for column, reached in reversed(columns):
        later = or_(column > reached, and_(column == reached, later))
    return or_(rows.c.at < at, and_(rows.c.at == at, later))


def _row(row: RowMapping, names: dict[str, str]) -> RowBehind:
    at = row["at"].replace(tzinfo=UTC)
    agent_id = row["agent_id"]
    return RowBehind(
        place=Place(at, row["fact"], row["source"], row["row_id"]),
        at=at.date() if row["is_day"] else at,
        channel=row["channel"],
        issue_type=row["issue_type"],
        team=row["team"],
        agent=names.get(agent_id, agent_id),
        value=row["value"],
        weight=row["weight"],
    )


def _agent_names(connection: Connection, rows: Sequence[RowMapping]) -> dict[str, str]:
    ids = {row["agent_id"] for row in rows} - {None}
    if not ids:
        return {}
    statement = select(agents.c.agent_id, agents.c.name).where(
        agents.c.agent_id.in_(ids), agents.c.name.is_not(None)
    )
    return {row.agent_id: row.name for row in connection.execute(statement)}
