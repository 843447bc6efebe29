"""How long an answer over a million contacts takes with business time, and without it."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection

from storage.calendars import BusinessCalendar
from storage.facts.store import open_facts
from storage.metrics.answer import Query
from storage.metrics.catalog import METRICS
from storage.metrics.query import answer
from storage.periods import range_of
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.measured import Measured
from tests.benchmarks.stores import MEMORY

ASKED_CONTACTS = 1_000_000
DAYS_OF_DATA = 722
REPEATS = 5
ALLOWED = "at most 3 times"
LUNCH = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600 + 1800))
WEEK = (LUNCH,) * 5 + ((), ())
CALENDARS = {
    "*": BusinessCalendar("Europe/Berlin", WEEK, "DE-BE"),
    **{f"team {number}": BusinessCalendar("America/New_York", WEEK, "US") for number in range(10)},
}


def measure(contacts: int, folder: Path) -> list[Measured]:
    """Both metrics that have business time, over the newest million contacts of a store."""
    facts = open_facts(f"duckdb:///{folder}/facts.duckdb", memory_limit=MEMORY, data_folder=folder)
    days = max(1, DAYS_OF_DATA * min(contacts, ASKED_CONTACTS) // contacts)
    with facts.connect() as connection:
        found = [
            _measured(connection, query)
            for query in _queries(days)
            if any(aside.is_business_time for aside in query.metric.asides)
        ]
    facts.dispose()
    return found


def _queries(days: int) -> list[Query]:
    last = NOW.date() - timedelta(days=1)
    period = range_of(last - timedelta(days=days - 1), last, "UTC")
    return [Query(metric, period) for metric in METRICS]


def _measured(connection: Connection, query: Query) -> Measured:
    without = _median_seconds(connection, query, Settings())
    within = _median_seconds(connection, query, Settings(calendars=CALENDARS))
    name = f"{query.metric.name} of a million, in business time"
    return Measured(name, within, without, 0, ALLOWED)


def _median_seconds(connection: Connection, query: Query, settings: Settings) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        answer(connection, query, NOW, settings)
        taken.append(time.perf_counter() - started)
    return median(taken)
