"""Why a figure moved from one period to the next: its change, taken apart by each segment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from storage.facts.tables import agents, customers
from storage.metrics.answer import ALL_CHANNELS, Filter, Previous, Query, Row
from storage.metrics.contributions import contributions, fold, settle
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.explanation import ADDS_UP, NEVER, Dimension, Explanation, Figure, Part
from storage.metrics.grouped import Group, Grouping, read_groups
from storage.metrics.query import answer, names_of
from storage.metrics.reading import Reading
from storage.metrics.samples import settled
from storage.metrics.telling import Tables, paradox, told
from storage.metrics.windows import plan
from storage.settings import Settings

FIRST = (
    Segment.CHANNEL,
    Segment.ISSUE_TYPE,
    Segment.TEAM,
    Segment.PRIORITY,
    Segment.CONTACT_KIND,
    Segment.COMPLEXITY,
    Segment.TENURE,
)
"""The order in which segments are looked at; others follow."""
ON_REQUEST = NEVER | {Segment.SOURCE, Segment.AGENT, Segment.HOUR, Segment.WEEKDAY}
LOOKED_UP = {Segment.TENURE: agents.c.hired_on, Segment.CUSTOMER_SEGMENT: customers.c.segment}
WITHIN_CHANNEL = (Segment.ISSUE_TYPE, Segment.TEAM)


def explained(metric: Metric) -> Metric:
    """The metric whose change is explained: of a median, the mean of the same rows."""
    if metric.aggregation is not Aggregation.MEDIAN:
        return replace(metric, asides=())
    name = f"Mean {metric.name[:1].lower()}{metric.name[1:]}"
    return replace(metric, aggregation=Aggregation.MEAN, name=name, asides=())


def explain(
    connection: Connection,
    query: Query,
    now: datetime,
    settings: Settings,
    *,
    by_agents: bool = False,
    withhold_small_groups: bool = False,
) -> Explanation:
    """The change of a query's total since the period before, by each segment.

    The segments are those that the query is split by, else all that can tell something; with
    ``by_agents`` agents too. With ``withhold_small_groups`` segments with fewer than 3 agents
    behind them are folded into one.
    """
    metric = explained(query.metric)
    whole = _over_all_channels(replace(query, metric=metric, by=()))
    total = answer(connection, whole, now, settings, withhold_small_groups=withhold_small_groups)
    before, after = _ends(total.rows[0])
    is_of_mean = query.metric.aggregation is Aggregation.MEDIAN
    found = Explanation(total, before, after, is_of_mean=is_of_mean, agent_names=total.agent_names)
    asked = _segments(query, by_agents=by_agents)
    segments = tuple(each for each in asked if _is_loaded(connection, each))
    if found.change is None or not segments:
        return found
    windows = plan(query.period, now).compared
    reading = Reading(replace(whole, by=segments), windows, settings, withhold_small_groups)
    tables = _tables(connection, reading)
    names = _agent_names(connection, tables) | dict(total.agent_names)
    return _explained(replace(found, agent_names=names), tables)


def _agent_names(connection: Connection, tables: Tables) -> dict[str, str]:
    ids = (each.part.segment[0][1] for each in tables.get((Segment.AGENT,), ()))
    return names_of(connection, {each for each in ids if each is not None})


def _over_all_channels(query: Query) -> Query:
    """The query for one figure; channels that it does not choose among are taken together."""
    chooses = any(each.segment is Segment.CHANNEL for each in query.filters)
    if chooses or Segment.CHANNEL not in query.metric.segments:
        return query
    return replace(query, filters=(*query.filters, Filter(Segment.CHANNEL, (ALL_CHANNELS,))))


def _ends(row: Row) -> tuple[Figure, Figure]:
    before = row.previous or Previous(None, 0)
    return Figure(before.value, before.n), Figure(row.value, row.n)


def _segments(query: Query, *, by_agents: bool) -> tuple[Segment, ...]:
    """What a change is taken apart by: as asked, channel first, without what a filter fixes."""
    fixed = {each.segment for each in query.filters if _is_fixed(each)}
    wanted = {Segment.CHANNEL, *query.by} if query.by else _by_default(by_agents=by_agents)
    allowed = set(query.metric.segments) - fixed - NEVER
    order = (*FIRST, *(each for each in Segment if each not in FIRST))
    return tuple(each for each in order if each in wanted & allowed)


def _is_loaded(connection: Connection, segment: Segment) -> bool:
    """Whether the table that a segment is looked up in has any: looking rows up takes long."""
    column = LOOKED_UP.get(segment)
    return column is None or bool(connection.scalar(select(exists().where(column.is_not(None)))))


def _is_fixed(chosen: Filter) -> bool:
    return len(chosen.values) == 1 and chosen.values != (ALL_CHANNELS,)


def _by_default(*, by_agents: bool) -> set[Segment]:
    return set(Segment) - (ON_REQUEST - {Segment.AGENT} if by_agents else ON_REQUEST)


def _tables(connection: Connection, reading: Reading) -> Tables:
    """The contributions by each segment that any row has a value of, and the total's by ``()``."""
    segments = reading.split_by
    pairs = [(Segment.CHANNEL, each) for each in WITHIN_CHANNEL]
    groupings: list[Grouping] = [(), *((each,) for each in segments)]
    groupings += [pair for pair in pairs if set(pair) <= set(segments)]
    groups = read_groups(connection, settled(connection, reading), groupings)
    aggregation = reading.query.metric.aggregation
    folded = {
        grouping: fold(settle(found, groups[()]))
        for grouping, found in groups.items()
        if _is_known(found, grouping)
    }
    return {
        grouping: contributions(found, grouping, aggregation)
        for grouping, found in folded.items()
        if found is not None
    }


def _is_known(groups: Sequence[Group], grouping: Grouping) -> bool:
    """Whether any group has a value of each segment."""
    return all(
        any(group.values[place] is not None for group in groups) for place in range(len(grouping))
    )


def _explained(found: Explanation, tables: Tables) -> Explanation:
    """With the parts by each segment, those worth a sentence, and what contradicts the total."""
    (total,) = tables[()]
    found = replace(found, before=total.part.before, after=total.part.after)
    dimensions = tuple(
        Dimension(each, _in_order(each, (one.part for one in tables[each,]), found))
        for (each,) in (grouping for grouping in tables if len(grouping) == 1)
    )
    found = replace(found, dimensions=dimensions)
    if not found.change:
        return found
    metric, settings = found.total.query.metric, found.total.settings
    smallest = 0 if metric.aggregation in ADDS_UP else settings.smallest_sample(metric.key)
    return replace(
        found,
        told=told(tables, found.change, smallest),
        paradox=_paradox(found, tables, found.change),
    )


def _paradox(found: Explanation, tables: Tables, change: float) -> Segment | None:
    """Beside channels, only of a change that is one: by chance it is seen often."""
    if found.total.query.metric.aggregation in ADDS_UP:
        return None
    spoken = {
        grouping: table
        for grouping, table in tables.items()
        if grouping and (grouping[0] is Segment.CHANNEL or found.is_change)
    }
    return paradox(spoken, change)


def _in_order(segment: Segment, parts: Iterable[Part], found: Explanation) -> tuple[Part, ...]:
    """The largest first; agents by their names, for nobody is ranked."""
    if segment is Segment.AGENT:
        ids = ((part.segment[0][1] or "", part) for part in parts)
        named = ((found.agent_names.get(known, known).casefold(), part) for known, part in ids)
        return tuple(part for _, part in sorted(named, key=lambda each: each[0]))
    return tuple(sorted(parts, key=lambda part: -abs(part.amount)))
