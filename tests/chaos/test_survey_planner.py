"""The planner is killed in the middle of a campaign, and nobody is asked twice or left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine, func, select

from storage.operations import campaigns
from storage.operations.audit import By
from storage.operations.campaigns import CampaignOrder, Listed
from storage.operations.engine import open_operations, reading, writing
from storage.operations.outbox_models import Delivery
from storage.operations.survey_models import Invitation, InvitationState
from tests.chaos.fleet import ROOT
from tests.chaos.survey_planner import NOON, opened

PEOPLE = 1_200
KILLED_AT = (200, 600)
"""How many are planned when the planner is killed; each transaction plans 200."""
PATIENCE_SECONDS = 120
LOOK_AGAIN_SECONDS = 0.002
CUSTOMERS = f"""
    INSERT INTO customers (source, customer_id, started_on, slack_user_id, slack_team_id, timezone)
    SELECT 'crm', 'C' || i, DATE '2025-01-01', 'U' || i, 'T2', 'UTC' FROM range({PEOPLE}) AS r (i)
"""


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.survey_planner", str(folder)], cwd=ROOT
    )


def planned(operations: Engine) -> int:
    with reading(operations) as session:
        return session.scalar(select(func.count()).select_from(Invitation)) or 0


def kill_in_the_middle(folder: Path, operations: Engine, at: int) -> int:
    """Kills a planner once so many are planned; returns how many were when it was dead."""
    planner, deadline = start(folder), monotonic() + PATIENCE_SECONDS
    while planned(operations) < at and monotonic() < deadline:
        assert planner.poll() is None, "it ended before it could be killed"
        sleep(LOOK_AGAIN_SECONDS)
    planner.kill()
    planner.wait()
    return planned(operations)


def test_killed_planner_asks_everybody_once(tmp_path: Path) -> None:
    people = tuple(Listed(f"C{number}") for number in range(PEOPLE))
    order = CampaignOrder("NPS spring", "nps", "relationship", people=people)
    with opened(tmp_path) as (facts, operations), facts.begin() as connection:
        connection.exec_driver_sql(CUSTOMERS)
        with writing(operations) as session:
            campaigns.make(session, order, By("U0EVA", NOON), "one")
    operations = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    reached = [kill_in_the_middle(tmp_path, operations, at) for at in KILLED_AT]
    assert [0 < each < PEOPLE for each in reached] == [True] * len(KILLED_AT)
    assert start(tmp_path).wait(PATIENCE_SECONDS) == 0
    with reading(operations) as session:
        invited = session.execute(select(Invitation.user_id, Invitation.state)).all()
        posted = session.scalars(select(Delivery.recipient)).all()
    operations.dispose()
    everybody = sorted(f"U{number}" for number in range(PEOPLE))
    assert sorted(map(tuple, invited)) == [(each, InvitationState.PLANNED) for each in everybody]
    assert sorted(posted) == everybody
