"""Rows of every fact besides contacts, made inside a loaded store: as many as belong to them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from storage.facts.store import open_facts
from tests.benchmarks import stores
from tests.benchmarks.stores import MEMORY

SEED = 20260302
CONTACTS_A_CUSTOMER = 5
CONTACTS_A_SURVEY = 5
CONTACTS_A_REVIEW = 50
CONTACTS_A_SESSION = 2
CUSTOMER_IDS = 2_000_000
CHANNELS = "['phone', 'chat', 'email', 'web']"


MADE = (
    *("surveys", "follow_ups", "qa_reviews", "help_sessions"),
    *("customers", "agents", "agent_days", "costs"),
)


def generate(folder: Path, contacts: int) -> None:
    """Fills the store's other tables; the span is that of the generated contacts."""
    if not stores.is_clickhouse(folder):
        _generate(folder / "facts.duckdb", contacts)
        return
    with TemporaryDirectory(dir=folder) as made:
        store = Path(made) / "made.duckdb"
        open_facts(f"duckdb:///{store}", memory_limit=MEMORY, data_folder=folder).dispose()
        _generate(store, contacts)
        facts = stores.open_store(folder)
        with facts.connect() as connection:
            stores.copy_facts(store, connection, MADE)
        facts.dispose()


def _generate(store: Path, contacts: int) -> None:
    statements = [
        _surveys(contacts // CONTACTS_A_SURVEY),
        _FOLLOW_UPS,
        _reviews(contacts // CONTACTS_A_REVIEW),
        _sessions(contacts // CONTACTS_A_SESSION),
        _customers(min(CUSTOMER_IDS, contacts // CONTACTS_A_CUSTOMER)),
        *_OF_THE_ORGANISATION,
    ]
    with duckdb.connect(str(store), config={"memory_limit": MEMORY}) as connection:
        connection.execute("PRAGMA disable_progress_bar")
        for statement in statements:
            connection.execute(statement)


def _chosen(salt: int, of: int) -> str:
    return f"CAST(hash(i, {SEED + salt}) % {of} AS INTEGER)"


def _rows(count: int) -> str:
    moment = f"TIMESTAMP '2024-01-01' + to_seconds(i * 63000000 // {count}) AS moment"
    return f"(SELECT i, {moment} FROM range({count}) AS numbers(i))"


CHANNEL = f"{CHANNELS}[1 + {_chosen(0, 4)}]"
TEAM, AGENT = f"'team ' || {_chosen(5, 20)}", f"'A' || {_chosen(6, 500)}"
CUSTOMER = f"'K' || {_chosen(7, CUSTOMER_IDS)}"


def _surveys(count: int) -> str:
    return f"""
        INSERT INTO surveys (source, survey_id, kind, purpose, customer_id, channel, issue_type,
            team, agent_id, sent_at, answered_at, score)
        SELECT 'surveys', 'S' || i, ['csat', 'nps', 'ces'][1 + {_chosen(1, 3)}], 'contact',
            {CUSTOMER}, {CHANNEL}, ['billing', 'delivery', 'login', 'returns'][1 + {_chosen(3, 4)}],
            {TEAM}, {AGENT}, moment,
            CASE WHEN {_chosen(4, 3)} = 0 THEN moment + INTERVAL 3 HOUR END,
            CASE WHEN {_chosen(4, 3)} > 0 THEN NULL
                 ELSE CASE {_chosen(1, 3)} WHEN 0 THEN 1 + {_chosen(2, 5)}
                      WHEN 1 THEN {_chosen(2, 11)} ELSE 1 + {_chosen(2, 7)} END END
        FROM {_rows(count)}"""


_FOLLOW_UPS = """
    INSERT INTO follow_ups (source, follow_up_id, kind, purpose, customer_id, channel, issue_type,
        team, agent_id, opened_at, closed_at, score, score_after)
    SELECT source, survey_id, kind, purpose, customer_id, channel, issue_type, team, agent_id,
        answered_at, answered_at + to_seconds(CAST(60 + hash(survey_id) % 200000 AS BIGINT)),
        score, CASE WHEN hash(survey_id) % 3 = 0 THEN score + 1 END
    FROM surveys
    WHERE score <= CASE kind WHEN 'nps' THEN 6 WHEN 'csat' THEN 2 ELSE 3 END"""


def _reviews(count: int) -> str:
    return f"""
        INSERT INTO qa_reviews (source, review_id, agent_id, team, channel, reviewed_at, score,
            auto_failed, purpose)
        SELECT 'qa', 'R' || i, {AGENT}, {TEAM}, {CHANNEL}, moment, 50 + {_chosen(8, 51)},
            {_chosen(9, 40)} = 0, 'live'
        FROM {_rows(count)}"""


def _sessions(count: int) -> str:
    return f"""
        INSERT INTO help_sessions (source, session_id, started_at, visitor_id, customer_id,
            article_views, contacted_after)
        SELECT 'help', 'H' || i, moment, 'V' || {_chosen(10, 500_000)}, {CUSTOMER},
            {_chosen(11, 5)}, {_chosen(12, 4)} = 0
        FROM {_rows(count)}"""


def _customers(count: int) -> str:
    started_on = f"DATE '2022-01-01' + {_chosen(13, 1300)}"
    return f"""
        INSERT INTO customers (source, customer_id, started_on, ended_on, segment)
        SELECT 'crm', 'K' || i, {started_on},
            CASE WHEN {_chosen(14, 3)} = 0 THEN {started_on} + {_chosen(15, 900)} END,
            ['enterprise', 'small business', 'consumer'][1 + {_chosen(16, 3)}]
        FROM range({count}) AS numbers(i)"""


_OF_THE_ORGANISATION = (
    """
    INSERT INTO agents (source, agent_id, name, team, hired_on)
    SELECT 'hr', 'A' || i, 'Agent ' || i, 'team ' || i % 20,
        DATE '2021-01-01' + CAST(i * 4 AS INTEGER)
    FROM range(500) AS numbers(i)""",
    f"""
    INSERT INTO agent_days (source, agent_id, day, team, scheduled_seconds, adherent_seconds,
        staffed_seconds, handling_seconds)
    SELECT 'workforce', 'A' || i % 500, DATE '2024-01-01' + CAST(i // 500 AS INTEGER),
        'team ' || i % 20, 27000, 22000 + {_chosen(17, 5000)}, 25000, 17000 + {_chosen(18, 5000)}
    FROM range(365000) AS numbers(i)""",
    f"""
    INSERT INTO costs (source, cost_id, day, team, channel, amount, currency)
    SELECT 'finance', 'C' || i, DATE '2024-01-01' + CAST(i // 80 AS INTEGER), 'team ' || i % 20,
        {CHANNELS}[1 + i // 20 % 4], 900 + {_chosen(19, 200)}, 'EUR'
    FROM range(58400) AS numbers(i)""",
    """
    INSERT INTO coverage
    SELECT source, fact, TIMESTAMP '2025-12-24 10:00:00', 86400
    FROM (VALUES ('surveys', 'surveys'), ('surveys', 'follow_ups'), ('qa', 'qa_reviews'),
        ('help', 'help_sessions'), ('crm', 'customers'), ('hr', 'agents'),
        ('workforce', 'agent_days'), ('finance', 'costs')) AS covered(source, fact)""",
)
