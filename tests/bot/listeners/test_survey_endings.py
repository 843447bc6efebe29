"""Questions that are over say so where they stand, and a click on one is answered kindly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update

from bot.playground import Conversation, Message, Person
from jobs.posting import Posted
from jobs.survey_messages import noting_sent
from jobs.surveys import SurveyDesk, close_due
from storage.facts.tables import contacts
from storage.operations.engine import writing
from storage.operations.handover import Claim
from storage.operations.invitations import DELIVERY
from storage.operations.survey_models import Invitation, InvitationState
from storage.surveys.planning import reminders
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.surveying import deliver, invitation, score_of, send_survey
from tests.storage.metrics.seed import NOW

QUESTION = "How satisfied are you with our support?"
REMINDER = "A short reminder, the only one: we would be glad of your answer."
THANKS = "Thank you. You said: satisfied."
WITHDRAWN = "We are working on this again, so there is no need to answer now."
ABOUT: dict[str, Any] = {"source": "endings", "contact_id": "7"}


def desk(office: Office) -> SurveyDesk:
    stores = office.stores
    return SurveyDesk(stores.facts, stores.operations, stores.settings, office.clock, stores.sealer)


def close(office: Office) -> None:
    """What the clock does, and the deliveries after it, at their pace."""
    close_due(desk(office))
    for _ in range(3):
        office.clock.move(seconds=2)
        deliver(office)


def remind(office: Office) -> None:
    office.clock.move(days=5)
    with writing(office.stores.operations) as session:
        assert reminders(session, desk(office).around) == 1
    deliver(office)


def read(office: Office, person: Person, place: Conversation | None = None) -> list[str]:
    where = place or office.workspace.direct(person, office.workspace.bot)
    return [each.read() for each in office.workspace.visible(person, where)]


def _direct(office: Office) -> Conversation:
    return office.workspace.direct(office.guest, office.workspace.bot)


def _changed(office: Office, message: Message) -> bool:
    before = message.read()
    deliver(office)
    return message.read() != before


@pytest.fixture
def resolved(facts: Engine) -> Iterator[Engine]:
    """A contact that was resolved an hour ago, and is opened again by an update."""
    at = (NOW - timedelta(hours=1)).replace(tzinfo=None)
    row = {"source": "endings", "contact_id": "7", "channel": "email", "opened_at": at}
    with facts.begin() as connection:
        connection.execute(insert(contacts), [row | {"resolved_at": at, "reopen_count": 0}])
    yield facts
    with facts.begin() as connection:
        connection.execute(delete(contacts).where(contacts.c.source == "endings"))


def test_question_that_is_over_says_so_and_a_late_click_is_answered_kindly(office: Office) -> None:
    invitation_id = send_survey(office, office.guest)
    (old,) = office.workspace.visible(office.guest, _direct(office))
    office.clock.move(days=8)
    close(office)
    assert read(office, office.guest) == [f"{QUESTION}\nThis survey is closed."]
    assert old.is_edited
    assert score_of(office, invitation_id) is None
    close(office)
    assert [call.method for call in office.workspace.calls].count("chat.update") == 1


def test_question_about_a_contact_that_was_opened_again_is_taken_back(
    office: Office, resolved: Engine
) -> None:
    invitation_id = send_survey(office, office.guest, **ABOUT)
    close(office)
    assert read(office, office.guest)[0].startswith(QUESTION)
    with resolved.begin() as connection:
        again = update(contacts).where(contacts.c.source == "endings").values(reopen_count=1)
        connection.execute(again)
    close_due(desk(office))
    told = office.click(office.guest, "🙂 Satisfied", _direct(office))
    assert told.read() == WITHDRAWN
    deliver(office)
    assert read(office, office.guest)[0] == f"{QUESTION}\n{WITHDRAWN}"
    assert score_of(office, invitation_id) is None


def test_reminder_says_that_it_is_one_and_an_answer_there_ends_the_first_question(
    office: Office,
) -> None:
    invitation_id = send_survey(office, office.guest)
    remind(office)
    first, second = office.workspace.visible(office.guest, _direct(office))
    assert second.read().startswith(f"{REMINDER}\n{QUESTION}")
    assert second.text == f"{REMINDER} {QUESTION}"
    assert REMINDER not in first.read()
    office.workspace.click(office.guest, "🙂 Satisfied", on=second)
    office.workspace.wait_for(lambda: THANKS in second.read())
    office.workspace.wait_for(lambda: _changed(office, first))
    assert first.read() == f"{QUESTION}\nYou have answered this already. Thank you."
    assert score_of(office, invitation_id) == 4


def test_answer_to_the_first_question_ends_the_reminder(office: Office) -> None:
    send_survey(office, office.guest)
    remind(office)
    first, second = office.workspace.visible(office.guest, _direct(office))
    office.workspace.click(office.guest, "🙂 Satisfied", on=first)
    office.workspace.wait_for(lambda: THANKS in first.read())
    office.workspace.wait_for(lambda: _changed(office, second))
    assert second.read() == f"{QUESTION}\nYou have answered this already. Thank you."
    assert THANKS in first.read()


def test_change_after_the_end_says_that_the_answer_stands(office: Office) -> None:
    invitation_id = send_survey(office, office.guest)
    office.click(office.guest, "🙂 Satisfied", _direct(office))
    office.clock.move(days=8)
    close(office)
    told = office.click(office.guest, "Change", _direct(office))
    assert told.read() == "This survey is closed. Your answer stands as you gave it."
    assert THANKS in read(office, office.guest)[0]
    assert score_of(office, invitation_id) == 4


def test_nobody_sees_in_a_shared_channel_who_has_answered_when_it_is_over(office: Office) -> None:
    send_survey(office, office.stranger, office.shared)
    office.click(office.stranger, "🙂 Satisfied", office.shared)
    office.clock.move(seconds=2)
    send_survey(office, office.guest, office.shared)
    office.clock.move(days=8)
    close(office)
    close(office)
    ended = f"{QUESTION}\nThis survey is closed."
    assert read(office, office.lead, office.shared) == [ended, ended]


def test_who_asked_not_to_be_asked_can_still_take_it_back_after_the_end(office: Office) -> None:
    send_survey(office, office.guest)
    office.click(office.guest, "Don't ask me again", _direct(office))
    office.clock.move(days=8)
    close(office)
    assert read(office, office.guest) == [
        f"{QUESTION}\nThis survey is closed.\nYou won't be asked again.\n[Undo]"
    ]
    told = office.click(office.guest, "Undo", _direct(office))
    assert told.read() == "You may be asked again."


def test_question_that_arrives_when_it_is_over_is_ended_at_once(office: Office) -> None:
    """It was taken back while Slack had it."""
    invitation_id = send_survey(office, office.guest)
    (question,) = office.workspace.visible(office.guest, _direct(office))
    with writing(office.stores.operations) as session:
        row = session.get_one(Invitation, invitation_id)
        row.state = InvitationState.WITHDRAWN
        claim = Claim(
            "1", DELIVERY, office.guest.id, None, {"invitation": invitation_id}, None, 1, None,
            None, "", NOW,
        )  # fmt: skip
        noting_sent(office.clock)(session, claim, Posted(question.channel_id, question.ts))
    deliver(office)
    assert question.read() == f"{QUESTION}\n{WITHDRAWN}"
    assert invitation(office, invitation_id).ts == question.ts
