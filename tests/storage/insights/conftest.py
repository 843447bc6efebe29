"""An empty store, and contacts of a few days written into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, insert
from sqlalchemy.engine import Connection

from storage.facts.tables import agent_days, agents, contacts, facts, help_sessions
from storage.insights.scope import Scope
from storage.metrics.answer import Filter
from storage.metrics.definition import Segment
from storage.periods import Period, range_of
from storage.settings import Settings

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
PHONE = Filter(Segment.CHANNEL, ("phone",))
DEFAULTS: dict[str, Any] = {
    "source": "calls",
    "channel": "phone",
    "direction": "inbound",
    "abandoned": False,
}


class Facts:
    """A store that is filled row by row; times are local ones of Berlin."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._number = count()

    def contact(self, local: str, agent: str | None = "a1", **given: Any) -> None:
        opened = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
        row = {
            **{column.name: None for column in contacts.c},
            **DEFAULTS,
            "contact_id": f"C{next(self._number)}",
            "opened_at": opened.replace(tzinfo=None),
            "agent_id": agent,
            **given,
        }
        self.connection.execute(insert(contacts), row)

    def agent_day(self, agent: str, day: str, staffed_seconds: float) -> None:
        row = {"source": "wfm", "agent_id": agent, "day": date.fromisoformat(day)}
        self.connection.execute(insert(agent_days), row | {"staffed_seconds": staffed_seconds})

    def agent(self, agent: str, email: str) -> None:
        self.connection.execute(insert(agents), {"source": "hr", "agent_id": agent, "email": email})

    def visit(self, day: str, topic: str, *, contacted_after: bool | None = False) -> None:
        row = {
            "source": "help",
            "session_id": f"S{next(self._number)}",
            "started_at": datetime.fromisoformat(day),
            "topic": topic,
            "contacted_after": contacted_after,
        }
        self.connection.execute(insert(help_sessions), row)


@pytest.fixture
def store() -> Iterator[Facts]:
    engine = create_engine("duckdb:///:memory:")
    facts.create_all(engine, checkfirst=False)
    with engine.begin() as connection:
        yield Facts(connection)
    engine.dispose()


def scope(
    first: str,
    last: str,
    *filters: Filter,
    withhold: bool = False,
    settings: Settings | None = None,
    now: datetime = NOW,
) -> Scope:
    return of(days(first, last), *filters, withhold=withhold, settings=settings, now=now)


def of(
    period: Period,
    *filters: Filter,
    withhold: bool = False,
    settings: Settings | None = None,
    now: datetime = NOW,
) -> Scope:
    return Scope(period, filters, now, settings or Settings(timezone="Europe/Berlin"), withhold)


def days(first: str, last: str) -> Period:
    return range_of(date.fromisoformat(first), date.fromisoformat(last), "Europe/Berlin")
