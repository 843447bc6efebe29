"""An agent sees a note differently; another reviewer decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobs.coaching import assigning_appeals
from storage.facts.tables import qa_reviews
from storage.operations import members
from storage.operations.engine import writing
from storage.operations.quality_models import NoteState
from storage.roles import Role, RoleGrant
from tests.bot.listeners.coaching_notes.desk import SCORE, SECRET, Coaching
from tests.bot.listeners.conftest import BY

REASON = f"The customer asked me to wait, {SECRET}"
COMMENT = f"I heard it too, {SECRET}"
LISTENING = "Let the customer finish"
HOLD = "Announced each hold, and for how long"
UPHELD_SCORE = 100 * (1 + 2 * 0.4 + 3 + 1) / 7


def appeal(coaching: Coaching, note_on: int = 0) -> None:
    """Amy proposes 4 points for listening, and that the hold was announced."""
    coaching.click(coaching.amy, "I see it differently", on=note_on)
    coaching.submit(
        coaching.amy,
        {
            "What do you see differently?": [
                "Let the customer finish",
                "Announced each hold, and for how long",
            ]
        },
    )
    coaching.submit(
        coaching.amy,
        {
            LISTENING: "4 of 5",
            HOLD: "Yes",
            "Why?": REASON,
        },
    )
    coaching.office.workspace.close(coaching.amy)
    coaching.office.workspace.wait_for(
        lambda: "[I see it differently]" not in coaching.read(coaching.amy)[note_on]
    )
    coaching.deliver()


def decide(coaching: Coaching, listening: str, hold: str, comment: str = COMMENT) -> None:
    coaching.click(coaching.rob, "Decide", on=0)
    values = {
        LISTENING: listening,
        HOLD: hold,
        "What you want to say to the agent": comment,
    }
    coaching.submit(coaching.rob, values)
    coaching.office.workspace.close(coaching.rob)
    coaching.deliver()


def test_second_reviewer_sees_the_criteria_and_the_reason_alone(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    (asked,) = coaching.read(coaching.rob)
    assert asked == (
        "A second opinion is needed on a phone contact first of Mon 25 May (invoice):"
        f" {LISTENING}, {HOLD}. Look at the contact, then decide.\n[Decide]"
    )
    coaching.click(coaching.rob, "Decide")
    assert coaching.modal(coaching.rob) == (
        "Second opinion\n"
        "It is about the phone contact first of Mon 25 May (invoice), from calls.\n"
        f"What its agent says: {REASON}\n"
        f"{LISTENING}\n[5 of 5, 4 of 5, 3 of 5, 2 of 5, 1 of 5, 0 of 5, Does not apply]\n"
        "5: asked open questions and did not interrupt. 3: cut in once. 0: talked over them.\n"
        f"{HOLD}\n[Yes, No, Does not apply]\nNot applicable where nobody was put on hold.\n"
        "What you want to say to the agent\n[]\nOnly the agent reads it."
    )


def test_outcome_comes_back_in_the_thread_of_the_note(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    decide(coaching, "2 of 5", "Yes")
    first, outcome = coaching.direct(coaching.amy)
    assert outcome.thread_ts == first.ts
    assert outcome.read() == (
        "You were agreed with in part. The score is 83 now; it was 69. Both are kept.\n"
        f"- {LISTENING}: 2 of 5 (first 2 of 5, you proposed 4 of 5)\n"
        f"- {HOLD}: yes (first no, you proposed yes)\n"
        f"The second reviewer says: {COMMENT}"
    )
    assert coaching.read(coaching.ray)[-1] == (
        f"Another reviewer has looked at what @{coaching.amy.id} saw differently in your review of"
        " the phone contact first of Mon 25 May (invoice). The score is 83 now; it was 69. Both"
        f" are kept.\n- {LISTENING}: 2 of 5 (first 2 of 5, proposed 4 of 5)\n"
        f"- {HOLD}: yes (first no, proposed yes)\nThe agent is told in the thread of the note."
    )


@pytest.mark.parametrize(
    ("listening", "hold", "score", "upheld"),
    [
        ("5 of 5", "Yes", 100.0, True),
        ("2 of 5", "Yes", UPHELD_SCORE, True),
        ("2 of 5", "No", SCORE, False),
        ("Does not apply", "Does not apply", 100.0, True),
    ],
)
def test_both_scores_are_kept_and_the_second_counts(
    coaching: Coaching, listening: str, hold: str, score: float, upheld: bool
) -> None:
    note_id = coaching.send()
    appeal(coaching)
    decide(coaching, listening, hold)
    review = qa_reviews.c
    columns = review.score, review.first_score, review.appealed, review.upheld
    with coaching.office.stores.facts.connect() as connection:
        row = connection.execute(select(*columns).where(review.review_id == note_id)).one()
    assert tuple(row) == (pytest.approx(score), pytest.approx(SCORE), True, upheld)
    kept = coaching.note(note_id)
    assert kept.score == pytest.approx(SCORE)
    assert kept.final_score == pytest.approx(score)


def test_note_says_that_it_is_looked_at(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    (shown,) = coaching.read(coaching.amy)
    assert shown.endswith(
        "in CareKPI. Read on Wed 17 Jun. Somebody else is looking at what you see differently.\n"
        "[Let's talk] [Show the score]"
    )


def test_appeal_after_the_deadline_is_too_late(coaching: Coaching) -> None:
    coaching.send()
    coaching.office.clock.move(days=7, seconds=1)
    coaching.click(coaching.amy, "I see it differently")
    assert coaching.read(coaching.amy)[-1] == (
        "The time to see it differently is over. Use Let's talk instead."
    )


def test_appeal_that_proposes_nothing_else_is_not_made(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "I see it differently")
    coaching.submit(coaching.amy, {"What do you see differently?": [HOLD]})
    coaching.submit(coaching.amy, {HOLD: "No", "Why?": REASON})
    assert list(coaching.office.workspace.modal(coaching.amy).errors.values()) == [
        "What you propose is what the review says. Change one of the points."
    ]
    assert coaching.read(coaching.rob) == []


def test_who_is_reviewer_no_more_decides_nothing(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    coaching.click(coaching.rob, "Decide")
    with writing(coaching.office.stores.operations) as session:
        members.revoke(session, [coaching.rob.id], Role.REVIEWER, BY)
    coaching.submit(coaching.rob, {LISTENING: "4 of 5", HOLD: "Yes"})
    assert list(coaching.office.workspace.modal(coaching.rob).errors.values()) == [
        "Appeals are decided by the reviewers of the team."
    ]


def test_appeal_without_another_reviewer_waits_for_one_and_admins_hear_of_it(
    coaching: Coaching,
) -> None:
    with writing(coaching.office.stores.operations) as session:
        members.revoke(session, [coaching.rob.id], Role.REVIEWER, BY)
    coaching.send()
    appeal(coaching)
    assigning = assigning_appeals(coaching.desk())
    for _ in range(2):
        assigning.run()
        coaching.deliver()
    (told,) = coaching.read(coaching.office.admin)
    assert told == (
        "An appeal in team billing waits for a second reviewer: the team has no other one. Give"
        " somebody the role with /kpi role @person reviewer team:billing."
    )
    with writing(coaching.office.stores.operations) as session:
        granted = RoleGrant(Role.REVIEWER, frozenset({"billing"}))
        members.grant(session, coaching.rob.id, granted, BY)
    assigning.run()
    coaching.deliver()
    assert len(coaching.read(coaching.rob)) == 1


def test_reviewer_who_can_t_be_reached_gives_way_to_another(coaching: Coaching) -> None:
    office = coaching.office
    with writing(office.stores.operations) as session:
        granted = RoleGrant(Role.REVIEWER, frozenset({"billing"}))
        members.grant(session, office.newcomer.id, granted, BY)
    first, second = sorted((coaching.rob, office.newcomer), key=lambda person: person.id)
    office.workspace.change_person(first, deleted=True)
    note_id = coaching.send()
    appeal(coaching)
    assert len(coaching.read(second)) == 1
    assert coaching.note(note_id).state is NoteState.READ
