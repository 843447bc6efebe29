"""Opening a Home: what is gathered and drawn for an executive, a lead and an agent.

``python -m tests.benchmarks.home FOLDER`` measures a store that ``--folder`` has kept.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from slack_sdk import WebClient
from sqlalchemy import Connection, select

from bot.blocks.home import home_view
from bot.home import Homes
from bot.members import Members
from bot.stores import Stores
from storage.facts.tables import contacts
from storage.metrics.catalog import METRICS
from storage.operations import homes
from storage.operations.engine import open_operations, writing
from storage.operations.homes import Choice
from storage.periods import Grain
from storage.roles import Member, Role, RoleGrant
from storage.settings import Settings
from tests.benchmarks.answering import NOW
from tests.benchmarks.every_metric import seconds
from tests.benchmarks.measured import Measured, peak_memory_bytes
from tests.benchmarks.stores import open_store

REPEATS = 3
ALLOWED_SECONDS, ALLOWED_PINNED_SECONDS = 1.0, 5.0


def measure(folder: Path) -> list[Measured]:
    """As it is for each role, and with every metric pinned."""
    facts = open_store(folder)
    with TemporaryDirectory() as temporary, facts.connect() as connection:
        operations = open_operations(f"sqlite:///{temporary}/operations.sqlite")
        stores = Stores(facts, operations, Settings())
        client = WebClient()
        shown = Homes(client, Members(client, "T0", stores, lambda: NOW), stores, lambda: NOW)
        people = _people(connection)
        found = [_measured(f"Home of {who}", shown, member) for who, member in people.items()]
        pinned = replace(people["an executive"], slack_user_id="U0PINS")
        with writing(operations) as session:
            keys = tuple(metric.key for metric in METRICS)
            homes.choose(session, pinned.slack_user_id, Choice(Grain.WEEK, keys))
        found.append(_measured("Home with every metric", shown, pinned, ALLOWED_PINNED_SECONDS))
        operations.dispose()
    facts.dispose()
    return found


def _people(connection: Connection) -> dict[str, Member]:
    """The lead and the agent of some contact."""
    known = (contacts.c.agent_id.is_not(None), contacts.c.team.is_not(None))
    row = connection.execute(select(contacts.c.agent_id, contacts.c.team).where(*known)).first()
    if row is None:
        raise ValueError("no contact has a team and an agent")
    team = frozenset({row.team})
    return {
        "an executive": Member("T0", "U0EVA", frozenset({RoleGrant(Role.EXECUTIVE)})),
        "a lead": Member("T0", "U0LEO", frozenset({RoleGrant(Role.LEAD, team)})),
        "an agent": Member("T0", "U0AMY", agent_ids=frozenset({row.agent_id}), agent_teams=team),
    }


def _measured(
    name: str, shown: Homes, member: Member, allowed_seconds: float = ALLOWED_SECONDS
) -> Measured:
    taken = median(seconds(lambda: home_view(shown.gather(member))) for _ in range(REPEATS))
    missed = "" if taken < allowed_seconds else ": missed"
    return Measured(name, taken, 0, peak_memory_bytes(), f"under {allowed_seconds:.0f} s{missed}")


if __name__ == "__main__":
    for each in measure(Path(sys.argv[1])):
        print(f"{each.name}: {each.seconds:.2f} s ({each.allowed})")
