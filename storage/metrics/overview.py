"""Every metric at a glance: one period beside the one before, without what takes longer to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.facts.tables import coverage
from storage.metrics.answer import Previous, Query, SegmentValues
from storage.metrics.definition import Metric
from storage.metrics.reading import Reading
from storage.metrics.samples import read_samples
from storage.metrics.table import Table
from storage.metrics.windows import plan
from storage.periods import Period
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Glance:
    """A metric's figure, by channel where channels are kept apart, and what it was before."""

    metric: Metric
    segment: SegmentValues
    value: float | None
    n: int
    previous: Previous | None


def overview(
    connection: Connection,
    metrics: Sequence[Metric],
    period: Period,
    now: datetime,
    settings: Settings,
    *,
    withhold_small_groups: bool = False,
) -> list[Glance]:
    """The figures of several metrics, each as ``answer`` would give it.

    Metrics whose facts nobody has loaded are left out. Whether a figure changed is not told: that
    needs the periods before. Raises UserError as ``answer`` does, for costs in several currencies.
    """
    fresh_until = _fresh_until(connection)
    windows = plan(period, now).compared
    found = []
    for metric in metrics:
        if not all(table.name in fresh_until for table in metric.tables):
            continue
        query = Query(replace(metric, asides=()), period)
        reading = Reading(query, windows, settings, count_agents=withhold_small_groups)
        until = min(fresh_until[table.name] for table in metric.tables)
        table = Table(reading, read_samples(connection, reading), until)
        found += [
            Glance(metric, row.segment, row.value, row.n, row.previous) for row in table.rows()
        ]
    return found


def _fresh_until(connection: Connection) -> Mapping[str, datetime]:
    """Up to when the data of each fact reaches; a fact that has none is missing."""
    statement = select(coverage.c.fact, func.min(coverage.c.until)).group_by(coverage.c.fact)
    return {fact: until.replace(tzinfo=UTC) for fact, until in connection.execute(statement)}
