"""An index: the mean of parts that were counted apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import sqrt

from storage.metrics.answer import SegmentValues
from storage.metrics.definition import Part
from storage.metrics.fetched import Columns, Point, means_of, placed, samples_of, where
from storage.metrics.flow import ROWS
from storage.metrics.intervals import variance
from storage.metrics.reading import Reading
from storage.metrics.sample import NOTHING, PartOfIndex, Sample, is_small_group

Parts = Mapping[str, Columns]
"""What a statement brought back by its parts, the first of an index as ``ROWS``."""


def index_samples(reading: Reading, columns: Parts) -> Iterator[tuple[SegmentValues, int, Sample]]:
    """A sample for each segment and window that is shown or compared with."""
    detailed = [window.number for window in reading.windows.detailed]
    found: dict[tuple[SegmentValues, int], dict[str, Sample]] = defaultdict(dict)
    for part, each in _by_part(reading, columns):
        rows = where(each, detailed)
        for segment, window, sample in placed(reading.split_by, rows, samples_of(rows)):
            found[segment, window][part.key] = sample
    for (segment, window), by_key in found.items():
        made = (_part(part, by_key.get(part.key, NOTHING)) for part in reading.query.metric.parts)
        yield segment, window, _put_together(tuple(made), by_key)


def index_points(reading: Reading, columns: Parts) -> Iterator[tuple[SegmentValues, int, Point]]:
    """The index wherever each of its parts was counted."""
    found: dict[tuple[SegmentValues, int], list[tuple[float, int, int | None]]] = defaultdict(list)
    for part, rows in _by_part(reading, columns):
        for segment, window, (n, total, agents) in placed(reading.split_by, rows, means_of(rows)):
            if n:
                found[segment, window].append((part.scale * (total / n), n, agents))
    for (segment, window), cells in found.items():
        if len(cells) == len(reading.query.metric.parts):
            behind = [each for _, _, each in cells if each is not None]
            is_small = is_small_group(min(behind, default=None))
            value, n = sum(each for each, _, _ in cells) / len(cells), min(n for _, n, _ in cells)
            yield segment, window, (None, 0) if is_small else (value, n)


def _by_part(reading: Reading, columns: Parts) -> Iterator[tuple[Part, Columns]]:
    parts = reading.query.metric.parts
    named = ((part, ROWS if part is parts[0] else part.key) for part in parts)
    return ((part, columns[name]) for part, name in named if name in columns)


def _put_together(made: tuple[PartOfIndex, ...], by_key: Mapping[str, Sample]) -> Sample:
    agents = [each.agents for each in by_key.values() if each.agents is not None]
    return Sample(
        n=min(each.n for each in made),
        derived=sum(each.derived for each in by_key.values()),
        agents=min(agents, default=None),
        parts=made,
    )


def _part(part: Part, sample: Sample) -> PartOfIndex:
    if sample.mean is None:
        return PartOfIndex(0)
    error = sqrt(variance(sample) / sample.n) if sample.n > 1 else 0.0
    return PartOfIndex(sample.n, part.scale * sample.mean, part.scale * error)
