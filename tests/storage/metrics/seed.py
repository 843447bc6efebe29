"""Contacts full of traps, small enough to be counted by hand-written SQL.

Two sources, three channels and a customer's own contacts only in part: reopened ones, ones that
are open at both ends, an abandoned one, repeats inside and outside the week, an hour that happens
twice, agents of whom one is new, a period without any contact.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine

from storage.facts.tables import agents, contacts, coverage, facts
from tests.storage.metrics.fact_seed import fill_facts

FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)
WEEKS = 16
NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)
EMPTY_WEEK = date(2026, 5, 4)
AGENTS = ("a1", "a2", "a3", "a4", "a5")
TEAMS = {"a1": "billing", "a2": "billing", "a3": "billing", "a4": "care", "a5": "care"}
HIRED = {"a1": date(2024, 1, 1), "a2": date(2025, 1, 1), "a3": None, "a4": date(2026, 5, 1)}


def seeded_engine(file: Path | None = None) -> Engine:
    """A store that holds the seed; several threads share only one that is a file."""
    if file is None:
        return seeded(_opened(":memory:"))
    file.write_bytes(_seeded_file())
    return _opened(str(file))


def _opened(database: str) -> Engine:
    """With one thread of its own: more than one take longer over so few rows."""
    one_thread = {"config": {"threads": 1}}
    return create_engine(f"duckdb:///{database}", connect_args=one_thread)


@cache
def _seeded_file() -> bytes:
    """What a file with the seed holds: put together once a process."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "facts.duckdb")
        seeded(_opened(str(file))).dispose()
        return file.read_bytes()


def seeded(engine: Engine) -> Engine:
    """The engine, once it holds the seed."""
    facts.create_all(engine, checkfirst=False)
    with engine.begin() as connection:
        fill(connection)
        fill_facts(connection)
    return engine


def fill(connection: Connection) -> None:
    connection.execute(contacts.insert(), [_complete(row) for row in (*_many(), *_traps())])
    connection.execute(
        agents.insert(),
        [
            {
                "source": "hr",
                "agent_id": agent,
                "name": f"Agent {agent}",
                "team": TEAMS[agent],
                "email": f"{agent}@example.com",
                "hired_on": HIRED.get(agent),
            }
            for agent in AGENTS
        ],
    )
    connection.execute(
        coverage.insert(),
        [
            {
                "source": "desk",
                "fact": "contacts",
                "until": datetime(2026, 6, 17, 9, tzinfo=UTC).replace(tzinfo=None),
                "longest_gap_seconds": 50000.0,
            },
            {
                "source": "calls",
                "fact": "contacts",
                "until": datetime(2026, 6, 17, 8, tzinfo=UTC).replace(tzinfo=None),
                "longest_gap_seconds": 50000.0,
            },
        ],
    )


def _many() -> Iterator[dict[str, Any]]:
    random = Random(7)
    for number in range(900):
        opened = FIRST_DAY + timedelta(minutes=random.randrange(WEEKS * 7 * 24 * 60))
        if opened >= NOW or EMPTY_WEEK <= opened.date() < EMPTY_WEEK + timedelta(days=7):
            continue
        yield _contact(random, number, opened)


