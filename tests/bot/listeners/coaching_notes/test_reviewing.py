"""From the form to the agent and the figures, as two people see it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from sqlalchemy import select, update

from storage.facts.tables import agents, qa_reviews
from storage.operations.engine import reading
from storage.operations.quality_models import CoachingNote, NoteState
from tests.bot.listeners.coaching_notes.desk import Coaching
from tests.bot.listeners.coaching_notes.test_appeals import appeal, decide
from tests.bot.listeners.test_coaching import NOTE, answer_all, open_review

SENT = (
    "Review a contact\nOn its way to Agent a1, in a direct message. You are told when it was read."
)
SUBJECT = "phone contact first of Mon 25 May (invoice)"


@pytest.fixture(autouse=True)
def in_a_channel(coaching: Coaching) -> None:
    coaching.office.workspace.invite(coaching.office.care, coaching.ray)


def review(coaching: Coaching, went_well: str = NOTE["What went well"]) -> str:
    """Ray fills in the form and sends it; what takes the form's place."""
    office, ray = coaching.office, coaching.ray
    open_review(office, ray, "first")
    answer_all(office, ray)
    office.workspace.submit(ray, {**NOTE, "What went well": went_well})
    said = coaching.modal(ray)
    office.workspace.close(ray)
    coaching.deliver()
    return said


def kept(coaching: Coaching) -> list[CoachingNote]:
    with reading(coaching.office.stores.operations) as session:
        return list(session.scalars(select(CoachingNote).order_by(CoachingNote.reviewed_at)))


def counted(coaching: Coaching) -> list[str]:
    """The reviews that are in the figures."""
    review_id = qa_reviews.c.review_id
    with coaching.office.stores.facts.connect() as connection:
        return list(connection.scalars(select(review_id).where(qa_reviews.c.source == "carekpi")))


def test_second_review_of_a_read_note_s_contact_corrects_it(coaching: Coaching) -> None:
    assert review(coaching) == SENT
    coaching.click(coaching.amy, "Thanks, read")
    coaching.office.clock.move(days=1)
    assert open_review(coaching.office, coaching.ray, "first").splitlines()[3] == (
        "You sent a note about this contact yesterday 12:00. This one corrects it."
    )
    coaching.office.workspace.close(coaching.ray)
    review(coaching, "You let the customer finish, all the way.")
    assert coaching.read(coaching.amy)[-1].splitlines()[:2] == [
        f"@{coaching.ray.id} corrects an earlier note about your {SUBJECT}.",
        "What went well: You let the customer finish, all the way.",
    ]
    first, second = kept(coaching)
    assert (first.corrects, second.corrects) == (None, first.id)
    assert counted(coaching) == [second.id]


def test_second_click_on_send_makes_no_second_note(coaching: Coaching) -> None:
    """The dialog is there once more, as where the answer to the first click is slow."""
    office, ray = coaching.office, coaching.ray
    open_review(office, ray, "first")
    answer_all(office, ray)
    office.workspace.fill(ray, NOTE)
    sent = deepcopy(office.workspace.modal(ray))
    office.workspace.submit(ray)
    office.workspace.state.views.stack(ray.id).append(sent)
    office.workspace.submit(ray)
    coaching.deliver()
    assert len(coaching.read(coaching.amy)) == 1
    assert len(kept(coaching)) == len(counted(coaching)) == 1
    told = "This review was sent or thrown away already. Type /coach drafts for what is open."
    assert [each for each in coaching.read(ray) if "sent or thrown" in each] == [told]


def test_letters_that_slack_tells_of_after_the_note_was_sent_are_no_mistake(
    coaching: Coaching,
) -> None:
    office, ray = coaching.office, coaching.ray
    open_review(office, ray, "first")
    answer_all(office, ray)
    office.workspace.fill(ray, NOTE)
    typing = deepcopy(office.workspace.modal(ray))
    office.workspace.submit(ray)
    office.workspace.state.views.stack(ray.id).append(typing)
    office.workspace.choose(ray, "The moment", "at 4:11")
    coaching.deliver()
    (arrived,) = coaching.read(ray)
    assert arrived.startswith(f"Your note on the {SUBJECT} is with @{coaching.amy.id}.")
    assert office.workspace.visible(ray, office.care) == []


def test_criterion_that_is_chosen_without_a_word_is_what_the_agent_reads(
    coaching: Coaching,
) -> None:
    office, ray = coaching.office, coaching.ray
    open_review(office, ray, "first")
    answer_all(office, ray)
    chosen = ("What went well", "One thing to work on")
    office.workspace.submit(ray, {each: NOTE[each] for each in chosen})
    asked = coaching.modal(ray).splitlines()
    assert asked[2] == "There is something to work on, but no next step."
    assert len(asked) == 5
    office.workspace.submit(ray)
    coaching.deliver()
    assert coaching.read(coaching.amy)[0].splitlines()[1:3] == [
        "What went well: You summed up the problem before you looked anything up.",
        "One thing to try: Announced each hold, and for how long.",
    ]


def test_agent_who_has_left_gets_nothing_and_the_reviewer_is_told(coaching: Coaching) -> None:
    stores = coaching.office.stores
    amy = update(agents).where(agents.c.agent_id == "a1")
    with stores.facts.begin() as connection:
        connection.execute(amy.values(left_on=date(2026, 6, 1)))
    told = "This agent has left. It was sent nowhere else; the review itself is kept."
    try:
        said = review(coaching)
    finally:
        with stores.facts.begin() as connection:
            connection.execute(amy.values(left_on=None))
    assert said == (
        "Review a contact\nThe review is kept, but the note reaches nobody. This agent has left."
        " It is sent nowhere else: tell Agent a1 yourself."
    )
    assert coaching.read(coaching.ray)[-1] == (
        f"Your note on the {SUBJECT} could not be delivered. {told}"
    )
    assert coaching.read(coaching.amy) == []
    assert [each.state for each in kept(coaching)] == [NoteState.UNREACHABLE]
    assert counted(coaching) == [kept(coaching)[0].id]


def test_note_that_is_seen_differently_is_corrected_once_that_is_decided(
    coaching: Coaching,
) -> None:
    review(coaching)
    appeal(coaching)
    again = review(coaching)
    assert (
        "Another reviewer is deciding what the agent sees differently in your first note. Send"
        " this one when that is decided; it is kept until then."
    ) in again
    decide(coaching, "5 of 5", "Yes")
    assert review(coaching) == SENT
    first, second = kept(coaching)
    assert (second.corrects, counted(coaching)) == (first.id, [second.id])


def test_withdrawn_correction_brings_back_what_it_had_corrected(coaching: Coaching) -> None:
    for number in range(3):
        review(coaching, f"You took your time, {number}.")
        coaching.office.clock.move(hours=1)
    first, second, third = kept(coaching)
    place = [number for number, each in enumerate(coaching.direct(coaching.ray)) if each.blocks]
    coaching.click(coaching.ray, "Withdraw", on=place[1])
    assert counted(coaching) == [third.id]
    coaching.click(coaching.ray, "Withdraw", on=place[2])
    assert counted(coaching) == [first.id]
    assert [each.corrects for each in kept(coaching)] == [None, first.id, first.id]
    assert second.id not in counted(coaching)
