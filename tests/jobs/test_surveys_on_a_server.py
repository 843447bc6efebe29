"""What the clock does about surveys, with facts and operations on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from jobs.follow_ups import FollowUpDesk, assigning_follow_ups, finding_next_answers
from jobs.survey_copying import copy_surveys, copying_surveys
from jobs.surveys import close_due
from storage.facts.store import open_facts
from storage.facts.tables import contacts, surveys
from storage.operations import campaigns, forgotten, opt_outs
from storage.operations.campaigns import Listed
from storage.operations.engine import alone, open_operations, reading, writing
from storage.operations.outbox_models import Delivery
from storage.operations.survey_answers import record_answer
from storage.operations.survey_copies import is_any_left
from storage.operations.survey_endings import ENDING
from storage.operations.survey_models import FollowUp, Invitation, InvitationState
from storage.surveys.eligibility import Reason
from tests.jobs.test_surveys import CSAT, DAY, EVA, HOUR, NOON, NPS, SEALER, SETTINGS, Works
from tests.postgresql import Server


@pytest.fixture
def works(tmp_path: Path, postgresql: Server) -> Iterator[Works]:
    with ExitStack() as stack:
        addresses = [stack.enter_context(postgresql.database()) for _ in range(2)]
        facts = open_facts(addresses[0], memory_limit="300MB", data_folder=tmp_path)
        stack.callback(facts.dispose)
        operations = open_operations(addresses[1])
        stack.callback(operations.dispose)
        found = Works(facts, operations)
        for number in range(1, 7):
            found.know(f"C{number}")
        yield found


def test_list_goes_out_with_reminders_and_ends(works: Works) -> None:
    with writing(works.operations) as session:
        opt_outs.opt_out(session, "T2:U2", NOON)
        forgotten.remember(session, forgotten.SLACK_PERSON, None, "U3", SEALER, NOON)
    people = (Listed("C1"), Listed("C2"), Listed("", "U3"), Listed("C4"))
    made = works.make(replace(NPS, people=people))
    assert (works.ask(), works.ask()) == (4, 0)
    assert works.reasons(made) == {Reason.OPTED_OUT: 1, Reason.FORGOTTEN: 1}
    assert works.deliver() == ["U1", "U4"]
    answer(works, "U1", 2)
    works.now = NOON + 5 * DAY
    assert works.ask() == 1
    assert works.deliver() == ["U4"]
    works.now = NOON + 14 * DAY
    close_due(works.desk)
    close_due(works.desk)
    assert works.states(made) == {
        InvitationState.ANSWERED: 1,
        InvitationState.EXPIRED: 1,
        InvitationState.LEFT_OUT: 2,
    }
    assert endings(works.operations) == 2


def test_rule_follows_contacts_until_one_is_opened_again(works: Works) -> None:
    made = works.make(CSAT)
    works.resolve("t1", "C1", NOON + HOUR)
    works.resolve("t2", "C2", NOON + HOUR)
    works.now = NOON + 3 * HOUR
    assert works.ask() == 2
    works.deliver()
    with works.facts.begin() as connection:
        again = update(contacts).where(contacts.c.contact_id == "t2").values(reopen_count=1)
        connection.execute(again)
    close_due(works.desk)
    states = {InvitationState.SENT: 1, InvitationState.WITHDRAWN: 1}
    assert (works.states(made), endings(works.operations)) == (states, 1)


def test_campaign_is_paused_resumed_and_stopped(works: Works) -> None:
    made = works.make(NPS)
    works.ask()
    with writing(works.operations) as session:
        version = campaigns.pause(session, made, 1, EVA)
    assert works.deliver() == []
    with writing(works.operations) as session:
        version = campaigns.resume(session, made, version, EVA)
        campaigns.stop(session, made, version, EVA)
    assert works.deliver() == []
    assert works.reasons(made) == {Reason.STOPPED: 2}


def test_low_answer_is_copied_and_given_to_somebody(works: Works) -> None:
    works.make(NPS)
    works.ask()
    works.deliver()
    invitation_id = answer(works, "U1", 2)
    assert copy_surveys(works.operations, works.facts, works.now) == 2
    desk = FollowUpDesk(works.facts, works.operations, SETTINGS, lambda: works.now)
    assigning_follow_ups(desk).run()
    finding_next_answers(desk).run()
    with works.facts.connect() as connection:
        chosen = select(surveys.c.survey_id, surveys.c.score).where(surveys.c.score.is_not(None))
        assert [tuple(row) for row in connection.execute(chosen)] == [(invitation_id, 2.0)]
    with reading(works.operations) as session:
        loop = session.get_one(FollowUp, invitation_id)
        assert (loop.owner, loop.opened_at) == ("nobody", NOON)


def test_what_another_bot_is_at_is_left_to_it(works: Works) -> None:
    works.make(NPS)
    works.ask()
    works.deliver()
    invitation_id = answer(works, "U1", 2)
    desk = FollowUpDesk(works.facts, works.operations, SETTINGS, lambda: works.now)
    jobs = (
        copying_surveys(works.operations, works.facts, lambda: works.now),
        assigning_follow_ups(desk),
    )

    def done() -> tuple[bool, str]:
        for job in jobs:
            job.run()
        with reading(works.operations) as session:
            return not is_any_left(session), session.get_one(FollowUp, invitation_id).owner

    with ExitStack() as stack:
        for job in jobs:
            stack.enter_context(alone(works.operations, job.name))
        assert done() == (False, "")
    assert done() == (True, "nobody")


def answer(works: Works, user_id: str, score: int) -> str:
    with writing(works.operations) as session:
        row = session.scalars(select(Invitation).where(Invitation.user_id == user_id)).one()
        record_answer(session, row.id, score, row.person, "1.0", works.now)
        return row.id


def endings(operations: Engine) -> int:
    """How many messages are to say that their question is over."""
    with reading(operations) as session:
        return len(session.scalars(select(Delivery).where(Delivery.kind == ENDING)).all())
