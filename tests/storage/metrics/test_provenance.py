"""The SQL that an answer shows is the SQL of its figure, for every metric on the seed of traps."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Connection, RowMapping

from storage.metrics.answer import ALL_CHANNELS, Answer, Filter, Query
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric, Segment
from storage.metrics.provenance import Counted, Provenance, explain
from storage.metrics.query import answer
from storage.periods import Grain, PeriodChoice, resolve
from storage.settings import Settings
from tests.storage.metrics.seed import NOW

BERLIN = Settings(timezone="Europe/Berlin")
MONTH = resolve(PeriodChoice(Grain.MONTH), NOW, "Europe/Berlin")
MIXED = (Filter(Segment.CHANNEL, (ALL_CHANNELS,)),)
BY_ABBREVIATION = {metric.abbreviation: metric for metric in METRICS}


def answered(connection: Connection, metric: Metric, *by: Segment) -> Answer:
    filters = MIXED if metric.channels_apart and not by else ()
    return answer(connection, Query(metric, MONTH, filters, by), NOW, BERLIN)


def run(connection: Connection, provenance: Provenance) -> list[RowMapping]:
    return list(connection.exec_driver_sql(provenance.sql).mappings())


def value_in(rows: list[RowMapping], metric: Metric) -> float:
    """The value of the one row; of an index the mean of its parts."""
    assert len(rows) == max(1, len(metric.parts))
    return sum(float(row["value"]) for row in rows) / len(rows)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_sql_as_shown_gives_the_figure_of_the_answer(
    connection: Connection, metric: Metric
) -> None:
    found = answered(connection, metric)
    (row,) = found.rows
    rows = run(connection, explain(connection, found))
    assert value_in(rows, metric) == pytest.approx(row.value, rel=1e-9)
    assert min(each["n"] for each in rows) == row.n


SPLITS = [
    (metric, metric.segments[number % len(metric.segments)])
    for number, metric in enumerate(METRICS)
    if not metric.parts
]
"""Every metric by one of its segments, so that each segment is met."""


@pytest.mark.parametrize(
    ("metric", "segment"), SPLITS, ids=[f"{m.key} by {s.value}" for m, s in SPLITS]
)
def test_sql_by_a_segment_has_the_rows_of_the_answer(
    connection: Connection, metric: Metric, segment: Segment
) -> None:
    found = answered(connection, metric, segment)
    rows = run(connection, explain(connection, found))
    counted = {row.segment: row.value for row in found.rows if row.n}
    assert len(rows) == len(counted)
    assert sorted(float(row["value"]) for row in rows) == pytest.approx(
        sorted(value for value in counted.values() if value is not None), rel=1e-9
    )


def test_sql_by_team_has_a_row_for_each_team(connection: Connection) -> None:
    found = answered(connection, BY_ABBREVIATION["Volume"], Segment.TEAM)
    rows = run(connection, explain(connection, found))
    expected = {str(row.segment[0][1]): row.value for row in found.rows}
    assert {each["team"]: each["value"] for each in rows} == expected


def test_provenance_names_clock_rows_and_what_is_left_out(connection: Connection) -> None:
    found = explain(connection, answered(connection, BY_ABBREVIATION["Volume"]))
    start, end = (each.replace(tzinfo=None) for each in (MONTH.start, MONTH.end))
    counts = connection.exec_driver_sql(
        "SELECT count(*) FILTER (WHERE direction = 'inbound'),"
        " count(*) FILTER (WHERE direction <> 'inbound')"
        f" FROM contacts WHERE opened_at >= '{start}' AND opened_at < '{end}'"
    ).one()
    assert found.clocks == ("contacts.opened_at",)
    assert found.counted == (Counted("contacts", *counts),)


def test_provenance_of_two_facts_counts_each(connection: Connection) -> None:
    found = explain(connection, answered(connection, BY_ABBREVIATION["Self-service"]))
    assert found.clocks == ("help_sessions.started_at", "contacts.opened_at")
    assert found.counted is not None
    assert [each.fact for each in found.counted] == ["contacts", "help_sessions"]


def test_provenance_of_a_withheld_figure_tells_no_number(connection: Connection) -> None:
    query = Query(BY_ABBREVIATION["Volume"], MONTH, (Filter(Segment.TEAM, ("care",)),))
    found = answer(connection, query, NOW, BERLIN, withhold_small_groups=True)
    assert explain(connection, found).counted is None


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_versions_are_numbered_and_dated_in_order(metric: Metric) -> None:
    numbers = [version.number for version in metric.versions]
    dates = [version.since for version in metric.versions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert dates == sorted(set(dates))


def test_sql_of_a_period_still_to_come_counts_nothing(connection: Connection) -> None:
    query = Query(BY_ABBREVIATION["Volume"], MONTH.shifted(3))
    found = explain(connection, answer(connection, query, NOW, BERLIN))
    assert [row["n"] for row in run(connection, found)] == [0]
    assert found.counted == (Counted("contacts", 0, 0),)


def test_bound_text_is_quoted(connection: Connection) -> None:
    query = Query(
        BY_ABBREVIATION["Volume"], MONTH, (Filter(Segment.TEAM, ("o'; drop table x; --",)),)
    )
    found = explain(connection, answer(connection, query, NOW, BERLIN))
    assert "'o''; drop table x; --'" in found.sql
    assert [row["n"] for row in run(connection, found)] == [0]
