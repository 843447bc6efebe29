"""Naming the teams whose totals a channel may get."""

from __future__ import annotations

from sqlalchemy import Engine

from storage.operations import audit, channels
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from tests.storage.operations.conftest import NOW


def name(operations: Engine, channel_id: str, *teams: str) -> None:
    with writing(operations) as session:
        channels.name_teams(session, channel_id, frozenset(teams), By("U0ADMIN", NOW))


def test_channel_teams_named_again_replace_those_before(operations: Engine) -> None:
    name(operations, "C1", "billing", "sales")
    name(operations, "C2", "*")
    name(operations, "C1", "tier 2", "sales")
    with reading(operations) as session:
        assert channels.every_channel(session) == {"C1": {"sales", "tier 2"}, "C2": {"*"}}
        assert channels.teams_of(session, "C1") == {"sales", "tier 2"}
        assert channels.teams_of(session, "C3") == frozenset()


def test_channel_named_no_team_gets_nothing_and_it_is_written_down(operations: Engine) -> None:
    name(operations, "C1", "billing", "sales")
    name(operations, "C1")
    with reading(operations) as session:
        entries = [(e.at, e.who, e.what, e.about, e.details) for e in audit.newest(session)]
        assert channels.every_channel(session) == {}
    assert entries == [
        (NOW, "U0ADMIN", "channel teams named", "C1", "no team"),
        (NOW, "U0ADMIN", "channel teams named", "C1", "team:billing team:sales"),
    ]
