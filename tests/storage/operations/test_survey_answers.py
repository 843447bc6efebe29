"""One answer for each invitation, the last click wins, and what does not count is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select

from storage.operations import invitations, opt_outs
from storage.operations.engine import reading, writing
from storage.operations.survey_answers import (
    Answer,
    Click,
    Refusal,
    RefusedAnswerError,
    add_comment,
    may_call,
    record_answer,
    record_answers,
    standing,
)
from storage.operations.survey_models import InvitationState, SurveyAnswer
from tests.storage.operations.conftest import NOW
from tests.storage.operations.surveying import ANN, ELSEWHERE, campaign, invite, invited

AT, LATER = "1772443800.000100", "1772443800.000200"
NOBODY = "00000000-0000-0000-0000-000000000000"


def click(operations: Engine, invitation_id: str, score: int, at: str = AT) -> Answer:
    with writing(operations) as session:
        return record_answer(session, invitation_id, score, ANN, at, NOW)


def stored(operations: Engine) -> list[tuple[int, str]]:
    with reading(operations) as session:
        return [(row.score, row.clicked_at) for row in session.scalars(select(SurveyAnswer))]


def test_answer_is_counted_and_the_invitation_answered(operations: Engine) -> None:
    invitation_id = invited(operations, NOW, about={"subject": "Refund"})
    answer = click(operations, invitation_id, 4)
    assert (answer.score, answer.subject, answer.is_changed) == (4, "Refund", True)
    with reading(operations) as session:
        found = invitations.find(session, invitation_id)
        assert found is not None
        assert found.state is InvitationState.ANSWERED
        assert invitations.open_of(session, ANN) == []


@pytest.mark.parametrize(
    ("clicks", "last"),
    [
        ([(4, AT), (4, AT)], (4, AT)),
        ([(4, AT), (2, LATER)], (2, LATER)),
        ([(2, LATER), (4, AT)], (2, LATER)),
        ([(2, "999.9"), (4, "1000.1")], (4, "1000.1")),
    ],
    ids=["twice", "changed", "out of order", "numbers, not letters"],
)
def test_last_click_wins(
    operations: Engine, clicks: list[tuple[int, str]], last: tuple[int, str]
) -> None:
    invitation_id = invited(operations, NOW)
    for score, at in clicks:
        click(operations, invitation_id, score, at)
    assert stored(operations) == [last]


def test_many_clicks_at_once_count_as_one_after_the_other(operations: Engine) -> None:
    one, other = invited(operations, NOW), invited(operations, NOW, key="other", kind="nps")
    clicks = [
        Click(one, 4, ANN, AT),
        Click(one, 1, ANN, LATER),
        Click(one, 3, ANN, AT),
        Click(other, 10, ANN, AT, "nps"),
        Click(other, 9, ELSEWHERE, LATER, "nps"),
        Click(other, 9, ANN, LATER, "csat"),
        Click(NOBODY, 9, ANN, LATER),
    ]
    with writing(operations) as session:
        done = record_answers(session, clicks, NOW)
    refused = [each.refusal for each in done if isinstance(each, RefusedAnswerError)]
    assert [each.score for each in done if isinstance(each, Answer)] == [4, 1, 1, 10]
    assert refused == [Refusal.NOT_INVITED, Refusal.UNFIT, Refusal.UNKNOWN]
    assert sorted(stored(operations)) == [(1, LATER), (10, AT)]


@pytest.mark.parametrize(
    ("changes", "score", "person", "at", "refusal"),
    [
        ({}, 6, ANN, AT, Refusal.UNFIT),
        ({}, 0, ANN, AT, Refusal.UNFIT),
        ({"kind": "nps"}, 11, ANN, AT, Refusal.UNFIT),
        ({}, 4, ANN, "yesterday", Refusal.UNFIT),
        ({}, 4, ELSEWHERE, AT, Refusal.NOT_INVITED),
        ({}, 4, "TOWN:UBEN", AT, Refusal.NOT_INVITED),
        ({"expires_at": NOW}, 4, ANN, AT, Refusal.CLOSED),
    ],
)
def test_what_does_not_count_is_refused(
    operations: Engine,
    changes: dict[str, object],
    score: int,
    person: str,
    at: str,
    refusal: Refusal,
) -> None:
    invitation_id = invited(operations, NOW, **changes)
    with pytest.raises(RefusedAnswerError) as raised, writing(operations) as session:
        record_answer(session, invitation_id, score, person, at, NOW)
    assert (raised.value.refusal, stored(operations)) == (refusal, [])


def test_withdrawn_invitation_takes_no_answer_and_an_answered_one_stays(operations: Engine) -> None:
    about = {"source": "desk", "contact_id": "7"}
    one, other = invited(operations, NOW, **about), invited(operations, NOW, key="other", **about)
    click(operations, one, 5)
    with writing(operations) as session:
        withdrawn = invitations.withdraw(session, "desk", "7", NOW + timedelta(minutes=1))
        assert [row.id for row in withdrawn] == [other]
    with pytest.raises(RefusedAnswerError, match="withdrawn"):
        click(operations, other, 5)
    assert click(operations, one, 4, LATER).score == 4


def test_click_that_comes_before_slacks_receipt_counts(operations: Engine) -> None:
    invitation_id = invited(operations, NOW)
    with writing(operations) as session:
        row = invitations.find(session, invitation_id)
        assert row is not None
        row.state, row.sent_at, row.ts = InvitationState.PLANNED, None, None
    click(operations, invitation_id, 5)
    with writing(operations) as session:
        invitations.sent(session, invitation_id, "DANN", "1.2", NOW + timedelta(seconds=5))
        row = invitations.find(session, invitation_id)
        assert row is not None
        assert (row.state, row.sent_at, row.ts) == (InvitationState.ANSWERED, NOW, "1.2")


def test_comment_is_kept_without_what_no_database_keeps(operations: Engine) -> None:
    invitation_id = invited(operations, NOW)
    click(operations, invitation_id, 1)
    with writing(operations) as session:
        answer = add_comment(session, invitation_id, ANN, " a\x00b <!channel>\n" + "🙁" * 3000, NOW)
        assert answer.comment == "ab <!channel>\n" + "🙁" * 3000
        assert add_comment(session, invitation_id, ANN, "  ", NOW).comment is None


def test_comment_needs_an_answer_first(operations: Engine) -> None:
    invitation_id = invited(operations, NOW)
    with pytest.raises(RefusedAnswerError, match="not answered"), writing(operations) as session:
        add_comment(session, invitation_id, ANN, "late", NOW)


def test_answer_stands_with_what_was_said_about_it(operations: Engine) -> None:
    invitation_id = invited(operations, NOW)
    click(operations, invitation_id, 1)
    with writing(operations) as session:
        may_call(session, invitation_id, ANN, NOW)
        opt_outs.opt_out(session, ANN, NOW)
        opt_outs.opt_out(session, ANN, NOW)
    with writing(operations) as session:
        answer = standing(session, invitation_id, ANN, NOW)
        assert (answer.score, answer.may_call, answer.has_opted_out) == (1, True, True)
        opt_outs.opt_in(session, ANN)
        assert opt_outs.opted_out(session, [ANN, ELSEWHERE]) == set()


def test_same_invitation_is_planned_once(operations: Engine) -> None:
    campaign_id = campaign(operations, NOW)
    wanted = [
        invite(campaign_id, NOW),
        invite(campaign_id, NOW),
        invite(campaign_id, NOW, key="left", reason="opted out"),
    ]
    with writing(operations) as session:
        assert len(invitations.plan(session, wanted, NOW)) == 1
        assert invitations.plan(session, wanted, NOW) == []
        assert [row.key for row in invitations.open_of(session, ANN)] == ["first"]
        assert session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0


def test_many_clicks_take_as_many_statements_as_few(operations: Engine) -> None:
    ids = [invited(operations, NOW, key=f"n{number}") for number in range(12)]

    def statements(some: list[str], score: int, at: str) -> int:
        """Of low answers, which have a follow-up each."""
        asked: list[str] = []

        def note(*told: object) -> None:
            asked.append(str(told[2]))

        event.listen(operations, "before_cursor_execute", note)
        with writing(operations) as session:
            record_answers(session, [Click(each, score, ANN, at) for each in some], NOW)
        event.remove(operations, "before_cursor_execute", note)
        return len(asked)

    first = statements(ids[:2], 1, AT), statements(ids[2:], 1, AT)
    changed = statements(ids[:2], 2, LATER), statements(ids[2:], 2, LATER)
    assert (first[0], changed[0]) == (first[1], changed[1])
