"""What holds for every figure, whatever it measures."""

from __future__ import annotations

from datetime import date
from statistics import fmean

import pytest
from sqlalchemy.engine import Connection

from storage.metrics.answer import ALL_CHANNELS, Filter, Query, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.metrics.query import answer
from storage.metrics.sample import has_interval
from storage.periods import Grain, Period, period_of
from storage.settings import Settings
from tests.storage.metrics.seed import NOW

WEEKS = [period_of(Grain.WEEK, date(2026, 4, 6), "UTC").shifted(number) for number in range(4)]
FOUR_WEEKS = Period(WEEKS[0].first_day, WEEKS[-1].end_day, Grain.RANGE, "UTC")
MEANS = {Aggregation.SHARE, Aggregation.MEAN, Aggregation.NET_PROMOTER}


def whole(connection: Connection, metric: Metric, period: Period) -> Row:
    """The one row over everything."""
    mixed = (Filter(Segment.CHANNEL, (ALL_CHANNELS,)),) if metric.channels_apart else ()
    (row,) = answer(connection, Query(metric, period, mixed), NOW, Settings()).rows
    return row


@pytest.mark.parametrize(
    "metric",
    [m for m in METRICS if m.aggregation in MEANS and not m.counting.present],
    ids=lambda each: each.key,
)
def test_figure_of_several_weeks_is_pooled_and_not_the_mean_of_theirs(
    connection: Connection, metric: Metric
) -> None:
    weeks = [whole(connection, metric, week) for week in WEEKS]
    pooled = whole(connection, metric, FOUR_WEEKS)
    total = sum((row.value or 0.0) * row.n for row in weeks)
    assert pooled.n == sum(row.n for row in weeks)
    assert pooled.value == pytest.approx(total / pooled.n)
    assert len({row.n for row in weeks}) > 1
    assert pooled.value != pytest.approx(fmean(row.value or 0.0 for row in weeks), rel=1e-6)


@pytest.mark.parametrize(
    "metric", [m for m in METRICS if has_interval(m.aggregation)], ids=lambda each: each.key
)
def test_no_data_is_no_value_and_has_no_interval(connection: Connection, metric: Metric) -> None:
    row = whole(connection, metric, period_of(Grain.WEEK, date(2023, 1, 2), "UTC"))
    assert (row.value, row.n, row.interval, row.small_sample) == (None, 0, None, False)


@pytest.mark.parametrize(
    "metric", [m for m in METRICS if not has_interval(m.aggregation)], ids=lambda each: each.key
)
def test_count_and_money_have_no_interval(connection: Connection, metric: Metric) -> None:
    row = whole(connection, metric, FOUR_WEEKS)
    assert (row.interval, row.small_sample) == (None, False)
