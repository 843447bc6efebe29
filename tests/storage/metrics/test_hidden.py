"""What a figure over new and experienced agents, or simple and complex issues, hides."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from storage.facts.tables import agents, contacts, coverage
from storage.metrics.answer import Answer, Filter, Query
from storage.metrics.catalog import METRICS, find
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.metrics.sample import has_interval
from storage.periods import Grain, period_of
from storage.settings import Settings

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)
WEEK = period_of(Grain.WEEK, date(2026, 6, 8), "UTC")
MONDAY = datetime(2026, 6, 8, 9, tzinfo=UTC).replace(tzinfo=None)
NEW = ("n1", "n2", "n3")
EXPERIENCED = ("e1", "e2", "e3")
NEW_SECONDS, OLD_SECONDS = (500.0, 600.0), (300.0, 400.0)


@pytest.fixture
def connection(empty_connection: Connection) -> Connection:
    hired = dict.fromkeys(NEW, date(2026, 5, 1)) | dict.fromkeys(EXPERIENCED, date(2020, 1, 1))
    rows = [{"source": "hr", "agent_id": name, "hired_on": day} for name, day in hired.items()]
    empty_connection.execute(agents.insert(), rows)
    until = {"until": MONDAY + timedelta(days=9), "longest_gap_seconds": 9e5}
    empty_connection.execute(coverage.insert(), {"source": "desk", "fact": "contacts", **until})
    return empty_connection


def load(
    connection: Connection,
    people: tuple[str, ...],
    seconds: tuple[float, ...],
    n: int = 60,
    **more: Any,
) -> None:
    """``n`` contacts of some agents, handled and answered in these many seconds by turns."""
    empty: dict[str, Any] = dict.fromkeys(column.name for column in contacts.c)
    same = {"source": "desk", "channel": "phone", "direction": "inbound", "abandoned": False}
    rows = [
        empty
        | same
        | {
            "contact_id": f"{people[0]}{more}{number}",
            "agent_id": people[number % len(people)],
            "opened_at": MONDAY,
            "handle_seconds": seconds[number % len(seconds)],
            "first_response_at": MONDAY + timedelta(seconds=seconds[number % len(seconds)]),
            "resolved_at": MONDAY + timedelta(seconds=seconds[number % len(seconds)]),
        }
        | more
        for number in range(n)
    ]
    connection.execute(contacts.insert(), rows)


def ask(
    connection: Connection,
    key: str = "average_handle_time",
    *filters: Filter,
    by: tuple[Segment, ...] = (),
    withhold: bool = False,
) -> Answer:
    query = Query(find(key), WEEK, filters, by)
    return answer(connection, query, NOW, Settings(), withhold_small_groups=withhold)


def told(found: Answer) -> list[tuple[Any, ...]]:
    return [
        (each.segment, each.split, *((group.name, group.value, group.n) for group in each.groups))
        for each in found.hidden
    ]


PHONE = ((Segment.CHANNEL, "phone"),)
NEW_HIRES = (PHONE, Segment.TENURE, ("new", 550.0, 60), ("experienced", 350.0, 60))


@pytest.mark.parametrize(
    "key", ["average_handle_time", "first_response_time", "average_resolution_time"]
)
@pytest.mark.parametrize("withhold", [False, True])
def test_new_hires_are_told_where_the_average_hides_them(
    connection: Connection, key: str, withhold: bool
) -> None:
    load(connection, NEW, NEW_SECONDS)
    load(connection, EXPERIENCED, OLD_SECONDS)
    found = ask(connection, key, withhold=withhold)
    assert told(found) == [NEW_HIRES]
    split = ask(connection, key, by=(Segment.TENURE,), withhold=withhold)
    assert {row.segment[1][1]: (row.value, row.n, row.interval) for row in split.rows} == {
        group.name: (group.value, group.n, group.interval) for group in found.hidden[0].groups
    }


def test_complex_issues_are_told_beside_simple_ones(connection: Connection) -> None:
    load(connection, EXPERIENCED, NEW_SECONDS, complexity="complex")
    load(connection, EXPERIENCED, OLD_SECONDS, complexity="simple")
    assert told(ask(connection)) == [
        (PHONE, Segment.COMPLEXITY, ("complex", 550.0, 60), ("simple", 350.0, 60))
    ]


def test_share_hides_new_hires_too(connection: Connection) -> None:
    load(connection, NEW, OLD_SECONDS, resolved_on_first_contact=False)
    load(connection, EXPERIENCED, OLD_SECONDS, resolved_on_first_contact=True)
    assert told(ask(connection, "first_contact_resolution")) == [
        (PHONE, Segment.TENURE, ("new", 0.0, 60), ("experienced", 1.0, 60))
    ]


def test_each_row_is_looked_into_by_itself(connection: Connection) -> None:
    load(connection, NEW, NEW_SECONDS)
    load(connection, EXPERIENCED, OLD_SECONDS)
    load(connection, NEW, OLD_SECONDS, channel="chat")
    load(connection, EXPERIENCED, OLD_SECONDS, channel="chat")
    assert told(ask(connection)) == [NEW_HIRES]
    mixed = ask(connection, "average_handle_time", Filter(Segment.CHANNEL, ("all",)))
    assert [(each.segment, each.split) for each in mixed.hidden] == [((), Segment.TENURE)]


@pytest.mark.parametrize(
    ("filters", "by"),
    [
        ((), (Segment.TENURE,)),
        ((Filter(Segment.TENURE, ("new",)),), ()),
        ((Filter(Segment.AGENT, ("n1", "e1")),), ()),
        ((), (Segment.AGENT,)),
    ],
)
def test_nothing_is_told_of_what_is_asked_for(
    connection: Connection, filters: tuple[Filter, ...], by: tuple[Segment, ...]
) -> None:
    load(connection, NEW, NEW_SECONDS, 180)
    load(connection, EXPERIENCED, OLD_SECONDS, 180)
    assert told(ask(connection, "average_handle_time", *filters, by=by)) == []


def test_groups_that_lie_close_are_not_told(connection: Connection) -> None:
    load(connection, NEW, (300.0, 410.0))
    load(connection, EXPERIENCED, OLD_SECONDS)
    assert told(ask(connection)) == []


def test_group_below_the_smallest_sample_is_not_told(connection: Connection) -> None:
    load(connection, NEW, NEW_SECONDS, 29)
    load(connection, EXPERIENCED, OLD_SECONDS, 200)
    assert told(ask(connection)) == []
    load(connection, NEW, NEW_SECONDS, 1, complexity="simple")
    assert [each.split for each in ask(connection).hidden] == [Segment.TENURE]


def test_group_of_fewer_than_three_agents_is_told_to_nobody_who_may_not_see_them(
    connection: Connection,
) -> None:
    load(connection, NEW[:2], NEW_SECONDS)
    load(connection, EXPERIENCED, OLD_SECONDS)
    assert told(ask(connection, withhold=True)) == []
    assert told(ask(connection)) == [NEW_HIRES]


def test_metric_whose_channels_are_mixed_is_not_looked_into(connection: Connection) -> None:
    load(connection, NEW, NEW_SECONDS, reopen_count=1)
    load(connection, EXPERIENCED, OLD_SECONDS, reopen_count=0)
    assert told(ask(connection, "reopen_rate")) == []


def test_every_metric_whose_channels_are_kept_apart_has_an_interval() -> None:
    assert [m.key for m in METRICS if m.channels_apart and not has_interval(m.aggregation)] == []


def test_both_splits_cost_one_statement(connection: Connection) -> None:
    load(connection, NEW, NEW_SECONDS)
    load(connection, EXPERIENCED, OLD_SECONDS)
    statements: list[str] = []

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(connection, "before_cursor_execute", note)
    ask(connection)
    assert sum("GROUPING SETS" in statement for statement in statements) == 1
    assert sum("UNION ALL" in statement for statement in statements) == 1
