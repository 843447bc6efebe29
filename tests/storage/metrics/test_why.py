"""A change taken apart, on the seed, against plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from storage.facts.tables import contacts, coverage, facts
from storage.metrics.answer import Change, Filter, Query
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Metric, Segment
from storage.metrics.explanation import Explanation, can_explain
from storage.metrics.why import explain
from storage.periods import Grain, Period, period_of
from storage.settings import Settings
from tests.storage.metrics.seed import EMPTY_WEEK, NOW

MAY = period_of(Grain.MONTH, date(2026, 5, 1), "UTC")
JUNE_SO_FAR = MAY.shifted(1)
WEEK = period_of(Grain.WEEK, date(2026, 6, 8), "UTC")
EXPLAINED = [metric for metric in METRICS if can_explain(metric)]


def why(
    connection: Connection,
    key: str,
    period: Period = MAY,
    *,
    filters: tuple[Filter, ...] = (),
    by: tuple[Segment, ...] = (),
    **options: bool,
) -> Explanation:
    query = Query(find(key), period, filters, by)
    return explain(connection, query, NOW, Settings(), **options)


def add_up(connection: Connection, metric: Metric, period: Period) -> None:
    found = why(connection, metric.key, period, by_agents=True)
    for dimension in found.dimensions:
        amounts = sum(part.amount for part in dimension.parts)
        assert amounts == pytest.approx(found.change, abs=1e-9), dimension.segment
        for time in ("before", "after"):
            n = sum(getattr(part, time).n for part in dimension.parts)
            assert n == getattr(found, time).n


explained = pytest.mark.parametrize("metric", EXPLAINED, ids=lambda metric: metric.key)


@explained
@pytest.mark.parametrize("period", [WEEK, MAY, JUNE_SO_FAR], ids=["week", "month", "running"])
def test_parts_of_each_segment_add_up(
    connection: Connection, metric: Metric, period: Period
) -> None:
    add_up(connection, metric, period)


def test_figures_are_those_of_a_hand_written_query(connection: Connection) -> None:
    rows = connection.execute(
        text(
            "SELECT issue_type, avg(seconds) FILTER (WHERE day < '2026-05-01'),"
            " count(*) FILTER (WHERE day < '2026-05-01'),"
            " avg(seconds) FILTER (WHERE day >= '2026-05-01'),"
            " count(*) FILTER (WHERE day >= '2026-05-01') FROM (SELECT *, resolved_at AS day,"
            " CAST(extract(epoch FROM resolved_at - opened_at) AS DOUBLE PRECISION) AS seconds"
            " FROM contacts"
            " WHERE direction = 'inbound' AND resolved_at >= '2026-04-01'"
            " AND resolved_at < '2026-06-01') AS resolved GROUP BY 1"
        )
    )
    expected = {row[0]: pytest.approx(tuple(row)[1:]) for row in rows}
    found = why(connection, "average_resolution_time")
    (issues,) = [each for each in found.dimensions if each.segment is Segment.ISSUE_TYPE]
    assert {
        part.segment[0][1]: (part.before.value, part.before.n, part.after.value, part.after.n)
        for part in issues.parts
    } == expected
    assert None in expected


def test_stock_is_taken_apart_at_its_ends(connection: Connection) -> None:
    found = why(connection, "ticket_backlog")
    counted = (
        "SELECT channel, count(*) FROM contacts WHERE direction = 'inbound' AND NOT abandoned"
        " AND opened_at < :end AND (resolved_at IS NULL OR resolved_at >= :end) GROUP BY 1"
    )
    april, may = (
        {row[0]: row[1] for row in connection.execute(text(counted), {"end": end})}
        for end in (date(2026, 5, 1), date(2026, 6, 1))
    )
    channels = found.dimensions[0]
    assert channels.segment is Segment.CHANNEL
    assert {p.segment[0][1]: (p.before.n, p.after.n) for p in channels.parts} == {
        channel: (april[channel], n) for channel, n in may.items()
    }


def test_median_is_explained_by_its_mean(connection: Connection) -> None:
    found = why(connection, "first_response_time")
    mean = connection.execute(
        text(
            "SELECT CAST(avg(extract(epoch FROM first_response_at - opened_at))"
            " AS DOUBLE PRECISION) FROM contacts"
            " WHERE direction = 'inbound' AND NOT abandoned AND first_response_at IS NOT NULL"
            " AND opened_at >= '2026-05-01' AND opened_at < '2026-06-01'"
        )
    ).scalar()
    assert found.is_of_mean
    assert found.after.value == pytest.approx(mean)
    assert found.total.query.metric.name == "Mean first response time"


def segments(found: Explanation) -> list[str]:
    return [each.segment.value for each in found.dimensions]


def test_channel_is_looked_at_first_and_agents_only_where_they_may_be_seen(
    connection: Connection,
) -> None:
    totals = ["channel", "issue_type", "team", "priority", "complexity", "tenure"]
    found = segments(why(connection, "ticket_volume"))
    assert found == [*totals, "customer_segment"]
    found = segments(why(connection, "ticket_volume", by_agents=True))
    assert found == [*totals, "agent", "customer_segment"]


def test_asked_segments_alone_stand_beside_the_channel(connection: Connection) -> None:
    found = why(connection, "ticket_volume", by=(Segment.WEEKDAY, Segment.TEAM))
    assert segments(found) == ["channel", "team", "weekday"]


def test_segment_that_a_filter_fixes_explains_nothing(connection: Connection) -> None:
    phone = Filter(Segment.CHANNEL, ("phone",))
    found = why(connection, "ticket_volume", filters=(phone,), by=(Segment.TEAM,))
    assert segments(found) == ["team"]
    live = Filter(Segment.CHANNEL, ("phone", "chat"))
    found = why(connection, "ticket_volume", filters=(live,), by=(Segment.TEAM,))
    assert [part.segment[0][1] for part in found.dimensions[0].parts] == ["phone", "chat"]


def test_empty_period_has_nothing_to_explain(connection: Connection) -> None:
    empty = period_of(Grain.WEEK, EMPTY_WEEK, "UTC")
    for period in (empty, empty.shifted(1)):
        found = why(connection, "average_resolution_time", period)
        assert (found.change, found.dimensions, found.told) == (None, (), ())


@pytest.fixture
def store() -> Iterator[Connection]:
    engine = create_engine("duckdb://")
    facts.create_all(engine, checkfirst=False)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


BEFORE = datetime(2026, 4, 15, 9, tzinfo=UTC).replace(tzinfo=None)
AFTER = BEFORE + timedelta(days=30)
Cell = tuple[str, str, tuple[int, int], tuple[int, int]]


def load(connection: Connection, *cells: Cell, agents: int = 5) -> None:
    """Contacts by channel and issue type: (resolved, at once) in April and in May."""
    same = dict.fromkeys(column.name for column in contacts.c)
    same |= {"source": "desk", "direction": "inbound", "abandoned": False}
    rows = [
        same
        | {
            "contact_id": f"{channel} {issue} {at} {number}",
            "channel": channel,
            "issue_type": issue,
            "opened_at": at,
            "resolved_at": at,
            "resolved_on_first_contact": number < hits,
            "agent_id": f"a{number % agents}",
        }
        for channel, issue, *times in cells
        for at, (n, hits) in zip((BEFORE, AFTER), times, strict=True)
        for number in range(n)
    ]
    connection.execute(contacts.insert(), rows)
    until = {"until": AFTER + timedelta(days=33), "longest_gap_seconds": 9e5}
    connection.execute(coverage.insert(), {"source": "desk", "fact": "contacts", **until})


FCR = "first_contact_resolution"


def told(found: Explanation) -> list[tuple[str | None, ...]]:
    return [tuple(value for _, value in part.segment) for part in found.told]


def test_issue_on_one_channel_is_told(store: Connection) -> None:
    load(
        store,
        ("chat", "billing", (200, 156), (200, 102)),
        ("chat", "login", (200, 160), (200, 160)),
        ("phone", "billing", (300, 240), (300, 240)),
        ("phone", "login", (300, 240), (300, 237)),
    )
    found = why(store, FCR)
    assert found.is_change
    assert told(found) == [("chat", "billing")]
    assert found.change == pytest.approx(-0.057)
    assert found.told[0].amount == pytest.approx(-0.054)


def test_issue_on_every_channel_is_told_once(store: Connection) -> None:
    cells = [(channel, issue) for channel in ("chat", "phone") for issue in ("billing", "login")]
    load(
        store,
        *((c, i, (300, 240), (300, 150 if i == "billing" else 240)) for c, i in cells),
    )
    assert told(why(store, FCR)) == [("billing",)]


def test_even_change_has_no_part_that_stands_out(store: Connection) -> None:
    cells = [(channel, issue) for channel in ("chat", "phone") for issue in ("billing", "login")]
    load(store, *((c, i, (300, 240), (300, 150)) for c, i in cells))
    found = why(store, FCR)
    assert found.total.rows[0].change is Change.DOWN
    assert told(found) == []


@pytest.mark.parametrize(
    ("phone", "chat", "paradox"),
    [
        (((800, 720), (200, 184)), ((200, 100), (800, 440)), Segment.CHANNEL),
        (((200, 184), (800, 720)), ((800, 440), (200, 100)), Segment.CHANNEL),
        (((800, 720), (200, 178)), ((200, 100), (800, 440)), None),
    ],
)
def test_parts_that_contradict_the_total_are_seen(
    store: Connection,
    phone: tuple[tuple[int, int], tuple[int, int]],
    chat: tuple[tuple[int, int], tuple[int, int]],
    paradox: Segment | None,
) -> None:
    load(store, ("phone", "login", *phone), ("chat", "login", *chat))
    assert why(store, FCR).paradox is paradox


def test_total_of_few_agents_is_withheld_whole(store: Connection) -> None:
    load(store, ("phone", "login", (50, 40), (50, 20)), agents=2)
    found = why(store, FCR, withhold_small_groups=True)
    assert (found.total.rows[0].withheld, found.change, found.dimensions) == (True, None, ())


def test_small_groups_are_in_no_part_by_themselves(store: Connection) -> None:
    load(
        store,
        ("phone", "login", (90, 60), (90, 40)),
        ("phone", "refund", (50, 30), (50, 30)),
        ("phone", "secret", (2, 2), (2, 0)),
    )
    seen = why(store, FCR, withhold_small_groups=True)
    (issues,) = [each for each in seen.dimensions if each.segment is Segment.ISSUE_TYPE]
    assert [(p.segment[0][1], p.is_folded, p.before.n) for p in issues.parts] == [
        ("login", False, 90),
        (None, True, 52),
    ]
    assert sum(part.amount for part in issues.parts) == pytest.approx(seen.change, abs=1e-12)
