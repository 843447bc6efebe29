"""The rows behind a figure, page by page, against plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.engine import Connection, Engine

from storage.facts.tables import contacts
from storage.metrics.answer import Filter, Query
from storage.metrics.behind import RowBehind, read_page
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric, Segment
from storage.metrics.query import answer
from storage.periods import Grain, PeriodChoice, resolve
from storage.settings import Settings
from tests.storage.metrics.seed import NOW, seeded_engine

BERLIN = Settings(timezone="Europe/Berlin")
MONTH = resolve(PeriodChoice(Grain.MONTH), NOW, "Europe/Berlin")
BY_ABBREVIATION = {metric.abbreviation: metric for metric in METRICS}
BILLING = (Filter(Segment.TEAM, ("billing",)),)
TWINS = datetime(2026, 5, 20, 9, 30)


@pytest.fixture(scope="module")
def twins() -> Iterator[Engine]:
    """Twenty-one contacts of one instant beside the seed, of two sources."""
    engine = seeded_engine()
    filled = {column.name: None for column in contacts.c}
    with engine.begin() as connection:
        connection.execute(
            contacts.insert(),
            [
                filled
                | {
                    "source": "desk" if number % 2 else "calls",
                    "contact_id": f"twin {number:02}",
                    "channel": "web",
                    "opened_at": TWINS,
                    "direction": "inbound",
                    "team": "billing",
                    "agent_id": "a1",
                    "abandoned": False,
                }
                for number in range(21)
            ],
        )
    yield engine
    engine.dispose()


def all_rows(connection: Connection, query: Query, size: int) -> list[RowBehind]:
    """Every row, a page after the other."""
    found: list[RowBehind] = []
    page = read_page(connection, query, NOW, BERLIN, size=size)
    found += page.rows
    while page.following:
        page = read_page(connection, query, NOW, BERLIN, after=page.following, size=size)
        assert page.rows
        found += page.rows
    return found


def ids(rows: list[RowBehind]) -> list[str]:
    return [row.place.row_id for row in rows]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_rows_are_as_many_as_the_figure_counts(connection: Connection, metric: Metric) -> None:
    rows = all_rows(connection, Query(metric, MONTH), 5000)
    found = answer(connection, Query(metric, MONTH), NOW, BERLIN)
    if metric.parts:
        rows = [row for row in rows if row.place.fact == "qa_reviews"]
        assert len(rows) == found.rows[0].aside_samples["quality"]
        return
    weighed = [row for row in rows if row.weight is not None and row.value is None]
    counted = weighed if metric.abbreviation == "CPC" else rows
    if metric.counting.present and metric.counting.branches:
        counted = [row for row in rows if row.value is not None]
        (present,) = found.rows[0].asides.values()
        assert len(weighed) == len(rows) - len(counted) == present
    assert len(counted) == sum(row.n for row in found.rows)


def test_rows_are_those_of_plain_sql_newest_first(connection: Connection) -> None:
    query = Query(BY_ABBREVIATION["Volume"], MONTH, BILLING)
    start, end = (each.replace(tzinfo=None) for each in (MONTH.start, MONTH.end))
    expected = connection.exec_driver_sql(
        "SELECT contact_id FROM contacts WHERE direction = 'inbound' AND team = 'billing'"
        f" AND opened_at >= '{start}' AND opened_at < '{end}'"
        " ORDER BY opened_at DESC, source, contact_id"
    ).scalars()
    assert ids(all_rows(connection, query, 7)) == list(expected)


@pytest.mark.parametrize("size", [1, 3, 7, 10, 20, 21, 22])
def test_pages_lose_and_double_nothing_among_equal_times(twins: Engine, size: int) -> None:
    query = Query(BY_ABBREVIATION["Volume"], MONTH, (Filter(Segment.CHANNEL, ("web",)),))
    with twins.connect() as connection:
        found = [(row.place.source, row.place.row_id) for row in all_rows(connection, query, size)]
    even, odd = range(0, 21, 2), range(1, 21, 2)
    assert found == [
        *(("calls", f"twin {number:02}") for number in even),
        *(("desk", f"twin {number:02}") for number in odd),
    ]


def test_last_page_that_is_full_has_none_behind_it(twins: Engine) -> None:
    query = Query(BY_ABBREVIATION["Volume"], MONTH, (Filter(Segment.CHANNEL, ("web",)),))
    with twins.connect() as connection:
        assert read_page(connection, query, NOW, BERLIN, size=21).following is None
        assert read_page(connection, query, NOW, BERLIN, size=20).following is not None


def test_row_says_time_channel_issue_team_agent_and_worth(connection: Connection) -> None:
    query = Query(BY_ABBREVIATION["Reopens"], MONTH, (Filter(Segment.ISSUE_TYPE, ("login",)),))
    (row,) = [r for r in all_rows(connection, query, 500) if r.place.row_id == "reopened"]
    assert (row.at, row.channel, row.issue_type, row.team, row.agent, row.value) == (
        datetime(2026, 5, 25, 10, tzinfo=UTC),
        "phone",
        "login",
        "billing",
        "Agent a1",
        1.0,
    )


def test_row_of_a_day_has_its_day(connection: Connection) -> None:
    query = Query(BY_ABBREVIATION["Occupancy"], MONTH, (Filter(Segment.AGENT, ("a1",)),))
    rows = all_rows(connection, query, 10)
    days = [row.at for row in rows]
    assert {type(day) for day in days} == {date}
    assert days == sorted(days, reverse=True)


def test_empty_period_has_an_empty_page(connection: Connection) -> None:
    page = read_page(connection, Query(BY_ABBREVIATION["Volume"], MONTH.shifted(3)), NOW, BERLIN)
    assert (page.rows, page.following) == ((), None)
