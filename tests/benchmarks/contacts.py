"""A store of made-up contacts, the same for the same number of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
from sqlalchemy import create_engine

from storage.facts.tables import agents, contacts, coverage, facts

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
MONTHS = 24
AGENTS = 400
LEAD_OF = "team 1"
EMAIL = "lead@example.com"


def make_store(path: Path, count: int) -> None:
    """Writes a facts file with that many contacts, 24 months back from ``NOW``."""
    engine = create_engine(f"duckdb:///{path}")
    facts.create_all(engine)
    engine.dispose()
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET memory_limit = '2GB'; SET preserve_insertion_order = true")
        connection.execute("SELECT setseed(0.42)")
        connection.execute(_contacts(count))
        connection.execute(_agents())
        connection.execute(
            f"INSERT INTO {coverage.name} VALUES ('made', 'contacts', ?, 3600)",
            [NOW.replace(tzinfo=None)],
        )


def _contacts(count: int) -> str:
    step_seconds = MONTHS * 30.4375 * 86400 / count
    columns = ", ".join(column.name for column in contacts.c)
    return f"""
        INSERT INTO contacts ({columns})
        SELECT 'made', 'C' || i, channel, opened_at, 'inbound', 'question',
               'issue ' || (random() * 12)::INTEGER,
               CASE WHEN random() < 0.7 THEN 'simple' ELSE 'complex' END,
               CASE WHEN random() < 0.2 THEN 'high' ELSE 'normal' END,
               'team ' || (agent % 8), 'agent ' || agent,
               'customer ' || (random() * {count} / 8)::BIGINT, 'closed',
               opened_at + to_seconds(10 + (random() * 7200)::INTEGER),
               CASE WHEN random() < 0.98
                    THEN opened_at + to_seconds(600 + (-86400 * ln(1 - random()))::INTEGER) END,
               (random() * 60)::INTEGER, 200, 20, 60, 120 + (random() * 900)::INTEGER,
               random() < 0.04, random() < 0.72, random() < 0.9,
               CASE WHEN random() < 0.05 THEN 1 ELSE 0 END,
               CASE WHEN random() < 0.15 THEN 1 ELSE 0 END, NULL
        FROM (SELECT i, (random() * {AGENTS - 1})::INTEGER AS agent,
                     CASE WHEN r < 0.4 THEN 'phone' WHEN r < 0.7 THEN 'email'
                          WHEN r < 0.95 THEN 'chat' ELSE 'web' END AS channel,
                     TIMESTAMP '{NOW:%Y-%m-%d %H:%M:%S}'
                     - to_seconds((({count} - i) * {step_seconds})::BIGINT) AS opened_at
              FROM (SELECT i, random() AS r FROM range({count}) AS made (i)))
    """


def _agents() -> str:
    columns = ", ".join(column.name for column in agents.c)
    return f"""
        INSERT INTO agents ({columns})
        SELECT 'made', 'agent ' || i, 'Agent ' || i, 'agent' || i || '@example.com', NULL,
               'team ' || (i % 8), DATE '2020-01-01' + (i * 6)::INTEGER, NULL
        FROM range({AGENTS}) AS made (i)
    """
