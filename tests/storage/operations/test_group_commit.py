"""Writes of many threads: each is there when its call returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.operations.engine import reading, writing
from storage.operations.group_commit import GroupCommit, NotKeptError
from storage.operations.survey_models import OptOut
from tests.storage.operations.conftest import NOW


def people(operations: Engine) -> list[str]:
    with reading(operations) as session:
        return sorted(session.scalars(select(OptOut.person)))


def write_people(session: Session, names: Sequence[str]) -> list[str]:
    session.add_all([OptOut(person=name, at=NOW) for name in names])
    session.flush()
    if "bad" in names:
        raise IntegrityError("no", None, Exception("no"))
    return [f"wrote {name}" for name in names]


def test_group_commit_gives_each_its_result_once_it_is_kept(operations: Engine) -> None:
    writes = GroupCommit(operations, write_people)

    def write(name: str) -> tuple[str, bool]:
        return writes.write(name), name in people(operations)

    names = [f"p{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(write, names)) == [(f"wrote {name}", True) for name in names]
    assert people(operations) == names


def test_group_commit_one_that_fails_takes_no_other_with_it(operations: Engine) -> None:
    writes = GroupCommit(operations, write_people)

    def write(name: str) -> str:
        try:
            return writes.write(name)
        except NotKeptError:
            return f"not {name}"

    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(write, ["a", "bad", "b", "c"]))
    assert told == ["not bad", "wrote a", "wrote b", "wrote c"]
    assert people(operations) == ["a", "b", "c"]


def test_group_commit_error_of_ours_reaches_who_caused_it(operations: Engine) -> None:
    def fail(_session: Session, _names: Sequence[str]) -> list[str]:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        GroupCommit(operations, fail).write("a")


def test_group_commit_takes_in_who_came_while_another_process_wrote(
    server_operations: Engine,
) -> None:
    together: list[list[str]] = []

    def note(_session: Session, names: Sequence[str]) -> list[str]:
        together.append(list(names))
        return list(names)

    writes = GroupCommit(server_operations, note)
    with ThreadPoolExecutor(2) as threads:
        with writing(server_operations):
            first = threads.submit(writes.write, "a")
            wait_for(lambda: is_anybody_waiting(server_operations))
            second = threads.submit(writes.write, "b")
            wait_for(lambda: len(writes._waiting) == 1)
        assert (first.result(), second.result()) == ("a", "b")
    assert together == [["a", "b"]]


def is_anybody_waiting(operations: Engine) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with operations.connect() as connection:
        return bool(connection.scalar(text(waiting)))


def wait_for(happened: Callable[[], bool]) -> None:
    until = monotonic() + 30
    while not happened():
        assert monotonic() < until
        Event().wait(0.005)
