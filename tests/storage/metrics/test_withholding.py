"""What is withheld where few agents stand behind a value, beside the value itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from storage.facts.tables import agents, contacts, coverage
from storage.metrics.answer import Answer, Query
from storage.metrics.catalog import find
from storage.metrics.definition import Segment
from storage.metrics.query import answer
from storage.periods import Grain, period_of
from storage.settings import Settings

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)
WEEK = period_of(Grain.WEEK, date(2026, 6, 8), "UTC")
MONDAY = datetime(2026, 6, 8, 9, tzinfo=UTC).replace(tzinfo=None)
LONG_AGO = MONDAY - timedelta(days=30)


@pytest.fixture
def connection(empty_connection: Connection) -> Connection:
    return empty_connection


def load(connection: Connection, *rows: dict[str, Any]) -> None:
    """Contacts of one channel; agents come as ``agent_id``."""
    same = {"source": "desk", "channel": "email", "direction": "inbound", "abandoned": False}
    complete = [
        dict.fromkeys(column.name for column in contacts.c)
        | same
        | {"contact_id": f"C{number}", "opened_at": MONDAY}
        | row
        for number, row in enumerate(rows)
    ]
    connection.execute(contacts.insert(), complete)
    until = {"until": MONDAY + timedelta(days=9), "longest_gap_seconds": 9e5}
    connection.execute(coverage.insert(), {"source": "desk", "fact": "contacts", **until})


def know(connection: Connection, *rows: tuple[str, str, str | None]) -> None:
    """Agents: their source, id and e-mail address."""
    filled = [{"source": s, "agent_id": i, "name": i, "email": e} for s, i, e in rows]
    connection.execute(agents.insert(), filled)


def ask(connection: Connection, key: str, *by: Segment, withhold: bool = True) -> Answer:
    query = Query(find(key), WEEK, by=by)
    return answer(connection, query, NOW, Settings(), withhold_small_groups=withhold)


def by_three(**row: Any) -> list[dict[str, Any]]:
    return [{"agent_id": agent, **row} for agent in ("a1", "a2", "a3")]


@pytest.mark.parametrize(
    ("waiting", "shown"),
    [(["a1"], None), (["a1", "a2"], None), (["a1", "a2", "a3"], 3.0), ([None], 1.0), ([], 0.0)],
)
def test_contacts_still_waiting_are_withheld_by_their_own_agents(
    connection: Connection, waiting: list[str | None], shown: float | None
) -> None:
    answered = by_three(first_response_at=MONDAY + timedelta(hours=1))
    load(connection, *answered, *({"agent_id": agent} for agent in waiting))
    (row,) = ask(connection, "first_response_time").rows
    assert (row.value, row.asides["waiting"]) == (3600.0, shown)


def test_share_of_all_opened_is_withheld_by_its_own_agents(connection: Connection) -> None:
    resolved = {"resolved_at": MONDAY, "resolved_on_first_contact": True}
    load(connection, *by_three(opened_at=LONG_AGO, **resolved), {"agent_id": "a1", **resolved})
    (row,) = ask(connection, "first_contact_resolution").rows
    assert (row.value, row.asides["gross"]) == (1.0, None)
    (seen,) = ask(connection, "first_contact_resolution", withhold=False).rows
    assert seen.asides["gross"] == 1.0


@pytest.mark.parametrize(("new", "shown"), [(["a1"], None), (["a1", "a2", "a3"], 3.0)])
def test_net_flow_is_withheld_by_the_agents_of_what_came_and_went(
    connection: Connection, new: list[str], shown: float | None
) -> None:
    load(connection, *by_three(opened_at=LONG_AGO), *({"agent_id": agent} for agent in new))
    (row,) = ask(connection, "ticket_backlog").rows
    assert (row.value, row.asides["net_flow"]) == (3.0 + len(new), shown)


def test_place_of_a_withheld_row_tells_nothing_of_its_size(connection: Connection) -> None:
    sizes = {"large": 9, "small": 3}
    shown = [r for team, n in sizes.items() for r in by_three(team=team) * (n // 3)]
    load(connection, *shown, *({"team": "hidden", "agent_id": "a1"} for _ in range(6)))
    rows = ask(connection, "ticket_volume", Segment.TEAM).rows
    assert [(row.segment[0][1], row.n) for row in rows] == [
        ("large", 9),
        ("small", 3),
        ("hidden", 0),
    ]


@pytest.mark.parametrize("key", ["ticket_volume", "ticket_backlog"])
def test_ids_of_one_person_in_several_systems_are_one_agent(
    connection: Connection, key: str
) -> None:
    load(connection, *({"agent_id": each} for each in ("desk-1", "desk-2", "phone-1", "phone-2")))
    know(connection, ("desk", "desk-1", "ann@example.com"), ("desk", "desk-2", "bob@example.com"))
    know(connection, ("phone", "phone-1", " Ann@Example.com"), ("phone", "phone-2", None))
    (three,) = ask(connection, key).rows
    assert (three.value, three.withheld) == (4.0, False)
    know(connection, ("hr", "phone-2", "bob@example.com"))
    (two,) = ask(connection, key).rows
    assert (two.value, two.withheld) == (None, True)
