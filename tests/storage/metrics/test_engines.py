"""The same question on each engine: the same answer, whatever stands in it.

The statements of two metrics of one shape, that is of the same aggregation, over the same facts and
with channels kept apart or not, differ only in which columns of a row they count and take. So every
metric is asked for an empty week and one that has not ended, and for a week with small groups
withheld; and one metric of each shape for all other periods and by each segment. The embedded
engine's answers of every metric in every period are held against SQL by test_query.

ClickHouse takes a fifth of a second over each statement, however few the rows: it is asked for one
metric of each shape, and in fewer periods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from storage.metrics.answer import ALL_CHANNELS, Filter, Query
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.known_values import canonical_filters, known_values
from storage.metrics.query import answer
from storage.metrics.reading import Reading
from storage.metrics.samples import read_samples
from storage.metrics.windows import plan
from storage.settings import Settings
from tests.storage.metrics.conftest import Remembered
from tests.storage.metrics.periods import PERIODS, WEEK
from tests.storage.metrics.seed import NOW

APART = ("week", "day of the clock change", "empty week", "quarter")
"""The periods that are asked for by channel, and with small groups withheld, too."""
TOLERANCE = 1e-9

OF_EVERY_METRIC = ("empty week", "running week")
OF_EVERY_SHAPE_ON_CLICKHOUSE = ("one row", "no value at all", "running week")
"""The week is asked for with small groups withheld, of every metric."""
SEGMENTS_AT_ONCE = 4

keys = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)


def shape(metric: Metric) -> object:
    """What the statements of several metrics have in common."""
    return metric.aggregation, metric.tables, metric.channels_apart


def first_with(metric: Metric, segment: Segment) -> bool:
    """Whether no metric before it has its shape and can be split so."""
    alike = (each for each in METRICS if shape(each) == shape(metric) and segment in each.segments)
    return next(alike) is metric


BY_SHAPE = [
    each for each in METRICS if shape(each) not in map(shape, METRICS[: METRICS.index(each)])
]
SPLIT = {
    each: found
    for each in METRICS
    if (found := [segment for segment in each.segments if first_with(each, segment)])
}


@pytest.fixture
def both(embedded: Connection, server: Connection) -> tuple[Connection, Connection]:
    return embedded, server


def compare(
    server: Connection, remembered: Remembered, *queries: Query, withhold: bool = False
) -> None:
    """Many of one metric in one test: most of the time of a small one goes into its fixtures."""
    assert [
        as_plain(answer(server, each, NOW, Settings(), withhold_small_groups=withhold), float)
        for each in queries
    ] == [as_plain(remembered(each, withhold=withhold), about) for each in queries]


@keys
def test_answers_are_equal(server: Connection, remembered: Remembered, metric: Metric) -> None:
    """In every period for one metric of each shape."""
    names: Iterable[str] = PERIODS if metric in BY_SHAPE else OF_EVERY_METRIC
    if is_clickhouse(server):
        names = OF_EVERY_SHAPE_ON_CLICKHOUSE if metric in BY_SHAPE else ()
    filters = _mixed(metric)
    compare(server, remembered, *(Query(metric, PERIODS[name], filters) for name in names))


@keys
def test_withheld_answers_are_equal(
    server: Connection, remembered: Remembered, metric: Metric
) -> None:
    names: Iterable[str] = APART if metric in BY_SHAPE else APART[:1]
    if is_clickhouse(server):
        names = APART[:1] if metric in BY_SHAPE else ()
    queries = (Query(metric, PERIODS[name], _mixed(metric)) for name in names)
    compare(server, remembered, *queries, withhold=True)


@pytest.mark.parametrize(
    "metric", [each for each in METRICS if each.channels_apart], ids=lambda metric: metric.key
)
@pytest.mark.parametrize("withhold", [False, True], ids=["all", "withheld"])
def test_answers_are_equal_where_channels_are_apart(
    server: Connection, remembered: Remembered, metric: Metric, withhold: bool
) -> None:
    names = APART[1:2] if is_clickhouse(server) else APART
    queries = (Query(metric, PERIODS[name]) for name in names)
    compare(server, remembered, *queries, withhold=withhold)


@pytest.mark.parametrize("metric", SPLIT, ids=lambda metric: metric.key)
def test_answers_are_equal_by_every_segment(
    server: Connection, remembered: Remembered, metric: Metric
) -> None:
    split = tuple(SPLIT[metric])
    starts = range(0, len(split), SEGMENTS_AT_ONCE)
    parts = (split[start : start + SEGMENTS_AT_ONCE] for start in starts)
    queries = (Query(metric, WEEK, by=each) for each in parts)
    compare(server, remembered, *queries)


@keys
def test_samples_are_equal_to_their_last_order_statistic(
    both: tuple[Connection, Connection], metric: Metric
) -> None:
    embedded, server = both
    if is_clickhouse(server) and metric.aggregation is not Aggregation.MEDIAN:
        return
    query = Query(metric, WEEK, _mixed(metric))
    reading = Reading(query, plan(query.period, NOW), Settings(), count_agents=True)
    found, expected = (read_samples(each, reading) for each in (server, embedded))
    assert as_plain(found, float) == as_plain(expected, about)


@pytest.mark.parametrize("segment", list(Segment), ids=lambda segment: segment.value)
def test_known_values_are_equal(both: tuple[Connection, Connection], segment: Segment) -> None:
    embedded, server = (known_values(each, segment) for each in both)
    assert server == embedded


def test_values_are_found_in_any_case(both: tuple[Connection, Connection]) -> None:
    asked = (Filter(Segment.CHANNEL, ("PHONE",)), Filter(Segment.AGENT, ("agent A1",)))
    found = (Filter(Segment.CHANNEL, ("phone",)), Filter(Segment.AGENT, ("a1",)))
    assert [canonical_filters(each, asked) for each in both] == [found, found]


def is_clickhouse(server: Connection) -> bool:
    return server.dialect.name == "clickhousedb"


def _mixed(metric: Metric) -> tuple[Filter, ...]:
    return (Filter(Segment.CHANNEL, (ALL_CHANNELS,)),) if metric.channels_apart else ()


def about(value: float) -> Any:
    return pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE)


def as_plain(value: Any, number: Callable[[float], Any]) -> Any:
    """An answer as plain values with their types, and its floats as something to compare."""
    kind = type(value)
    if issubclass(kind, float):
        return number(value)
    if names := _names(kind):  # type: ignore[arg-type]  # to mypy not every class can be hashed
        return {name: as_plain(getattr(value, name), number) for name in names}
    if issubclass(kind, dict):
        return {str(key): as_plain(each, number) for key, each in value.items()}
    if issubclass(kind, tuple):
        return [as_plain(each, number) for each in value]
    return kind, value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """What an object of that kind is compared by; a metric and settings are compared whole."""
    is_whole = issubclass(kind, Metric | Settings) or not is_dataclass(kind)
    return () if is_whole else tuple(each.name for each in fields(kind))
