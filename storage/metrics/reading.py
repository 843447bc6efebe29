"""What one answer reads, shared by the statements of flows and of stocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Label, String, Table, cast, func, null, select
from sqlalchemy.sql.selectable import FromClause, Select

from storage.metrics.answer import ALL_CHANNELS, Query
from storage.metrics.business_time import BusinessTime
from storage.metrics.definition import Aside, Branch, Counting, Segment
from storage.metrics.segments import Splitting, is_known_of, naive, person, text_of
from storage.metrics.windows import Window, Windows
from storage.settings import Settings

LARGEST_CUSTOMERS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """A query, its windows, and whether the agents behind each figure are counted too.

    ``derives`` is False where the source gave every value that could be derived.
    ``agents_have_several_ids`` where some are known by more than one, so that people are counted
    by their e-mail addresses. ``business_time`` is None where no row read could have any.
    These three hold once ``is_settled``.
    """

    query: Query
    windows: Windows
    settings: Settings
    count_agents: bool = False
    derives: bool = True
    agents_have_several_ids: bool = False
    business_time: BusinessTime | None = None
    is_settled: bool = False

    @property
    def split_by(self) -> tuple[Segment, ...]:
        return split_by(self.query)

    @property
    def asides(self) -> tuple[Aside, ...]:
        """The metric's asides, without those whose rows do not have what is asked by."""
        return tuple(aside for aside in self.query.metric.asides if self._has(aside))

    @property
    def asked_segments(self) -> set[Segment]:
        """What is split or filtered by."""
        return {*self.split_by, *(chosen.segment for chosen in self.query.filters)}

    def _has(self, aside: Aside) -> bool:
        if aside.is_business_time and self.business_time is None:
            return False
        asked = self.asked_segments
        branches = aside.counting.branches if aside.counting else ()
        return all(is_known_of(branch.by, each) for branch in branches for each in asked)

    @property
    def timezone(self) -> str:
        return self.windows.asked.timezone

    def behind(self, table: Table) -> ColumnElement[Any]:
        """Who stands behind a row of a fact, to be counted; NULL where it names no agent."""
        if "agent_id" not in table.c:
            return cast(null(), String)
        return person(table) if self.agents_have_several_ids else table.c.agent_id

    def branches(self, counting: Counting) -> list[Branch]:
        return [b for b in counting.branches if self.derives or b.missing is None]

    def splitting(self, by: Column[Any], windows: Iterable[Window]) -> Splitting:
        """Segment expressions for rows that lie in some windows."""
        found = list(windows)
        start = min(window.start for window in found)
        end = max(window.end for window in found)
        return Splitting(by, start, end, self.timezone)

    def segments(self, splitting: Splitting) -> list[Label[Any]]:
        return [splitting.expression(each).label(each.value) for each in self.split_by]

    def keys(self, splitting: Splitting) -> list[Label[Any]]:
        """What ``texts`` tells the segments of, faster to group by."""
        return [splitting.key(each).label(each.value) for each in self.split_by]

    def texts(self, rows: FromClause) -> list[Label[Any]]:
        """The segments of rows that have ``keys``."""
        return [text_of(each, rows.c[each.value]).label(each.value) for each in self.split_by]

    def conditions(self, splitting: Splitting) -> Iterator[ColumnElement[bool]]:
        """What the query's filters keep."""
        for chosen in self.query.filters:
            condition = splitting.condition(chosen)
            if condition is not None:
                yield condition
        if Segment.CUSTOMER in self.query.by:
            customer_id = splitting.expression(Segment.CUSTOMER)
            yield customer_id.in_(self._largest_customers())

    def _largest_customers(self) -> Select[Any]:
        """The customers with most rows in the asked period: nobody reads a million of them."""
        by = self.query.metric.counting.branches[0].by
        customers = by.table.alias("largest")
        asked = self.windows.asked
        customer_id, time = customers.c.customer_id, customers.c[by.name]
        return (
            select(customer_id)
            .where(time >= naive(asked.start), time < naive(asked.end), customer_id.is_not(None))
            .group_by(customer_id)
            .order_by(func.count().desc(), customer_id)
            .limit(LARGEST_CUSTOMERS)
        )


def is_mixed(query: Query) -> bool:
    """Whether one figure over several channels was asked for where they are kept apart."""
    return query.metric.channels_apart and any(
        each.segment is Segment.CHANNEL and each.values == (ALL_CHANNELS,) for each in query.filters
    )


def split_by(query: Query) -> tuple[Segment, ...]:
    """What a query's rows are told apart by: as asked, and the channel where it is kept apart."""
    if not query.metric.channels_apart or is_mixed(query) or Segment.CHANNEL in query.by:
        return query.by
    return (Segment.CHANNEL, *query.by)
