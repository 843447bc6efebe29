"""What a statement brought back, by segment and window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection

from storage.facts.tables import agents
from storage.metrics.answer import SegmentValues
from storage.metrics.business_years import find_business_time
from storage.metrics.definition import Aggregation, Aside, Statistic, Unit
from storage.metrics.fetched import (
    Cells,
    Columns,
    Point,
    asides_of,
    by_segment,
    fetched,
    number,
    placed,
    points_of,
    samples_of,
    where,
)
from storage.metrics.flow import ROWS, flow_statement, flows_statement, missing_statements
from storage.metrics.index import index_points, index_samples
from storage.metrics.reading import Reading
from storage.metrics.sample import NOTHING, Sample, is_small_group
from storage.metrics.segments import email_of
from storage.metrics.stock import FLOW_AGENTS, figure_name, stock_statement

Asides = dict[str, float | None]


@dataclass(slots=True)
class Samples:
    """Samples by segment and window number, and the figures that stand beside them.

    A flow has samples of what is shown or compared with, and of every window only the figure, in
    ``points``. ``aside_samples`` are those of shares that are made of rows of their own.
    """

    by_segment: defaultdict[SegmentValues, dict[int, Sample]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    points: defaultdict[SegmentValues, dict[int, Point]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    asides: defaultdict[tuple[SegmentValues, int], Asides] = field(
        default_factory=lambda: defaultdict(dict)
    )
    aside_samples: defaultdict[tuple[SegmentValues, int], dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def at(self, segment: SegmentValues, window: int) -> Sample:
        return self.by_segment.get(segment, {}).get(window, NOTHING)

    def windows_of(self, segment: SegmentValues) -> Collection[int]:
        """Those in which anything was counted."""
        return (self.points or self.by_segment).get(segment, {}).keys()


def read_samples(connection: Connection, reading: Reading) -> Samples:
    """Runs a reading's one statement, after a look at whether anything has to be derived."""
    reading = settled(connection, reading)
    if reading.query.metric.aggregation is Aggregation.STOCK:
        return _stock_samples(connection, reading)
    return _flow_samples(connection, reading)


def settled(connection: Connection, reading: Reading) -> Reading:
    """The reading, knowing whether values are derived and agents go by several ids.

    It also has the calendars that business time goes by.
    """
    if reading.is_settled:
        return reading
    return replace(
        reading,
        is_settled=True,
        derives=_derives(connection, reading),
        agents_have_several_ids=reading.count_agents and has_several_ids(connection),
        business_time=find_business_time(connection, reading),
    )


def _derives(connection: Connection, reading: Reading) -> bool:
    metric = reading.query.metric
    countings = [metric.counting, *(part.counting for part in metric.parts)]
    countings += [a.counting for a in reading.asides if a.counting]
    looks = (look for counting in countings for look in missing_statements(reading, counting))
    return any(connection.scalar(look) for look in looks)


def has_several_ids(connection: Connection) -> bool:
    """Whether any agent goes by more than one id, as in a telephone system and a help desk."""
    shared = (
        select(email_of(agents))
        .where(agents.c.email.is_not(None))
        .group_by(email_of(agents))
        .having(func.count(distinct(agents.c.agent_id)) > 1)
        .limit(1)
    )
    return connection.execute(shared).first() is not None


def read_alike(connection: Connection, readings: Sequence[Reading]) -> list[Samples]:
    """``read_samples`` of several flows that are split alike, in one statement."""
    settled_ones = [settled(connection, reading) for reading in readings]
    parts = fetched(connection, flows_statement(settled_ones), ("reading", "part"))
    return [
        _samples(reading, {part: rows for (of, part), rows in parts.items() if of == index})
        for index, reading in enumerate(settled_ones)
    ]


def _flow_samples(connection: Connection, reading: Reading) -> Samples:
    parts = fetched(connection, flow_statement(reading), ("part",))
    return _samples(reading, {part: columns for (part,), columns in parts.items()})


def _samples(reading: Reading, parts: Mapping[str, Columns]) -> Samples:
    samples = Samples()
    metric = reading.query.metric
    if metric.parts:
        _gather_index(samples, reading, parts)
    elif rows := parts.get(ROWS):
        points = points_of(metric.aggregation, rows)
        samples.points.update(by_segment(reading.split_by, rows, points))
        _gather_detailed(samples, reading, rows)
    _gather_asides(samples, reading, parts)
    return samples


