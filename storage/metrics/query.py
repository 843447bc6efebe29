"""A query, answered: one statement, then comparison, baseline and freshness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ARRAY, String, distinct, func, literal, select
from sqlalchemy.engine import Connection

from storage.facts.dialect import is_one_of
from storage.facts.tables import agents, coverage
from storage.metrics.answer import Answer, Note, Query, Row, SourceFreshness
from storage.metrics.currency import currency_of
from storage.metrics.definition import Segment
from storage.metrics.hidden import hidden_differences
from storage.metrics.judging import judged
from storage.metrics.loaded import never_loaded
from storage.metrics.reading import Reading
from storage.metrics.rows import bounds_of
from storage.metrics.samples import Samples, read_samples, settled
from storage.metrics.table import Table
from storage.metrics.target import TargetInForce
from storage.metrics.windows import ASKED, plan
from storage.settings import Settings


def answer(
    connection: Connection,
    query: Query,
    now: datetime,
    settings: Settings,
    *,
    withhold_small_groups: bool = False,
    targets: Sequence[TargetInForce] = (),
) -> Answer:
    """The figures of a query as of ``now``, with what they are compared with.

    ``targets`` are the metric's own that are in force for the period, the newest last.
    With ``withhold_small_groups`` a value with fewer than 3 agents behind it is left out.
    """
    windows = plan(query.period, now)
    asked = Reading(query, windows, settings, count_agents=withhold_small_groups)
    reading = settled(connection, asked)
    missing = never_loaded(connection, [query.metric])
    samples = Samples() if missing else read_samples(connection, reading)
    freshness = _freshness(connection, query)
    table = Table(reading, samples, min((each.until for each in freshness), default=None))
    rows, running = table.rows(), table.running()
    names = _agent_names(connection, query, rows)
    rows = judged(_in_order(rows, names), query, targets, complete=windows.complete)
    incomplete = windows.complete and _ends_early(freshness, query.period.end)
    return Answer(
        query=query,
        asked_at=now,
        complete=windows.complete and not incomplete,
        rows=rows,
        running=replace(running, rows=_in_order(running.rows, names)) if running else None,
        trend=table.trend(rows),
        freshness=freshness,
        notes=(*table.notes(rows, incomplete=incomplete), *_notes_on_purposes(connection, reading)),
        agent_names=names,
        settings=settings,
        currency=currency_of(connection, reading),
        never_loaded=missing,
        hidden=hidden_differences(connection, reading, rows),
    )


def _notes_on_purposes(connection: Connection, reading: Reading) -> tuple[Note, ...]:
    """Whether the asked period's answers are to surveys of several purposes, or of unknown ones."""
    query = reading.query
    asked = {*query.by, *(chosen.segment for chosen in query.filters)}
    if Segment.PURPOSE not in query.metric.segments or Segment.PURPOSE in asked:
        return ()
    (branch,) = query.metric.counting.branches
    purpose = branch.table.c.purpose
    window = next(each for each in reading.windows.all if each.number == ASKED)
    start, end = bounds_of(branch.by, (window,), reading.timezone)
    statement = select(func.count(distinct(func.coalesce(purpose, "")))).where(
        branch.by >= start,
        branch.by < end,
        branch.where(reading.settings),
        *reading.conditions(reading.splitting(branch.by, (window,))),
    )
    return (Note.MIXED_PURPOSES,) if (connection.scalar(statement) or 0) > 1 else ()


def _in_order(rows: tuple[Row, ...], agent_names: Mapping[str, str]) -> tuple[Row, ...]:
    """Agents by their names: an order by any figure would be a ranking."""
    kinds = [kind for kind, _ in rows[0].segment] if rows else []
    if Segment.AGENT not in kinds:
        return rows
    place = kinds.index(Segment.AGENT)

    def agent(row: Row) -> str:
        agent_id = row.segment[place][1] or ""
        return agent_names.get(agent_id, agent_id).casefold()

    return tuple(sorted(rows, key=agent))


def _freshness(connection: Connection, query: Query) -> tuple[SourceFreshness, ...]:
    statement = select(
        coverage.c.source, coverage.c.until, coverage.c.longest_gap_seconds, coverage.c.fact
    ).where(coverage.c.fact.in_([table.name for table in query.metric.tables]))
    for chosen in query.filters:
        if chosen.segment is Segment.SOURCE:
            statement = statement.where(coverage.c.source.in_(chosen.values))
    found: dict[str, SourceFreshness] = {}
    # A few rows, sorted sooner here than there.
    rows = sorted(connection.execute(statement), key=lambda row: (row.source, row.fact))
    for source, until, gap, _ in rows:
        each = SourceFreshness(source, until.replace(tzinfo=UTC), gap)
        found[source] = min(found.get(source, each), each, key=lambda known: known.until)
    return tuple(found.values())


def _ends_early(freshness: tuple[SourceFreshness, ...], end: datetime) -> bool:
    """Whether a source ends before the period does, by more than its usual silence."""
    return any(each.until + timedelta(seconds=each.longest_gap_seconds) < end for each in freshness)


def _agent_names(connection: Connection, query: Query, rows: tuple[Row, ...]) -> dict[str, str]:
    """Names of the agents that the rows or the filters are about."""
    asked = (each.values for each in query.filters if each.segment is Segment.AGENT)
    ids = {value for values in asked for value in values}
    ids |= {value for row in rows for kind, value in row.segment if kind is Segment.AGENT and value}
    return names_of(connection, ids)


def names_of(connection: Connection, agent_ids: set[str]) -> dict[str, str]:
    if not agent_ids:
        return {}
    ids = literal(sorted(agent_ids), ARRAY(String))
    statement = select(agents.c.agent_id, agents.c.name).where(
        is_one_of(agents.c.agent_id, ids), agents.c.name.is_not(None)
    )
    return {row.agent_id: row.name for row in connection.execute(statement).all()}
