"""Contacts made for one rule at a time, in a store of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.engine import Connection

from bot.request import MakeAlert, parse
from storage.alerts.rule import Evaluated, Sight, Standing, Watch
from storage.facts.tables import contacts, coverage, facts
from storage.metrics.target import TargetInForce
from storage.settings import Settings

NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)
"""A Wednesday."""
MONDAY = datetime(2026, 6, 15, tzinfo=UTC)
SETTINGS = Settings(timezone="UTC")
_NUMBERS = count()


def store() -> Engine:
    engine = create_engine("duckdb:///:memory:")
    facts.create_all(engine, checkfirst=False)
    return engine


def fill(connection: Connection, rows: Iterable[dict[str, Any]], until: datetime = NOW) -> None:
    """These contacts in the place of all that were there, told until then."""
    connection.execute(delete(contacts))
    connection.execute(delete(coverage))
    connection.execute(contacts.insert(), [_complete(row) for row in rows])
    reached = until.replace(tzinfo=None)
    told = {"source": "desk", "fact": "contacts", "until": reached, "longest_gap_seconds": 43200.0}
    connection.execute(coverage.insert(), [told])


def opened(at: datetime, many: int = 1, **given: Any) -> list[dict[str, Any]]:
    """So many contacts, by three agents in turn."""
    return [{"opened_at": at, "agent_id": f"a{number % 3}", **given} for number in range(many)]


def resolved_in_week(weeks_ago: int, many: int, reopened: int, team: str) -> list[dict[str, Any]]:
    """A week's resolved contacts, some of which were opened again."""
    at = MONDAY - timedelta(weeks=weeks_ago) + timedelta(hours=30)
    return [
        {
            "opened_at": at,
            "resolved_at": at + timedelta(hours=1),
            "team": team,
            "agent_id": f"{team}{number % 3}",
            "reopen_count": int(number < reopened),
        }
        for number in range(many)
    ]


def watch_of(text: str) -> Watch:
    request = parse(f"alert {text}", NOW.date())
    assert isinstance(request, MakeAlert)
    return request.watch


def judged(
    connection: Connection,
    text: str,
    now: datetime = NOW,
    targets: tuple[TargetInForce, ...] = (),
    loads: dict[tuple[str, str], float | None] | None = None,
) -> Evaluated:
    watch = watch_of(text)
    sight = Sight(connection, now, SETTINGS, watch, watch.question, targets, loads or {})
    return watch.kind.judge(sight)


def standings(found: Evaluated) -> dict[str, Standing]:
    """How each segment stands, by its values."""
    return {
        " ".join(str(value) for _, value in each.segment): each.standing for each in found.findings
    }


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "source": "desk",
        "contact_id": f"C{next(_NUMBERS)}",
        "channel": "phone",
        "direction": "inbound",
        "abandoned": False,
    }
    filled = {column.name: (usual | row).get(column.name) for column in contacts.c}
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in filled.items()
    }
