"""What an average hides: new agents beside experienced ones, complex issues beside simple ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.facts.dialect import columns_of
from storage.facts.tables import agents
from storage.metrics.answer import Group, HiddenDifference, Row, SegmentValues
from storage.metrics.definition import Segment
from storage.metrics.fetched import TEXTS, samples_of, segments_of
from storage.metrics.intervals import interval_of
from storage.metrics.reading import Reading
from storage.metrics.sample import Sample, is_small_group, value_of
from storage.metrics.segments import EXPERIENCED, KNOWN_VALUES, NEW, NEW_AGENT_DAYS
from storage.metrics.splits import split_statement

GROUPS = {
    Segment.TENURE: (NEW, EXPERIENCED),
    Segment.COMPLEXITY: tuple(reversed(KNOWN_VALUES[Segment.COMPLEXITY])),
}
"""What rows are looked into by, and the two groups of each in the order that they are told in."""

_Found = Mapping[tuple[SegmentValues, Segment, str], Sample]


def hidden_differences(
    connection: Connection, reading: Reading, rows: Sequence[Row]
) -> tuple[HiddenDifference, ...]:
    """Where the two groups of a row differ by more than their intervals, both large enough.

    One further statement over the asked window, for metrics whose channels are kept apart.
    """
    smallest = _smallest(reading)
    large = [row for row in rows if row.n >= 2 * smallest]
    splits = _splits(connection, reading) if large else []
    if not splits:
        return ()
    found = _read(connection, reading, splits)
    pairs = (
        (row.segment, split, _groups(reading, found, row, split))
        for row in large
        for split in splits
    )
    return tuple(
        HiddenDifference(segment, split, groups)
        for segment, split, groups in pairs
        if groups and _lie_apart(*groups)
    )


def _smallest(reading: Reading) -> int:
    return reading.settings.smallest_sample(reading.query.metric.key)


def _splits(connection: Connection, reading: Reading) -> list[Segment]:
    """The splits that are not asked for; tenure only where agents are mixed, and some are new."""
    query = reading.query
    asked = {*query.by, *(chosen.segment for chosen in query.filters)}
    if not query.metric.channels_apart:
        return []
    known = [each for each in GROUPS if each in query.metric.segments and each not in asked]
    if Segment.TENURE in known and (Segment.AGENT in asked or not _has_new(connection, reading)):
        known.remove(Segment.TENURE)
    return known


def _has_new(connection: Connection, reading: Reading) -> bool:
    """Whether any agent may have been new in the asked period: cheaper than to look and see."""
    period = reading.windows.asked
    oldest = period.first_day - timedelta(days=NEW_AGENT_DAYS)
    hired = agents.c.hired_on.between(oldest, period.end_day)
    return connection.execute(select(agents.c.agent_id).where(hired).limit(1)).first() is not None


def _read(connection: Connection, reading: Reading, splits: Sequence[Segment]) -> _Found:
    columns = columns_of(connection.execute(split_statement(reading, splits)), TEXTS)
    names = zip(*(columns[split.value] for split in splits), strict=True)
    rows = zip(segments_of(columns, reading.split_by), names, samples_of(columns), strict=False)
    return {
        (segment, split, name): sample
        for segment, row, sample in rows
        for split, name in zip(splits, row, strict=True)
        if name is not None
    }


def _groups(
    reading: Reading, found: _Found, row: Row, split: Segment
) -> tuple[Group, Group] | None:
    """Both groups of a row; None where one is too small, or too few agents stand behind it."""
    groups = list(_fit(reading, found, row, split))
    return (groups[0], groups[1]) if len(groups) == 2 else None


def _fit(reading: Reading, found: _Found, row: Row, split: Segment) -> Iterator[Group]:
    aggregation = reading.query.metric.aggregation
    for name in GROUPS[split]:
        sample = found.get((row.segment, split, name), Sample(0))
        value, interval = value_of(aggregation, sample), interval_of(aggregation, sample)
        is_shown = sample.n >= _smallest(reading) and not is_small_group(sample.agents)
        if is_shown and value is not None and interval is not None:
            yield Group(name, value, sample.n, interval)


def _lie_apart(first: Group, second: Group) -> bool:
    return first.interval[1] < second.interval[0] or second.interval[1] < first.interval[0]
