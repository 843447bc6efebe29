"""What people answered is among the facts soon after, once, and as they answered last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from jobs.survey_copying import copy_surveys, copying_surveys
from storage.operations.engine import open_operations, reading, writing
from storage.operations.survey_answers import add_comment, record_answer
from storage.operations.survey_copies import is_any_left, mark_copied, uncopied
from tests.storage.engines import ENGINES
from tests.storage.facts.conftest import Store, address_on, either_store, store_of_module
from tests.storage.operations.surveying import ANN, invited

__all__ = ["either_store", "store_of_module"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
ANSWERS = "SELECT survey_id, score, comment FROM surveys ORDER BY score"
ABOUT = "SELECT kind, channel, team, agent_id, customer_id, issue_type FROM surveys"
COVERED = "SELECT source, fact, until, longest_gap_seconds FROM coverage WHERE source = 'carekpi'"
CONTACTS = (
    "contact_id,channel,opened_at,issue_type,team,agent_id,customer_id\n"
    "c1,chat,2026-03-01T10:00:00Z,refund,billing,a1,k1\n"
)


@pytest.fixture(scope="module", params=ENGINES)
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    yield from address_on(request, request.param)


@pytest.fixture
def operations(tmp_path: Path) -> Iterator[Engine]:
    engine = open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}")
    yield engine
    engine.dispose()


def answer(operations: Engine, invitation_id: str, score: int, at: str = "1.0") -> None:
    with writing(operations) as session:
        record_answer(session, invitation_id, score, ANN, at, NOW)


def test_sent_and_answered_surveys_are_copied_once(operations: Engine, either_store: Store) -> None:
    one, other = invited(operations, NOW), invited(operations, NOW, key="other")
    answer(operations, one, 4)
    facts = either_store.engine
    assert copy_surveys(operations, facts, NOW) == 2
    assert sorted(map(str, either_store.rows(ANSWERS))) == sorted(
        map(str, [(one, 4.0, None), (other, None, None)])
    )
    assert copy_surveys(operations, facts, NOW) == 0
    answer(operations, one, 2, "2.0")
    with writing(operations) as session:
        add_comment(session, one, ANN, "slow", NOW)
    assert copy_surveys(operations, facts, NOW) == 1
    assert (one, 2.0, "slow") in either_store.rows(ANSWERS)
    assert len(either_store.rows(ANSWERS)) == 2


def test_answer_is_counted_by_what_its_contact_was(operations: Engine, either_store: Store) -> None:
    either_store.load_text(CONTACTS, fact="contacts", source="desk")
    either_store.load_text(CONTACTS.replace("chat", "phone"), fact="contacts", source="other")
    about = {"source": "desk", "contact_id": "c1", "about": {"team": "care"}}
    answer(operations, invited(operations, NOW, **about), 4)
    copy_surveys(operations, either_store.engine, NOW)
    assert either_store.rows(ABOUT) == [("csat", "chat", "care", "a1", "k1", "refund")]


def test_answer_that_changes_while_it_is_copied_is_copied_again(operations: Engine) -> None:
    one = invited(operations, NOW)
    answer(operations, one, 4)
    with reading(operations) as session:
        copies = uncopied(session, 10)
    answer(operations, one, 2, "2.0")
    with writing(operations) as session:
        mark_copied(session, copies, NOW)
    with reading(operations) as session:
        assert is_any_left(session)
        assert [copy.row["score"] for copy in uncopied(session, 10)] == [2.0]


def test_invitation_that_changes_while_its_answer_is_copied_is_copied_again(
    operations: Engine,
) -> None:
    one = invited(operations, NOW)
    with reading(operations) as session:
        sent = uncopied(session, 10)
    with writing(operations) as session:
        mark_copied(session, sent, NOW)
    answer(operations, one, 4)
    with reading(operations) as session:
        copies = uncopied(session, 10)
    with writing(operations) as session:
        session.connection().exec_driver_sql("UPDATE invitations SET copied_at = NULL")
    with writing(operations) as session:
        mark_copied(session, copies, NOW)
    with reading(operations) as session:
        assert [copy.is_known for copy in uncopied(session, 10)] == [False]


def test_copied_again_after_a_crash_is_there_once(operations: Engine, either_store: Store) -> None:
    """The facts were committed, and the process ended before that was noted."""
    answer(operations, invited(operations, NOW), 4)
    copy_surveys(operations, either_store.engine, NOW)
    with writing(operations) as session:
        session.connection().exec_driver_sql("UPDATE survey_answers SET copied_at = NULL")
    assert copy_surveys(operations, either_store.engine, NOW) == 1
    assert [row[1] for row in either_store.rows(ANSWERS)] == [4.0]


def test_facts_say_that_all_answers_are_there_also_when_nobody_answers(
    operations: Engine, either_store: Store
) -> None:
    moments = iter([NOW, NOW, LATER])
    job = copying_surveys(operations, either_store.engine, lambda: next(moments))
    job.run()
    assert either_store.rows(COVERED) == []
    answer(operations, invited(operations, NOW), 4)
    job.run()
    naive = NOW.replace(tzinfo=None)
    assert either_store.rows(COVERED) == [("carekpi", "surveys", naive, 600.0)]
    job.run()
    assert either_store.rows(COVERED) == [("carekpi", "surveys", LATER.replace(tzinfo=None), 600.0)]
