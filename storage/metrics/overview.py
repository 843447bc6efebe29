"""Every metric at a glance: one period beside the one before, without what takes longer to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.errors import UnreachableError, UserError
from storage.facts.tables import coverage
from storage.metrics.answer import Previous, Query, SegmentValues
from storage.metrics.currency import currency_of
from storage.metrics.definition import Aggregation, Metric
from storage.metrics.loaded import never_loaded
from storage.metrics.reading import Reading
from storage.metrics.samples import Samples, read_alike, read_samples
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

    Metrics whose facts nobody has loaded are left out, and costs in several currencies.
    Whether a figure changed is not told: that needs the periods before.
    """
    fresh_until = _fresh_until(connection)
    missing = never_loaded(connection, metrics)
    windows = plan(period, now).compared
    readings = [
        Reading(Query(replace(metric, asides=()), period), windows, settings, withhold_small_groups)
        for metric in metrics
        if not any(table.name in missing for table in metric.tables)
    ]
    readings = [each for each in readings if _adds_up(connection, each)]
    samples = read_all(connection, readings)
    return [glance for each in readings for glance in _glances(each, samples, fresh_until)]


def _adds_up(connection: Connection, reading: Reading) -> bool:
    """Whether its money, if it has any, is in one currency."""
    try:
        currency_of(connection, reading)
    except UnreachableError:
        raise
    except UserError:
        return False
    return True


def read_all(connection: Connection, readings: Sequence[Reading]) -> dict[str, Samples]:
    """What each metric counted, by its key: in one statement for all that are split alike."""
    found: dict[str, Samples] = {}
    for alike in _alike(readings):
        first = alike[0].query.metric
        is_stock = first.aggregation is Aggregation.STOCK
        samples = (
            [read_samples(connection, alike[0])] * len(alike)
            if is_stock
            else read_alike(connection, alike)
        )
        found |= {each.query.metric.key: one for each, one in zip(alike, samples, strict=True)}
    return found


def _alike(readings: Sequence[Reading]) -> Iterable[list[Reading]]:
    """Flows that are split alike together, and stocks of the same rows."""
    groups: dict[object, list[Reading]] = {}
    for reading in readings:
        metric = reading.query.metric
        is_stock = metric.aggregation is Aggregation.STOCK
        key = (reading.split_by, metric.counting if is_stock else None)
        groups.setdefault(key, []).append(reading)
    return groups.values()


def _glances(
    reading: Reading, samples: Mapping[str, Samples], fresh_until: Mapping[str, datetime]
) -> Iterator[Glance]:
    metric = reading.query.metric
    ends = (fresh_until[table.name] for table in metric.tables if table.name in fresh_until)
    until = min(ends, default=None)
    for row in Table(reading, samples[metric.key], until).rows():
        yield Glance(metric, row.segment, row.value, row.n, row.previous)


def _fresh_until(connection: Connection) -> Mapping[str, datetime]:
    """Up to when the data of each fact reaches; a fact that has none is missing."""
    statement = select(coverage.c.fact, func.min(coverage.c.until)).group_by(coverage.c.fact)
    return {fact: until.replace(tzinfo=UTC) for fact, until in connection.execute(statement)}
