"""What of the facts goes when it is old, and that figures stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from storage.facts.aging import forget_comments, forget_contacts
from storage.facts.store import EMBEDDED
from tests.storage.facts.conftest import Store, address_on

CONTACTS = """contact_id,channel,opened_at,resolved_at,abandoned
old,phone,2025-01-10T10:00:00Z,2025-01-11T10:00:00Z,
old and given up,phone,2025-01-10T10:00:00Z,,true
old and open,email,2025-01-10T10:00:00Z,,
old and ended late,email,2025-01-30T10:00:00Z,2025-02-01T00:00:00Z,
new,phone,2025-02-01T00:00:00Z,2025-02-01T10:00:00Z,
"""
SURVEYS = """survey_id,kind,sent_at,answered_at,score,comment
old,csat,2025-01-10T10:00:00Z,2025-01-11T10:00:00Z,5,So kind
new,csat,2025-01-30T10:00:00Z,2025-02-01T00:00:00Z,1,So slow
"""
FEBRUARY = datetime(2025, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=[EMBEDDED, "clickhouse"])
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    yield from address_on(request, request.param)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def test_contacts_that_ended_before_go_and_open_ones_stay(store: Store) -> None:
    store.load_text(CONTACTS)
    with store.engine.begin() as connection:
        assert forget_contacts(connection, FEBRUARY) == 2
    with store.engine.begin() as connection:
        assert forget_contacts(connection, FEBRUARY) == 0
    assert [row[0] for row in store.rows("SELECT contact_id FROM contacts ORDER BY 1")] == [
        "new",
        "old and ended late",
        "old and open",
    ]


def test_old_comments_go_and_their_scores_stay(store: Store) -> None:
    store.load_text(SURVEYS, fact="surveys")
    with store.engine.begin() as connection:
        assert forget_comments(connection, FEBRUARY) == 1
    assert store.rows("SELECT survey_id, score, comment FROM surveys ORDER BY 1") == [
        ("new", 1.0, "So slow"),
        ("old", 5.0, None),
    ]
