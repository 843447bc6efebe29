"""How long an answer takes from the signed request until it is posted.

It is held against the best single hand-written query for the same numbers.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from bot.playground import Conversation, Person, Workspace, serve
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import open_operations, writing
from storage.roles import Role, RoleGrant
from tests.benchmarks.answering import NOW
from tests.benchmarks.measured import Measured, peak_memory_bytes
from tests.benchmarks.stores import MEMORY, is_clickhouse, open_store

ROOT = Path(__file__).parents[2]
REPEATS = 9
ALLOWED_FACTOR, ALLOWED_MORE_SECONDS = 2.0, 0.030

OWN = "direction = 'inbound' AND NOT abandoned"
WEEKS = "TIMESTAMP '2025-09-22'"
MONDAY, LAST_MONDAY, NOW_SQL = (
    "TIMESTAMP '2025-12-22'",
    "TIMESTAMP '2025-12-15'",
    "TIMESTAMP '2025-12-24 10:00:00'",
)
FIRST_CONTACT = f"""
    SELECT 'week', date_trunc('week', resolved_at), channel,
           count(*), sum(resolved_on_first_contact::INTEGER)
    FROM contacts WHERE {OWN} AND resolved_at >= {WEEKS} AND resolved_at < {NOW_SQL}
    GROUP BY ALL
    UNION ALL
    SELECT 'stretch', NULL, channel, count(*), sum(resolved_on_first_contact::INTEGER)
    FROM contacts WHERE {OWN} AND resolved_at >= {LAST_MONDAY}
      AND resolved_at < {NOW_SQL} - INTERVAL 7 DAY GROUP BY ALL
    UNION ALL
    SELECT 'gross', date_trunc('week', opened_at), channel,
           count(*), sum(resolved_on_first_contact::INTEGER)
    FROM contacts WHERE {OWN} AND opened_at >= {LAST_MONDAY} AND opened_at < {NOW_SQL}
    GROUP BY ALL
"""
VOLUME = f"""
    SELECT 'week', date_trunc('week', opened_at), team, count(*)
    FROM contacts WHERE direction = 'inbound' AND opened_at >= {WEEKS} AND opened_at < {NOW_SQL}
    GROUP BY ALL
    UNION ALL
    SELECT 'stretch', NULL, team, count(*)
    FROM contacts WHERE direction = 'inbound' AND opened_at >= {LAST_MONDAY}
      AND opened_at < {NOW_SQL} - INTERVAL 7 DAY GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the hand-written query that it is held against."""

    text: str
    query: str


QUESTIONS = (
    Asked("fcr weekly by channel", FIRST_CONTACT),
    Asked("volume weekly by team", VOLUME),
)


def measure(folder: Path) -> list[Measured]:
    """Asks each question of the store in ``folder``, and runs each query on it."""
    queried = [_fastest_query(folder, asked.query) for asked in QUESTIONS]
    measured = []
    with serve(ROOT / "manifest.yml") as workspace:
        eva = workspace.add_person("eva")
        care = workspace.add_channel("care", [eva], with_bot=True)
        _make_executive(folder, eva)
        with _bot(folder, workspace) as bot:
            for asked, baseline in zip(QUESTIONS, queried, strict=True):
                seconds = _median_seconds(lambda: _ask(workspace, eva, care, asked.text))  # noqa: B023 - called at once
                measured.append(_row(asked, seconds, baseline, peak_memory_bytes(bot.pid)))
    return measured


def _row(asked: Asked, seconds: float, baseline: float, peak: int) -> Measured:
    bound = ALLOWED_FACTOR * baseline + ALLOWED_MORE_SECONDS
    return Measured(f"/kpi {asked.text}", seconds, baseline, peak, f"at most {bound * 1000:.0f} ms")


def _make_executive(folder: Path, person: Person) -> None:
    operations = open_operations(f"sqlite:///{folder}/operations.sqlite")
    with writing(operations) as session:
        members.grant(session, person.id, RoleGrant(Role.EXECUTIVE), By("benchmark", NOW))
    operations.dispose()


@contextmanager
def _bot(folder: Path, workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.benchmarks.answering", str(folder)]
    secrets = [workspace.api_url, workspace.bot_token, workspace.signing_secret]
    with subprocess.Popen(
        command + secrets, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as bot:
        if bot.stdout is None or bot.stdin is None:
            raise RuntimeError("the bot has no pipes")
        workspace.connect_http(bot.stdout.readline().strip())
        yield bot
        bot.stdin.close()
        bot.wait(20)


def _ask(workspace: Workspace, person: Person, place: Conversation, text: str) -> None:
    """Asks, and waits until the answer is seen."""
    before = len(workspace.visible(person, place))
    workspace.command(person, place, f"/kpi {text}")
    workspace.wait_for(lambda: len(workspace.visible(person, place)) > before, 60)


def _fastest_query(folder: Path, query: str) -> float:
    if is_clickhouse(folder):
        return _fastest_on_clickhouse(folder, query)
    with duckdb.connect(f"{folder}/facts.duckdb", config={"memory_limit": MEMORY}) as connection:
        return min(_seconds(lambda: connection.execute(query).fetchall()) for _ in range(REPEATS))


def _fastest_on_clickhouse(folder: Path, query: str) -> float:
    facts = open_store(folder)
    with facts.connect() as house:
        found = min(_seconds(lambda: house.exec_driver_sql(query).all()) for _ in range(REPEATS))
    facts.dispose()
    return found


def _median_seconds(act: Callable[[], object]) -> float:
    _seconds(act)
    return median(_seconds(act) for _ in range(REPEATS))


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
