"""The audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.operations import audit
from storage.operations.audit import By, Wanted
from storage.operations.engine import appending, reading, writing
from tests.storage.operations.conftest import NOW


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(NOW - timedelta(days=9)), ["one", "two", "three"]),
        (Wanted(NOW - timedelta(days=1)), ["two", "three"]),
        (Wanted(NOW - timedelta(days=9), about="AGENT:"), ["one", "two"]),
        (Wanted(NOW - timedelta(days=9), about="a%"), []),
        (Wanted(NOW - timedelta(days=9), who="U2"), ["three"]),
    ],
)
def test_entries_are_found_by_time_words_and_person_oldest_first(
    operations: Engine, wanted: Wanted, found: list[str]
) -> None:
    with appending(operations) as session:
        audit.record(session, By("U2", NOW), "looked", "team:billing", "three")
        audit.record(session, By("U1", NOW - timedelta(days=2)), "looked", "agent:a4", "one")
        audit.record(session, By("U1", NOW - timedelta(hours=2)), "looked", "agent:a2", "two")
    with reading(operations) as session:
        assert [each.details for each in audit.entries(session, wanted)] == found


def test_entries_are_forgotten_when_their_time_is_over(operations: Engine) -> None:
    with writing(operations) as session:
        for days in (3, 2, 1):
            audit.record(session, By("U1", NOW - timedelta(days=days)), "x", "y", str(days))
    with writing(operations) as session:
        assert audit.forget_entries(session, NOW - timedelta(days=2)) == 1
    with reading(operations) as session:
        assert [each.details for each in audit.newest(session)] == ["1", "2"]
