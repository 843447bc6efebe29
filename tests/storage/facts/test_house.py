"""Questions about some weeks read their stretch of ClickHouse's tables, not the years before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection, func, select, text

from storage.facts.dialect import readable_sql
from storage.facts.growing import make_tables
from storage.facts.tables import contacts
from storage.metrics.counting import first_contact_resolution
from storage.settings import Settings
from tests.clickhouse import House
from tests.storage.engines import connected

ROWS = 100_000
"""A contact each ten minutes from 2024 on, resolved two hours later, but every tenth is open."""
MADE = text(f"""
    INSERT INTO contacts (source, contact_id, customer_id, channel, direction, opened_at,
        resolved_at)
    SELECT 'made', toString(number), toString(number % 1000), 'email', 'inbound', at,
        if(number % 10 = 0, NULL, at + toIntervalHour(2))
    FROM (
        SELECT number, toDateTime64('2024-01-01 00:00:00', 6, 'UTC') + toIntervalMinute(number * 10)
            AS at
        FROM numbers({ROWS})
    )""")
START, END = datetime(2025, 10, 1), datetime(2025, 10, 8)
WEEK = 7 * 24 * 6
GRANULE = 8192


@pytest.fixture(scope="module")
def made(clickhouse: House) -> Iterator[Connection]:
    with clickhouse.database() as url:
        engine = connected(url)
        with engine.connect() as connection:
            make_tables(connection)
            connection.execute(MADE)
            yield connection
        engine.dispose()


@pytest.mark.parametrize("time", [contacts.c.opened_at, contacts.c.resolved_at], ids=str)
def test_only_the_stretch_of_the_weeks_asked_for_is_read(made: Connection, time: object) -> None:
    by = contacts.c[str(time).partition(".")[2]]
    statement = select(func.count()).where(by >= START, by < END, contacts.c.channel == "email")
    (read,) = made.execute(text(f"EXPLAIN ESTIMATE {readable_sql(made, statement)}")).all()
    counted = made.scalar(statement)
    assert counted == (WEEK if by is contacts.c.opened_at else WEEK * 9 // 10)
    assert read.rows <= 2 * GRANULE


@pytest.mark.parametrize(("days", "rows"), [(6, WEEK * 9 // 10), (7, 0)])
def test_who_follows_another_contact_is_found(made: Connection, days: int, rows: int) -> None:
    """Each customer comes back after 10,000 minutes, which is a little less than a week."""
    by = contacts.c.resolved_at
    *_, derived = first_contact_resolution(by, by.is_not(None)).branches
    counted = derived.where(Settings(repeat_contact_days=days))
    assert made.scalar(select(func.count()).where(by >= START, by < END, counted)) == rows
