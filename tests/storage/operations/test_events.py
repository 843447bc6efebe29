from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine

from storage.operations.engine import writing
from storage.operations.events import forget, is_first
from tests.storage.operations.conftest import NOW


def test_event_is_first_once(operations: Engine) -> None:
    found = []
    for name in ("Ev1", "Ev1", "Ev2"):
        with writing(operations) as session:
            found.append(is_first(session, name, NOW))
    assert found == [True, False, True]


def test_event_heard_by_many_at_once_is_first_for_one(operations: Engine) -> None:
    def hear(_: int) -> bool:
        with writing(operations) as session:
            return is_first(session, "Ev1", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hear, range(8))) == [False] * 7 + [True]


def test_forget_tells_how_many_were_old(operations: Engine) -> None:
    with writing(operations) as session:
        is_first(session, "Ev1", NOW)
        is_first(session, "Ev2", NOW + timedelta(seconds=1))
        assert forget(session, before=NOW + timedelta(seconds=1)) == 1
