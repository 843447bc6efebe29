"""People answer surveys with a click: thanks, changes, comments, and what does not count."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.blocks.actions import SURVEY_ANSWER
from bot.playground.clicking import _send
from storage.operations import invitations, opt_outs
from storage.operations.engine import reading, writing
from storage.operations.invitations import person_of
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.surveying import answer_to, invitation, score_of, send_survey

ABOUT = {"subject": "Refund <!channel> & *more*"}


def direct(office: Office) -> Any:
    return office.workspace.direct(office.guest, office.workspace.bot)


def forged(office: Office, person: Any, value: str, message: Any) -> bool:
    """A click whose value is none that CareKPI wrote; whether it was acknowledged."""
    action = {
        "type": "button",
        "action_id": f"{SURVEY_ANSWER}.1",
        "block_id": "b",
        "value": value,
    }
    return _send(office.workspace._actor(person), message, action).is_acknowledged


def test_guest_answers_and_the_question_turns_into_thanks(office: Office) -> None:
    invitation_id = send_survey(office, office.guest, about=ABOUT)
    place = direct(office)
    (question,) = office.workspace.visible(office.guest, place)
    assert "How satisfied are you with the help you got on “Refund <!channel>" in question.read()
    assert question.text.startswith("How satisfied are you with the help you got on “Refund &lt;")
    assert invitation(office, invitation_id).ts == question.ts
    thanks = office.click(office.guest, "🙂 Satisfied", place)
    assert thanks.ts == question.ts
    assert "Thank you. You said: satisfied." in thanks.read()
    assert score_of(office, invitation_id) == 4


def test_answer_can_be_changed_and_called_about(office: Office) -> None:
    invitation_id = send_survey(office, office.guest, kind="nps", purpose="relationship")
    place = direct(office)
    office.click(office.guest, "10", place)
    office.click(office.guest, "Change", place)
    thanks = office.click(office.guest, "3", place)
    assert "You said: 3 / 10." in thanks.read()
    called = office.click(office.guest, "Yes, call me", place)
    assert "We will get in touch with you." in called.read()
    answer = answer_to(office, invitation_id)
    assert answer is not None
    assert (answer.score, answer.may_call) == (3, True)


@pytest.mark.parametrize(
    ("language", "score", "question"),
    [("en", "10", "What do you like most about us?"), ("de", "7", "Was fehlt zu einer 10?")],
)
def test_comment_is_asked_for_by_the_answer_and_shown_harmless(
    office: Office, language: str, score: str, question: str
) -> None:
    invitation_id = send_survey(office, office.guest, kind="nps", language=language)
    place = direct(office)
    office.click(office.guest, score, place)
    add = {"en": "Add a comment", "de": "Kommentar hinzufügen"}[language]
    office.workspace.click(office.guest, add)
    assert question in office.modal_once(office.guest, bool)
    typed = "<!channel> " + "🙁" * 1400
    label = office.workspace.modal(office.guest).blocks[0]["label"]["text"]
    thanks = office.answer_to(
        office.guest, place, lambda: office.workspace.submit(office.guest, {label: typed})
    )
    answer = answer_to(office, invitation_id)
    assert answer is not None
    assert answer.comment == typed
    assert typed in thanks.read()
    assert "<!" not in thanks.text


def test_nobody_is_asked_again_who_does_not_want_to(office: Office) -> None:
    invitation_id = send_survey(office, office.guest)
    place, person = direct(office), person_of(office.guest.id, office.guest.team_id)
    stopped = office.click(office.guest, "Don't ask me again", place)
    assert "You won't be asked again." in stopped.read()
    with reading(office.stores.operations) as session:
        assert opt_outs.opted_out(session, [person]) == {person}
    office.click(office.guest, "Undo", place)
    thanks = office.click(office.guest, "😞 Very dissatisfied", place)
    assert "You won't be asked again." not in thanks.read()
    assert score_of(office, invitation_id) == 1
    with reading(office.stores.operations) as session:
        assert opt_outs.opted_out(session, [person]) == set()


def test_customer_in_a_shared_channel_is_thanked_alone_and_the_question_stays(
    office: Office,
) -> None:
    invitation_id = send_survey(office, office.stranger, office.shared)
    (question,) = office.workspace.visible(office.lead, office.shared)
    before = question.read()
    thanks = office.click(office.stranger, "😀 Very satisfied", office.shared)
    assert "You said: very satisfied." in thanks.read()
    assert [m.read() for m in office.workspace.visible(office.lead, office.shared)] == [before]
    assert score_of(office, invitation_id) == 5
    office.click(office.stranger, "Change", office.shared)
    assert [m.read() for m in office.workspace.visible(office.lead, office.shared)] == [before]


def test_question_in_the_contact_s_thread_is_answered_there(office: Office) -> None:
    office.workspace.post(office.stranger, office.shared, "My refund is late")
    (opening,) = office.workspace.visible(office.stranger, office.shared)
    invitation_id = send_survey(office, office.stranger, office.shared, thread_ts=opening.ts)
    question = office.workspace.visible(office.lead, office.shared)[-1]
    assert (question.thread_ts, question.ephemeral_for) == (opening.ts, None)
    thanks = office.click(office.stranger, "🙂 Satisfied", office.shared)
    assert "You said: satisfied." in thanks.read()
    assert (thanks.thread_ts, thanks.ephemeral_for) == (opening.ts, office.stranger.id)
    assert score_of(office, invitation_id) == 4


def test_click_of_somebody_else_is_answered_kindly_and_not_counted(office: Office) -> None:
    invitation_id = send_survey(office, office.stranger, office.shared)
    told = office.click(office.lead, "😞 Very dissatisfied", office.shared)
    assert "meant for somebody else" in told.read()
    assert score_of(office, invitation_id) is None


def test_same_user_id_of_another_organisation_is_somebody_else(office: Office) -> None:
    invitation_id = send_survey(office, office.stranger, office.shared)
    with writing(office.stores.operations) as session:
        row = invitations.find(session, invitation_id)
        assert row is not None
        row.person = person_of(office.stranger.id, office.lead.team_id)
    told = office.click(office.stranger, "😞 Very dissatisfied", office.shared)
    assert "meant for somebody else" in told.read()
    assert score_of(office, invitation_id) is None


@pytest.mark.parametrize(
    "value",
    ["csat:{id}:6", "csat:{id}:0", "nps:{id}:5", "xyz:{id}:1", "csat:{other}:1", "", "csat:{id}"],
)
def test_forged_click_is_not_counted(
    office: Office, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    own = send_survey(office, office.guest)
    other = send_survey(office, office.stranger, office.shared)
    (question,) = office.workspace.visible(office.guest, direct(office))
    assert forged(office, office.guest, value.format(id=own, other=other), question)
    assert (score_of(office, own), score_of(office, other)) == (None, None)
    logged = "".join(record.getMessage() for record in caplog.records if "Refused" in record.msg)
    assert logged in {f"Refused a survey's answer: {why}" for why in ("unfit", "not invited")}


def test_closed_survey_says_so(office: Office) -> None:
    invitation_id = send_survey(office, office.guest)
    office.clock.move(days=8)
    told = office.click(office.guest, "🙂 Satisfied", direct(office))
    assert "This survey is closed" in told.read()
    assert score_of(office, invitation_id) is None


def test_answer_counts_where_slack_takes_no_thanks(office: Office) -> None:
    """Then our own message is changed in another way."""
    invitation_id = send_survey(office, office.guest)
    office.workspace.trouble.fail_next("response_url", "used_url", times=9)
    thanks = office.click(office.guest, "🙂 Satisfied", direct(office))
    assert "You said: satisfied." in thanks.read()
    assert score_of(office, invitation_id) == 4
    assert "chat.update" in [call.method for call in office.workspace.calls]


def test_click_that_is_not_kept_is_not_acknowledged(office: Office) -> None:
    invitation_id = send_survey(office, office.guest)
    office.workspace.state.patience_seconds = 0.5
    with writing(office.stores.operations) as session:
        session.connection()
        exchange = office.workspace.click(office.guest, "🙂 Satisfied")
        assert not exchange.is_acknowledged
    office.workspace.wait_for(lambda: score_of(office, invitation_id) == 4)


def test_withdrawn_invitation_takes_no_answer(office: Office) -> None:
    invitation_id = send_survey(office, office.guest, source="desk", contact_id="7")
    with writing(office.stores.operations) as session:
        assert [r.id for r in invitations.withdraw(session, "desk", "7", office.clock())] == [
            invitation_id
        ]
    told = office.click(office.guest, "🙂 Satisfied", direct(office))
    assert told.read() == "We are working on this again, so there is no need to answer now."
    assert score_of(office, invitation_id) is None
