from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine

from storage.operations.engine import writing
from storage.operations.events import LONGEST_ANSWER, finish, forget, is_first, take_up
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


def takes_up(operations: Engine, at: datetime) -> bool:
    with writing(operations) as session:
        return take_up(session, "Ev1", at)


def test_event_that_nobody_finished_is_taken_up_again_once(operations: Engine) -> None:
    late = NOW + LONGEST_ANSWER
    assert [takes_up(operations, at) for at in (NOW, late - timedelta(seconds=1), late, late)] == [
        True,
        False,
        True,
        False,
    ]


def test_finished_event_is_never_taken_up_again(operations: Engine) -> None:
    assert takes_up(operations, NOW)
    with writing(operations) as session:
        finish(session, "Ev1", NOW + timedelta(seconds=1))
    assert not takes_up(operations, NOW + timedelta(minutes=5))


def test_unfinished_event_heard_by_many_at_once_is_taken_up_by_one(operations: Engine) -> None:
    takes_up(operations, NOW)
    with ThreadPoolExecutor(8) as pool:
        late = [NOW + LONGEST_ANSWER] * 8
        assert sorted(pool.map(lambda at: takes_up(operations, at), late)) == [False] * 7 + [True]


def test_forget_tells_how_many_were_old(operations: Engine) -> None:
    with writing(operations) as session:
        is_first(session, "Ev1", NOW)
        is_first(session, "Ev2", NOW + timedelta(seconds=1))
        assert forget(session, before=NOW + timedelta(seconds=1)) == 1
