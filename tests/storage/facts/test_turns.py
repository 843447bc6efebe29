"""Who changes a fact on ClickHouse waits for whoever does so, unless that one was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from storage.facts.turns import TURN, turn_of
from tests.clickhouse import House
from tests.storage.facts.conftest import Store, opened_in

HEADER = "contact_id,channel,opened_at\n"
OURS = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'carekpi_%'"


@pytest.fixture
def store(clickhouse: House, tmp_path: Path) -> Iterator[Store]:
    with clickhouse.database() as url, opened_in(tmp_path, url) as opened:
        yield opened


def test_second_waits_until_the_first_has_left(store: Store) -> None:
    order: list[str] = []

    def second() -> None:
        with turn_of(store.engine, "contacts"):
            order.append("second")

    waiting = Thread(target=second)
    with turn_of(store.engine, "contacts"):
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(30)
    assert order == ["first", "second"]
    assert store.rows(OURS) == []


def test_facts_have_turns_of_their_own(store: Store) -> None:
    with turn_of(store.engine, "contacts"), turn_of(store.engine, "agents"):
        assert sorted(store.rows(OURS)) == [("carekpi_turn_agents",), ("carekpi_turn_contacts",)]


def test_turn_of_one_who_was_cut_off_is_lost_with_what_was_prepared(store: Store) -> None:
    """Whoever was only slow finds nothing to put in place: its exchange fails."""
    store.load_text(f"{HEADER}1,chat,2026-03-01\n")
    for statement in (
        f"CREATE TABLE {TURN}contacts (holder String, at DateTime64) ENGINE MergeTree ORDER BY at",
        f"INSERT INTO {TURN}contacts VALUES ('gone', now64(6) - 60)",
        "CREATE TABLE carekpi_next_contacts_gone CLONE AS contacts",
    ):
        with store.engine.connect() as connection:
            connection.execute(text(statement))
    store.load_text(f"{HEADER}2,chat,2026-03-02\n")
    assert store.rows("SELECT contact_id FROM contacts ORDER BY ALL") == [("1",), ("2",)]
    assert store.rows(OURS) == []


def test_turn_that_is_held_is_not_taken_away(store: Store) -> None:
    with turn_of(store.engine, "contacts"):
        found = store.row(f"SELECT count(), max(at) > now64(6) - 30 FROM {TURN}contacts")
        assert found == (1, 1)
