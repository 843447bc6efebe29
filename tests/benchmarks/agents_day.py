"""The daily note of 5,000 agents: all their figures, and all their messages."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from bot.blocks.digests import digest_message
from storage.access import OnlyThem
from storage.digests.agent_days import read_agent_days
from storage.digests.audiences import entry_of
from storage.digests.compose import compose
from storage.digests.timing import timing_of
from storage.digests.told import Recipient, Timing
from storage.facts.store import open_facts
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder
from storage.operations.engine import open_operations, reading
from storage.roles import Member
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.measured import Measured, peak_memory_bytes
from tests.benchmarks.stores import MEMORY

AGENTS = 5000
ALLOWED_SECONDS = 3.0
STORE = "many_agents.duckdb"
ENTRY = entry_of(Audience.AGENTS)
ORDER = DigestOrder("Your day", Audience.AGENTS, ENTRY.cadence("UTC"), ENTRY.grain)


def measure(folder: Path) -> list[Measured]:
    """Of a copy of the store whose contacts belong to ten times as many agents."""
    _copy(folder)
    facts = open_facts(f"duckdb:///{folder}/{STORE}", memory_limit=MEMORY, data_folder=folder)
    timing = timing_of(ORDER, NOW, NOW, "UTC")
    try:
        return [_figures(facts, timing), _messages(facts, timing)]
    finally:
        facts.dispose()
        (folder / STORE).unlink()


def _figures(facts: Engine, timing: Timing) -> Measured:
    start = time.perf_counter()
    with facts.connect() as connection:
        found = read_agent_days(connection, timing.period, timing.now)
    seconds = time.perf_counter() - start
    if len(found.days) != AGENTS:
        raise ValueError(f"only {len(found.days)} agents have a day")
    missed = "" if seconds < ALLOWED_SECONDS else ": missed"
    promised = f"under {ALLOWED_SECONDS:.0f} s{missed}"
    return Measured(
        f"figures of {AGENTS:,} agents' day, for their notes",
        seconds,
        0,
        peak_memory_bytes(),
        promised,
    )


def _messages(facts: Engine, timing: Timing) -> Measured:
    start = time.perf_counter()
    recipients = [_recipient(f"A{number}") for number in range(AGENTS)]
    operations = open_operations("sqlite://")
    with facts.connect() as connection, reading(operations) as session:
        composed = compose(connection, session, ORDER, recipients, timing, Settings())
    for told in composed.told.values():
        digest_message(told)
    seconds = time.perf_counter() - start
    return Measured(f"the same with {AGENTS:,} messages", seconds, 0, peak_memory_bytes())


def _recipient(agent: str) -> Recipient:
    return Recipient(agent, Member("T", agent, agent_ids=frozenset({agent})), OnlyThem())


def _copy(folder: Path) -> None:
    """Each agent's contacts and answers are dealt out to ten; all of them have a shift."""
    (folder / STORE).unlink(missing_ok=True)
    with duckdb.connect(str(folder / STORE), config={"memory_limit": MEMORY}) as connection:
        connection.execute("PRAGMA disable_progress_bar")
        connection.execute(f"ATTACH '{folder}/facts.duckdb' AS whole (READ_ONLY)")
        for table, key in (("contacts", "contact_id"), ("surveys", "survey_id")):
            connection.execute(
                f"CREATE TABLE {table} AS SELECT * REPLACE ('A' || hash({key}) % {AGENTS}"
                f" AS agent_id) FROM whole.{table}"
            )
        connection.execute(
            "CREATE TABLE agent_days AS SELECT shift.* REPLACE ('A' || number AS agent_id)"
            f" FROM whole.agent_days AS shift, range({AGENTS}) AS numbers(number)"
            f" WHERE day = DATE '{NOW:%Y-%m-%d}' AND agent_id = 'A0'"
        )
