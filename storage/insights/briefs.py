"""Several metrics answered at once: what a card says of each, from one statement for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.errors import UnreachableError, UserError
from storage.facts.tables import coverage
from storage.insights.scope import Scope
from storage.metrics.answer import Answer, Query, SourceFreshness
from storage.metrics.currency import currency_of
from storage.metrics.definition import Metric
from storage.metrics.judging import judged
from storage.metrics.loaded import never_loaded
from storage.metrics.overview import read_all
from storage.metrics.reading import Reading
from storage.metrics.samples import Samples
from storage.metrics.table import Table
from storage.metrics.target import TargetInForce
from storage.metrics.windows import plan

Targets = Mapping[str, Sequence[TargetInForce]]
"""Targets in force, by the key of their metric."""
_Freshness = Mapping[str, Sequence[SourceFreshness]]


def brief_answers(
    connection: Connection,
    metrics: Sequence[Metric],
    scope: Scope,
    targets: Targets | None = None,
) -> list[Answer]:
    """Each metric's rows, changes, targets and trend, as ``answer`` would give them.

    They come without asides, the running period and hidden differences. Metrics whose facts nobody
    has loaded are left out, and costs in several currencies.
    """
    freshness = _freshness(connection)
    missing = never_loaded(connection, metrics)
    windows = plan(scope.period, scope.now).without_running
    readings = [
        Reading(
            Query(replace(metric, asides=()), scope.period, scope.filters),
            windows,
            scope.settings,
            scope.withhold_small_groups,
        )
        for metric in metrics
        if not any(table.name in missing for table in metric.tables)
    ]
    currencies = {each.query.metric.key: _currency(connection, each) for each in readings}
    readings = [each for each in readings if currencies[each.query.metric.key] is not None]
    samples = read_all(connection, readings)
    return [
        _brief(each, samples, freshness, currencies[each.query.metric.key] or "", targets or {})
        for each in readings
    ]


def _brief(
    reading: Reading,
    samples: Mapping[str, Samples],
    freshness: _Freshness,
    currency: str,
    targets: Targets,
) -> Answer:
    query, windows = reading.query, reading.windows
    sources = _of(query.metric, freshness)
    until = min((each.until for each in sources), default=None)
    table = Table(reading, samples[query.metric.key], until)
    rows = judged(table.rows(), query, targets.get(query.metric.key, ()), complete=windows.complete)
    return Answer(
        query=query,
        asked_at=windows.now,
        complete=windows.complete,
        rows=rows,
        running=None,
        trend=table.trend(rows),
        freshness=sources,
        settings=reading.settings,
        currency=currency,
    )


def _of(metric: Metric, freshness: _Freshness) -> tuple[SourceFreshness, ...]:
    """The sources that a metric reads, each with the fact that ends first."""
    names: Collection[str] = {table.name for table in metric.tables}
    found: dict[str, SourceFreshness] = {}
    for each in (each for name in sorted(names) for each in freshness.get(name, ())):
        known = found.get(each.source, each)
        found[each.source] = min(known, each, key=lambda source: source.until)
    return tuple(found[source] for source in sorted(found))


def _currency(connection: Connection, reading: Reading) -> str | None:
    """The currency of its money, empty where it is none; None where there are several."""
    try:
        return currency_of(connection, reading)
    except UnreachableError:
        raise
    except UserError:
        return None


def _freshness(connection: Connection) -> _Freshness:
    """The sources of each fact; a fact that has none is missing."""
    columns = (coverage.c.fact, coverage.c.source, coverage.c.until, coverage.c.longest_gap_seconds)
    found: defaultdict[str, list[SourceFreshness]] = defaultdict(list)
    for fact, source, until, gap in connection.execute(select(*columns)):
        found[fact].append(SourceFreshness(source, until.replace(tzinfo=UTC), gap))
    return found
