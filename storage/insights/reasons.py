"""What people contact us about: how much, how that changed, when they come, and what is new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.sql.selectable import Subquery

from storage.facts.tables import contacts
from storage.insights.scope import OPENED, Scope
from storage.metrics.answer import Answer, Query, Row
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.metrics.windows import BASELINE_PERIODS

BAND_HOURS = 3
FEWEST_PERIODS_BEFORE = 4
"""With less history than this, nothing is called new: all of it would be."""

Place = tuple[int, int]
"""A weekday (0 is Monday) and an hour of the day."""

_issue = contacts.c.issue_type


@dataclass(frozen=True, slots=True)
class Busiest:
    """When a reason comes most: a weekday (0 is Monday) and an hour, each by itself."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One issue type, None where the contacts do not say. ``row`` is its volume, with its change.

    ``share`` is of all contacts whose figures are shown. ``first_seen`` is given where it is new;
    ``busiest`` where there are enough contacts to say.
    """

    issue_type: str | None
    row: Row
    share: float | None
    first_seen: datetime | None = None
    busiest: Busiest | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Contacts from an hour on, of one weekday; None where they are withheld."""

    weekday: int
    hour: int
    count: int | None


@dataclass(frozen=True, slots=True)
class FoundReasons:
    """``volume`` is the answer that the rows are of.

    ``periods_before`` is how many are looked at for what is new, 0 where they are too few.
    """

    scope: Scope
    volume: Answer
    reasons: tuple[Reason, ...]
    total: int
    hours: tuple[Arrivals, ...]
    bands: tuple[Arrivals, ...]
    periods_before: int

    @property
    def new(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.first_seen)


def find_reasons(connection: Connection, scope: Scope) -> FoundReasons:
    """The reasons of the period, the most frequent first; what is withheld comes last."""
    query = Query(VOLUME, scope.period, scope.filters, (Segment.ISSUE_TYPE,))
    volume = answer(
        connection,
        query,
        scope.now,
        scope.settings,
        withhold_small_groups=scope.withhold_small_groups,
    )
    first_seen = _first_seen(connection, scope)
    before = _periods_before(scope, first_seen)
    by_clock = _by_clock(connection, scope)
    busiest = _busiest(by_clock)
    total = sum(row.n for row in volume.rows)
    reasons = tuple(
        _reason(row, total, first_seen if before else {}, busiest, scope)
        for row in volume.rows
        if row.n or row.withheld
    )
    hours, bands = (_arrivals(connection, by_clock, scope, n) for n in (1, BAND_HOURS))
    return FoundReasons(scope, volume, reasons, total, hours, bands, before)


def _reason(
    row: Row,
    total: int,
    first_seen: Mapping[str | None, datetime],
    busiest: Mapping[str | None, Busiest],
    scope: Scope,
) -> Reason:
    issue = row.segment[-1][1]
    if row.withheld:
        return Reason(issue, row, None)
    seen = first_seen.get(issue) if issue else None
    is_new = seen is not None and seen >= scope.start
    enough = row.n >= scope.settings.smallest_sample(VOLUME.key)
    return Reason(
        issue,
        row,
        row.n / total,
        seen if is_new else None,
        busiest.get(issue) if enough else None,
    )


def _first_seen(connection: Connection, scope: Scope) -> dict[str | None, datetime]:
    """When each issue type first came, from the periods before on."""
    lookback = scope.period.shifted(-BASELINE_PERIODS)
    statement = (
        select(_issue, func.min(OPENED))
        .where(*scope.customers_contacts(start=lookback.start))
        .group_by(_issue)
    )
    return {issue: first.replace(tzinfo=UTC) for issue, first in connection.execute(statement)}


def _periods_before(scope: Scope, first_seen: Mapping[str | None, datetime]) -> int:
    """How many periods before have data at all; 0 where they are too few to call anything new."""
    oldest = min(first_seen.values(), default=scope.start)
    known = sum(
        scope.period.shifted(-number).end > oldest for number in range(1, BASELINE_PERIODS + 1)
    )
    return known if known >= FEWEST_PERIODS_BEFORE else 0


def _by_clock(connection: Connection, scope: Scope) -> list[RowMapping]:
    """Contacts by issue, weekday (``day``) and hour (``at``)."""
    clock = scope.clock()
    rows = _opened(scope, _issue.label("issue"), clock.weekday.label("day"), clock.hour.label("at"))
    groups = (rows.c.issue, rows.c.day, rows.c.at)
    statement = select(*groups, func.count().label("n")).group_by(*groups)
    return list(connection.execute(statement).mappings())


def _busiest(rows: Sequence[RowMapping]) -> dict[str | None, Busiest]:
    days: defaultdict[str | None, Counter[int]] = defaultdict(Counter)
    hours: defaultdict[str | None, Counter[int]] = defaultdict(Counter)
    for row in rows:
        days[row["issue"]][row["day"]] += row["n"]
        hours[row["issue"]][row["at"]] += row["n"]
    return {issue: Busiest(_most(days[issue]), _most(hours[issue])) for issue in days}


def _most(counts: Mapping[int, int]) -> int:
    """The one with most; of equal ones the earliest."""
    return max(sorted(counts), key=lambda each: counts[each])


def _arrivals(
    connection: Connection, rows: Sequence[RowMapping], scope: Scope, length: int
) -> tuple[Arrivals, ...]:
    """Contacts by weekday and stretches of so many hours, where there are any."""
    counts: Counter[Place] = Counter()
    for row in rows:
        counts[row["day"], row["at"] - row["at"] % length] += row["n"]
    agents = _agents(connection, scope, length) if scope.withhold_small_groups else {}
    return tuple(
        Arrivals(*place, None if scope.is_withheld(agents.get(place, 0)) else counts[place])
        for place in sorted(counts)
    )


def _agents(connection: Connection, scope: Scope, length: int) -> dict[Place, int]:
    """How many agents stand behind each stretch of the week."""
    clock, behind = scope.clock(), scope.behind(connection)
    start = (clock.hour - clock.hour % length).label("at")
    rows = _opened(scope, clock.weekday.label("day"), start, behind.label("behind"))
    groups = (rows.c.day, rows.c.at)
    statement = select(*groups, func.count(distinct(rows.c.behind))).group_by(*groups)
    return {(day, hour): agents for day, hour, agents in connection.execute(statement)}


def _opened(scope: Scope, *columns: ColumnElement[Any]) -> Subquery:
    """The contacts looked at, with these columns."""
    return select(*columns).where(*scope.customers_contacts()).subquery()
