"""What a statement brought back, by segment and window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import repeat
from math import sqrt

from sqlalchemy import distinct, func, select
from sqlalchemy.engine import Connection

from storage.facts.tables import agents
from storage.metrics.answer import SegmentValues
from storage.metrics.business_years import find_business_time
from storage.metrics.definition import Aggregation, Aside, Part, Statistic, Unit
from storage.metrics.fetched import (
    Cells,
    Columns,
    fetched,
    number,
    rows_of,
    samples_of,
    with_spread,
)
from storage.metrics.flow import (
    DETAIL,
    ROWS,
    flow_statement,
    flows_statement,
    missing_statements,
)
from storage.metrics.intervals import variance
from storage.metrics.reading import Reading
from storage.metrics.sample import PartOfIndex, Sample
from storage.metrics.segments import email_of
from storage.metrics.stock import FLOW_AGENTS, figure_name, stock_statement

SMALLEST_GROUP = 3
"""Fewer agents behind a value would name them to who may not see agents."""
NOTHING = Sample(0)
Asides = dict[str, float | None]


@dataclass(slots=True)
class Samples:
    """Samples by segment and window number, and the figures that stand beside them.

    ``aside_samples`` are those of shares that are made of rows of their own.
    """

    by_segment: defaultdict[SegmentValues, dict[int, Sample]] = field(
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
    for segment, window, sample in _placed(reading, parts.get(ROWS, {})):
        samples.by_segment[segment][window] = sample
    for row in rows_of(parts.get(DETAIL, {})):
        found = samples.by_segment[_segment(reading, row)]
        found[row["window"]] = with_spread(found[row["window"]], row)
    if metric.parts:
        _gather_index(samples, reading, parts)
    _gather_asides(samples, reading, parts)
    return samples


def _placed(reading: Reading, columns: Columns) -> Iterator[tuple[SegmentValues, int, Sample]]:
    if not columns:
        return iter(())
    windows, by = columns["window"], reading.split_by
    values = zip(*(columns[each.value] for each in by), strict=True) if by else repeat(())
    segment = cache(lambda found: tuple(zip(by, found, strict=True)))
    return zip(map(segment, values), windows, samples_of(columns), strict=False)


def _gather_asides(samples: Samples, reading: Reading, parts: Mapping[str, Columns]) -> None:
    asides, shown = reading.asides, {window.number for window in reading.windows.shown}
    for segment, found in samples.by_segment.items():
        for window in shown & found.keys():
            samples.asides[segment, window] |= _aside_values(asides, found[window])
    for aside in (each for each in asides if each.counting):
        for row in rows_of(parts.get(aside.key, {})):
            place = _segment(reading, row), row["window"]
            samples.asides[place][aside.key] = _counted(aside, row)
            if aside.unit is not Unit.COUNT and not is_small_group(row["agents"]):
                samples.aside_samples[place][aside.key] = int(row["n"])


def _gather_index(samples: Samples, reading: Reading, columns: Mapping[str, Columns]) -> None:
    """Puts an index's parts together, and each beside the index."""
    parts = reading.query.metric.parts
    found: dict[tuple[SegmentValues, int], dict[str, Sample]] = defaultdict(dict)
    for part in parts:
        name = ROWS if part is parts[0] else part.key
        for segment, window, sample in _placed(reading, columns.get(name, {})):
            found[segment, window][part.key] = sample
    for (segment, window), by_key in found.items():
        made = [_part_of_index(part, by_key.get(part.key, NOTHING)) for part in parts]
        agents = [each.agents for each in by_key.values() if each.agents is not None]
        samples.by_segment[segment][window] = Sample(
            n=min(each.n for each in made),
            derived=sum(each.derived for each in by_key.values()),
            agents=min(agents, default=None),
            parts=tuple(made),
        )
        if not is_small_group(min(agents, default=None)):
            values = {part.key: each.value for part, each in zip(parts, made, strict=True)}
            samples.asides[segment, window] |= values
            samples.aside_samples[segment, window] |= {
                part.key: each.n for part, each in zip(parts, made, strict=True)
            }


def _part_of_index(part: Part, sample: Sample) -> PartOfIndex:
    if sample.mean is None:
        return PartOfIndex(0)
    error = sqrt(variance(sample) / sample.n) if sample.n > 1 else 0.0
    return PartOfIndex(sample.n, part.scale * sample.mean, part.scale * error)


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
}


def is_small_group(agents: int | None) -> bool:
    """Whether so few agents stand behind a value; None where they are not counted."""
    return agents is not None and 0 < agents < SMALLEST_GROUP


def _counted(aside: Aside, row: Cells) -> float | None:
    if is_small_group(row["agents"]):
        return None
    if aside.unit is Unit.COUNT:
        return float(row["n"])
    if aside.statistic is Statistic.MEDIAN:
        return number(row["middle"])
    divisor, total = row["weight"] if row["weight"] is not None else row["n"], row["total"]
    return float(total) / float(divisor) if divisor and total is not None else None
