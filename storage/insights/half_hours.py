"""What happened on a channel in each half hour of the week, and who was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, distinct, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql.selectable import Subquery

from storage.facts.tables import agent_days, contacts
from storage.insights.scope import HANDLED, Scope
from storage.metrics.counting import NOT_ABANDONED, one_if

if TYPE_CHECKING:
    import pandas as pd

SLOT_SECONDS = 1800.0
SLOTS_A_DAY, DAYS_A_WEEK = 48, 7

Place = tuple[int, int]
"""A weekday (0 is Monday) and a half hour of the day (0 starts at midnight)."""

_column = contacts.c


def read_slots(connection: Connection, scope: Scope) -> pd.DataFrame:
    """By weekday and half hour: what was offered, lost and handled, and by how many agents.

    Who gives up sooner than the settings' bound made no real attempt.
    """
    clock = scope.clock()
    waited = or_(
        NOT_ABANDONED,
        _column.wait_seconds.is_(None),
        _column.wait_seconds >= scope.settings.short_abandon_seconds,
    )
    rows = (
        select(
            clock.weekday.label("weekday"),
            clock.half_hour.label("slot"),
            clock.day.label("day"),
            one_if(_column.abandoned).label("lost"),
            one_if(HANDLED).label("handled"),
            _column.handle_seconds.label("seconds"),
            scope.behind(connection).label("behind"),
        )
        .where(*scope.customers_contacts(), waited)
        .subquery()
    )
    handled = func.sum(rows.c.seconds).filter(rows.c.handled == 1)
    statement = select(
        rows.c.weekday,
        rows.c.slot,
        func.count().label("offered"),
        func.sum(rows.c.lost).label("lost"),
        func.sum(rows.c.handled).label("handled"),
        func.coalesce(handled, 0.0).label("seconds"),
        func.count(distinct(rows.c.behind)).label("agents"),
        func.min(rows.c.day).label("first_day"),
        func.max(rows.c.day).label("last_day"),
    ).group_by(rows.c.weekday, rows.c.slot)
    result = connection.execute(statement)
    return _frame(list(result.keys()), result.all())


def read_presence(connection: Connection, scope: Scope) -> tuple[pd.DataFrame, int]:
    """By agent and day: the first and the last half hour with a contact, and the staffed time.

    ``staffed`` is NaN where the data has no such day of the agent. With it comes how many people
    those agents are.
    """
    clock = scope.clock()
    rows = (
        select(
            _column.agent_id,
            clock.day.label("day"),
            clock.half_hour.label("slot"),
            scope.behind(connection).label("behind"),
        )
        .where(*scope.customers_contacts(), NOT_ABANDONED, _column.agent_id.is_not(None))
        .subquery()
    )
    seen = (
        select(
            rows.c.agent_id,
            rows.c.day,
            func.min(rows.c.slot).label("first"),
            func.max(rows.c.slot).label("last"),
            func.min(rows.c.behind).label("person"),
        )
        .group_by(rows.c.agent_id, rows.c.day)
        .subquery()
    )
    staffed = _staffed(scope)
    same = and_(staffed.c.agent_id == seen.c.agent_id, staffed.c.day == seen.c.day)
    joined = select(
        seen.c.day, seen.c.first, seen.c.last, staffed.c.staffed, seen.c.person
    ).outerjoin_from(seen, staffed, same)
    result = connection.execute(joined)
    names, found = list(result.keys()), result.all()
    people = {row.person for row in found if row.person is not None}
    presence = _frame(names[:-1], [tuple(row)[:-1] for row in found])
    return presence.astype({"staffed": float}), len(people)


def _staffed(scope: Scope) -> Subquery:
    column, period = agent_days.c, scope.period
    return (
        select(column.agent_id, column.day, func.sum(column.staffed_seconds).label("staffed"))
        .where(column.day >= period.first_day, column.day < period.end_day)
        .group_by(column.agent_id, column.day)
        .subquery()
    )


def agents_there(presence: pd.DataFrame) -> dict[Place, float]:
    """Agents there, summed over the days of each weekday.

    An agent is there from the first to the last half hour with a contact that day; in part where
    that is longer than the staffed time, for nobody says when in between the agent was away.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import, and needed by staffing alone

    if presence.empty:
        return {}
    length = (presence["last"] - presence["first"] + 1) * SLOT_SECONDS
    part = (presence["staffed"] / length).clip(upper=1.0).fillna(1.0)
    weekday = pd.to_datetime(presence["day"]).dt.day_of_week
    comes = pd.DataFrame({"weekday": weekday, "slot": presence["first"], "step": part})
    goes = pd.DataFrame({"weekday": weekday, "slot": presence["last"] + 1, "step": -part})
    steps = pd.concat([comes, goes]).groupby(["weekday", "slot"])["step"].sum()
    there: dict[Place, float] = {}
    for day in range(DAYS_A_WEEK):
        present = 0.0
        for slot in range(SLOTS_A_DAY):
            present += float(steps.get((day, slot), 0.0))
            there[day, slot] = max(0.0, round(present, 6))
    return there


def seen_days(slots: pd.DataFrame) -> tuple[date, date]:
    """The first and the last day with a contact."""
    import pandas as pd  # noqa: PLC0415 - slow to import, and needed by staffing alone

    first, last = slots["first_day"].min(), slots["last_day"].max()
    return pd.Timestamp(first).date(), pd.Timestamp(last).date()


def _frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Of numbers and days alone.

    Texts pandas hands to Arrow, whose allocator keeps a heap for each thread: in a bot that ran
    for eleven days those had come to hold 90 MB.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import, and needed by staffing alone

    return pd.DataFrame(rows, columns=list(names))
