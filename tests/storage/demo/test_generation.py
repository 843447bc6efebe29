"""The made-up rows: as many as promised, the same each time, and none that breaks a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from storage.demo.generation import SOURCES, Size, generate
from storage.errors import UserError
from storage.facts.declared import FACTS, Fact
from storage.facts.tables import agents, facts
from storage.facts.values import faults
from tests.storage.demo.conftest import NOW, Demo, empty_store
from tests.storage.engines import connected

TODAY = date(2026, 11, 18)
SHORT_DAYS = 120

IMPOSSIBLE = (
    ("contacts", "resolved_at < first_response_at"),
    ("contacts", "greatest(opened_at, first_response_at, resolved_at) >= '2026-11-18 14:30:12'"),
    ("contacts", "abandoned AND agent_id IS NOT NULL"),
    ("contacts", "abandoned AND coalesce(first_response_at, resolved_at) IS NOT NULL"),
    ("contacts", "abandoned AND coalesce(handle_seconds, talk_seconds) IS NOT NULL"),
    ("contacts", "channel IN ('phone', 'chat') AND direction = 'inbound' AND wait_seconds IS NULL"),
    ("contacts", "channel = 'email' AND wait_seconds IS NOT NULL"),
    (
        "contacts",
        ("channel <> 'email'"
        " AND handle_seconds <> talk_seconds + coalesce(hold_seconds, 0) + wrap_seconds"),
    ),
    ("contacts", "resolved_at IS NULL AND resolved_on_first_contact IS NOT NULL"),
    ("contacts", "source = 'helpdesk' AND resolved_on_first_contact IS NOT NULL"),
    ("contacts", "reopen_count > 0 AND resolved_on_first_contact"),
    ("contacts", "NOT abandoned AND (agent_id IS NULL OR team IS NULL)"),
    (
        "contacts c JOIN agents a USING (agent_id)",
        "c.team <> a.team OR opened_at < hired_on OR opened_at >= left_on",
    ),
    ("agent_days", "adherent_seconds > scheduled_seconds OR handling_seconds > staffed_seconds"),
    ("agent_days", "staffed_seconds > scheduled_seconds"),
    ("surveys", "(answered_at IS NULL) <> (score IS NULL)"),
    ("surveys", "greatest(sent_at, answered_at) >= '2026-11-18 14:30:12'"),
    ("surveys", ("score <> floor(score) OR score > CASE kind WHEN 'csat' THEN 5 WHEN 'nps' THEN 10"
     " ELSE 7 END OR (score < 1 AND kind <> 'nps')")),
    ("surveys s LEFT JOIN contacts c USING (contact_id)",
     "purpose = 'contact' AND (c.resolved_at IS NULL OR s.sent_at < c.resolved_at)"),
    ("qa_answers", "points > out_of OR (points IS NULL) <> not_applicable"),
    ("qa_reviews", "reviewed_at >= '2026-11-18 14:30:12' OR auto_failed <> (score = 0)"),
    ("help_sessions", "started_at >= '2026-11-18 14:30:12' OR article_views < 1"),
    ("customers", "ended_on > '2026-11-18' OR started_on > '2026-11-18'"),
    ("costs", "day > '2026-11-17' OR currency <> 'EUR' OR amount <= 0"),
)  # fmt: skip


def test_every_table_has_the_rows_promised(demo: Demo) -> None:
    counts = {table: demo.count(table, "true") for table in facts.tables}
    assert 58_000 < counts.pop("contacts") < 62_000
    assert 45_000 < counts.pop("help_sessions") < 75_000
    assert counts.pop("agents") == 60
    assert [table for table, count in counts.items() if count < 1_000] == ["coverage"]


def test_eighteen_months_end_a_few_minutes_ago(demo: Demo) -> None:
    first, last = demo.row("SELECT min(opened_at)::DATE, max(opened_at) FROM contacts")
    assert first == TODAY - timedelta(days=548)
    assert timedelta() < NOW.replace(tzinfo=None) - last < timedelta(minutes=45)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_rows_break_no_rule_of_an_import(demo: Demo, fact: Fact) -> None:
    given = ", ".join(f'"{column}" AS "given_{column}"' for column in fact.columns)
    rows = f"(SELECT *, {given} FROM {fact.name})"
    rules = faults(fact, fact.columns)
    broken = [rule for rule in rules if demo.count(rows, rule.condition)]
    assert broken == []


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_keys_are_unique(demo: Demo, fact: Fact) -> None:
    key = ", ".join(("source", *fact.key))
    assert demo.rows(f"SELECT {key} FROM {fact.name} GROUP BY {key} HAVING count(*) > 1") == []


@pytest.mark.parametrize(("rows", "condition"), IMPOSSIBLE)
def test_nothing_impossible_happens(demo: Demo, rows: str, condition: str) -> None:
    assert demo.count(rows, condition) == 0


def test_score_of_a_review_is_made_of_its_answers(demo: Demo) -> None:
    assert demo.rows(
        "SELECT review_id, score FROM qa_reviews JOIN ("
        "  SELECT review_id, bool_or(critical AND points = 0) AS failed,"
        "    sum(weight * points / out_of) / sum(weight) FILTER (NOT not_applicable) AS part"
        "  FROM qa_answers GROUP BY review_id) USING (review_id)"
        " WHERE abs(score - CASE WHEN failed THEN 0 ELSE 100 * part END) > 0.01"
    ) == []  # fmt: skip


def test_customers_ask_while_they_are_customers(demo: Demo) -> None:
    asked_too_early = (
        "SELECT count(*) FROM contacts JOIN"
        " (SELECT customer_id, min(started_on) AS came FROM customers GROUP BY customer_id)"
        " USING (customer_id) WHERE opened_at < came"
    )
    assert demo.row(asked_too_early) == (0,)


def test_who_comes_back_has_two_stays(demo: Demo) -> None:
    (returned,) = demo.row(
        "SELECT count(*) FROM (SELECT customer_id FROM customers GROUP BY customer_id"
        " HAVING count(*) = 2 AND max(started_on) > min(ended_on))"
    )
    assert returned == demo.count("customers", "true") - int(
        demo.row("SELECT count(DISTINCT customer_id) FROM customers")[0]
    )
    assert returned > 50


def test_every_source_says_up_to_when_it_reaches(demo: Demo) -> None:
    covered = demo.rows("SELECT source, fact, until FROM coverage ORDER BY source, fact")
    present = [
        (source, table)
        for table in sorted(facts.tables)
        if table != "coverage"
        for (source,) in demo.rows(f"SELECT DISTINCT source FROM {table}")
    ]
    assert [(source, fact) for source, fact, _ in covered] == sorted(present)
    until = {source: NOW.replace(tzinfo=None) - until for source, _, until in covered}
    assert until["phone"] == timedelta(minutes=3)
    assert until["helpdesk"] == timedelta(minutes=6)
    assert until["finance"] == timedelta(hours=14, minutes=30, seconds=12)


@pytest.fixture(scope="module")
def short() -> Iterator[Engine]:
    """Four months beside rows of another source, made by one thread."""
    engine = empty_store(threads=1)
    with engine.begin() as connection:
        connection.execute(agents.insert().values(source="own", agent_id="1", name="Ann"))
    generate(engine, now=NOW, days=SHORT_DAYS)
    yield engine
    engine.dispose()


def test_same_seed_gives_the_same_rows_whatever_the_threads(short: Engine) -> None:
    other = empty_store(threads=2)
    generate(other, now=NOW, days=SHORT_DAYS)
    assert fingerprints(other) == fingerprints(short)
    generate(other, now=NOW, days=SHORT_DAYS, seed=4)
    same = {
        table
        for table, hashed in fingerprints(other).items()
        if hashed == fingerprint(short, table)
    }
    assert same == {"agents"}
    other.dispose()


def test_generating_again_replaces_and_leaves_other_sources_alone(short: Engine) -> None:
    once = fingerprints(short)
    generate(short, now=NOW, days=SHORT_DAYS)
    assert fingerprints(short) == once
    assert asked(short, "SELECT name FROM agents WHERE source = 'own'") == "Ann"


def test_nothing_of_the_work_is_left_behind(short: Engine) -> None:
    assert asked(short, "SELECT count(*) FROM duckdb_tables() WHERE temporary") == 0
    macros = "SELECT count(*) FROM duckdb_functions() WHERE function_name LIKE 'demo%'"
    assert asked(short, macros) == 0


def fingerprints(engine: Engine) -> dict[str, int]:
    return {table: fingerprint(engine, table) for table in facts.tables}


def fingerprint(engine: Engine, table: str) -> int:
    where = "source <> 'own'"
    return int(asked(engine, f"SELECT bit_xor(hash(t)) FROM {table} t WHERE {where}"))


def asked(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_large_has_several_times_as_many() -> None:
    engine = empty_store()
    generate(engine, now=NOW, days=SHORT_DAYS, size=Size.LARGE)
    assert 49_000 < asked(engine, "SELECT count(*) FROM contacts") < 54_000
    engine.dispose()


@pytest.mark.parametrize("days", [119, 1501, 0, -3])
def test_too_few_or_too_many_days(days: int) -> None:
    engine = empty_store()
    with pytest.raises(UserError) as raised:
        generate(engine, now=NOW, days=days)
    assert str(raised.value) == (
        f"The demo can't tell its stories in {days} days. Take from 120 to 1,500."
    )
    engine.dispose()


def test_server_is_refused_before_anything_is_asked_of_it() -> None:
    engine = connected("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(UserError) as raised:
        generate(engine, now=NOW)
    assert str(raised.value) == (
        "The demo makes its data up inside a DuckDB file, and on no server."
        " Leave it its own file: carekpi demo takes no URL."
    )


def test_sources_are_those_of_the_rows(demo: Demo) -> None:
    found = demo.rows("SELECT DISTINCT source FROM coverage ORDER BY source")
    assert [source for (source,) in found] == sorted(SOURCES)