def _contact(random: Random, number: int, opened: datetime) -> dict[str, Any]:
    channel = random.choice(("phone", "phone", "chat", "email"))
    agent = random.choice(AGENTS)
    abandoned = channel != "email" and random.random() < 0.08
    resolved = None
    if not abandoned and random.random() < 0.9:
        resolved = opened + timedelta(seconds=random.randrange(60, 9 * 86400))
        if EMPTY_WEEK <= resolved.date() < EMPTY_WEEK + timedelta(days=7):
            resolved += timedelta(days=7)
    live = channel != "email"
    return {
        "source": "calls" if channel == "phone" else "desk",
        "contact_id": f"C{number}",
        "channel": channel,
        "opened_at": opened,
        "direction": "outbound" if random.random() < 0.1 else "inbound",
        "issue_type": random.choice(("invoice", "login", "delivery", None)),
        "complexity": random.choice(("simple", "complex")),
        "priority": random.choice(("high", "low", None)),
        "team": TEAMS[agent],
        "agent_id": agent,
        "customer_id": random.choice((None, *(f"K{index}" for index in range(60)))),
        "first_response_at": (
            None
            if abandoned or random.random() < 0.1
            else opened + timedelta(seconds=random.randrange(5, 20000))
        ),
        "resolved_at": resolved,
        "wait_seconds": float(random.randrange(0, 90)) if live else None,
        "handle_seconds": None if abandoned else random.choice((None, 0.0, 120.5, 340.0, 900.0)),
        "abandoned": abandoned,
        "resolved_on_first_contact": random.choice((True, False, None)) if resolved else None,
        "resolved_within_target": random.choice((True, False, None)) if resolved else None,
        "reopen_count": random.choice((0, 0, 0, 1, None)),
        "reassignment_count": random.choice((0, 0, 1, 2, None)),
    }


def _traps() -> Iterator[dict[str, Any]]:
    """Repeats about one issue, to the second around the week, and an hour that happens twice."""
    first = datetime(2026, 5, 25, 8, tzinfo=UTC)
    days = timedelta(days=7)
    for name, opened in {
        "first": first,
        "exactly_a_week_later": first + days,
        "a_second_more": first + days + days + timedelta(seconds=1),
    }.items():
        yield _trap(name, opened, "repeats", "invoice")
    yield _trap("same_instant_1", first, "twins", "login")
    yield _trap("same_instant_2", first, "twins", "login")
    yield _trap("other_issue", first + timedelta(days=1), "repeats", "login")
    yield _trap("no_issue_1", first, "unsaid", None)
    yield _trap("no_issue_2", first + timedelta(days=2), "unsaid", None)
    yield _trap("reopened", first, "reopener", "login") | {"reopen_count": 2}
    yield _trap("open_at_both_ends", FIRST_DAY, "patient", "login") | {"resolved_at": None}
    yield _trap("abandoned_in_between", first, "hasty", "login") | {
        "abandoned": True,
        "resolved_at": None,
        "wait_seconds": 5.0,
    }
    yield _trap("after_the_abandoned", first + timedelta(hours=1), "hasty", "login")
    yield from _lonely_traps()


def _lonely_traps() -> Iterator[dict[str, Any]]:
    """Periods long before: one row, rows without any value, and an hour that happens twice."""
    alone = _trap("alone", datetime(2025, 11, 4, 10, tzinfo=UTC), "lonely", "login")
    yield alone | {"team": "care", "wait_seconds": 7.0, "handle_seconds": 60.0}
    nothing = dict.fromkeys(("agent_id", "team", "customer_id", "resolved_at", "reopen_count"))
    december = datetime(2025, 12, 3, 10, tzinfo=UTC)
    yield _trap("gave_up", december, "nobody", None) | nothing | {"abandoned": True}
    yield _trap("called", december, "nobody", None) | nothing | {"direction": "outbound"}
    twice = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    yield _trap("summer_half_past_two", twice, "early", "login")
    yield _trap("winter_half_past_two", twice + timedelta(hours=1), "late", "login")


def _trap(name: str, opened: datetime, customer: str, issue: str | None) -> dict[str, Any]:
    return {
        "source": "calls",
        "contact_id": name,
        "channel": "phone",
        "opened_at": opened,
        "direction": "inbound",
        "issue_type": issue,
        "team": "billing",
        "agent_id": "a1",
        "customer_id": customer,
        "resolved_at": opened + timedelta(hours=2),
        "reopen_count": 0,
        "abandoned": False,
    }


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    """Every column, with times as the tables hold them."""
    filled = {column.name: row.get(column.name) for column in contacts.c}
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in filled.items()
    }