def _gather_detailed(samples: Samples, reading: Reading, rows: Columns) -> None:
    rows = where(rows, [window.number for window in reading.windows.detailed])
    samples.by_segment.update(by_segment(reading.split_by, rows, samples_of(rows)))


def _gather_asides(samples: Samples, reading: Reading, parts: Mapping[str, Columns]) -> None:
    _gather_plain_asides(samples, reading)
    for aside in reading.asides:
        columns = parts.get(aside.key)
        if aside.counting is None or columns is None:
            continue
        counted = asides_of(aside, columns)
        for segment, window, (value, n) in placed(reading.split_by, columns, counted):
            place = segment, window
            samples.asides[place][aside.key] = value
            if aside.unit is not Unit.COUNT and n is not None:
                samples.aside_samples[place][aside.key] = int(n)


def _gather_plain_asides(samples: Samples, reading: Reading) -> None:
    """Statistics of the counted rows, and a 0 where none of an aside's own rows may be found."""
    asides = [a for a in reading.asides if a.counting is None or a.unit is Unit.COUNT]
    shown = {window.number for window in reading.windows.shown}
    for segment, found in samples.by_segment.items() if asides else ():
        for window in shown & found.keys():
            samples.asides[segment, window] |= _aside_values(asides, found[window])


def _gather_index(samples: Samples, reading: Reading, columns: Mapping[str, Columns]) -> None:
    """An index's figures, and its parts beside it."""
    for segment, window, point in index_points(reading, columns):
        samples.points[segment][window] = point
    keys = [part.key for part in reading.query.metric.parts]
    for segment, window, sample in index_samples(reading, columns):
        samples.by_segment[segment][window] = sample
        if not is_small_group(sample.agents):
            place, parts = (segment, window), list(zip(keys, sample.parts, strict=True))
            samples.asides[place] |= {key: each.value for key, each in parts}
            samples.aside_samples[place] |= {key: each.n for key, each in parts}


def _stock_samples(connection: Connection, reading: Reading) -> Samples:
    samples = Samples()
    metric, windows = reading.query.metric, reading.windows
    for row in connection.execute(stock_statement(reading)).mappings():
        segment = _segment(reading, row)
        for window in windows.all:
            count = row[figure_name("n", window.number)]
            agents = row.get(figure_name("agents", window.number))
            if count:
                samples.by_segment[segment][window.number] = Sample(count, agents=agents)
        for window in windows.shown:
            samples.asides[segment, window.number] = {
                aside.key: _stock_aside(aside.statistic, row, window.number)
                for aside in metric.asides
                if aside.statistic
            }
    return samples


def _stock_aside(statistic: Statistic, row: Cells, window: int) -> float | None:
    """What came and went has agents of its own behind it; all else is of the open contacts."""
    agents = row.get(figure_name(FLOW_AGENTS, window))
    if statistic is Statistic.NET_FLOW and is_small_group(agents):
        return None
    return number(row[figure_name(statistic.value, window)])


def _segment(reading: Reading, row: Cells) -> SegmentValues:
    return tuple((each, row[each.value]) for each in reading.split_by)


def _aside_values(asides: Sequence[Aside], sample: Sample) -> Asides:
    """Statistics of the counted rows, and a 0 where none of an aside's own rows were found."""
    values: Asides = {}
    for aside in asides:
        if aside.statistic and aside.counting is None:
            values[aside.key] = _STATISTICS[aside.statistic](sample)
        elif aside.unit is Unit.COUNT:
            values[aside.key] = 0.0
    return values


_STATISTICS: dict[Statistic, Callable[[Sample], float | None]] = {
    Statistic.MEAN: lambda sample: sample.mean,
    Statistic.MEDIAN: lambda sample: sample.middle,
    Statistic.PERCENTILE_90: lambda sample: sample.percentile_90,
    Statistic.TOTAL: lambda sample: sample.total,
    Statistic.WEIGHT: lambda sample: sample.weight,
    Statistic.MISSES: lambda sample: sample.n - sample.total,
    Statistic.PROMOTERS: lambda sample: sample.promoters / sample.n if sample.n else None,
    Statistic.DETRACTORS: lambda sample: sample.detractors / sample.n if sample.n else None,
}
