"""An agent sees a note differently; another reviewer decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.playground import Person
from jobs.coaching import assigning_appeals, taking_back
from storage.facts.tables import qa_reviews
from storage.operations import members
from storage.operations.audit import By
from storage.operations.engine import writing
from storage.operations.quality_models import NoteState
from storage.operations.scorecards import keep_card
from storage.quality.forgetting import take_texts
from storage.roles import Role, RoleGrant
from tests.bot.listeners.coaching_notes.desk import SCORE, SECRET, Coaching
from tests.bot.listeners.coaching_notes.test_progress import come_back
from tests.bot.listeners.conftest import BY
from tests.bot.listeners.test_scorecards import large_card

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


def decide(
    coaching: Coaching, listening: str, hold: str, comment: str = COMMENT, who: Person | None = None
) -> None:
    person = who or coaching.rob
    coaching.click(person, "Decide", on=0)
    values = {
        LISTENING: listening,
        HOLD: hold,
        "What you want to say to the agent": comment,
    }
    coaching.submit(person, values)
    coaching.office.workspace.close(person)
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
        "Appeals are decided by the reviewers and leads of the team."
    ]


def test_appeal_without_another_reviewer_waits_for_one_and_admins_hear_of_it(
    coaching: Coaching,
) -> None:
    with writing(coaching.office.stores.operations) as session:
        members.revoke(session, [coaching.rob.id], Role.REVIEWER, BY)
        members.revoke(session, [coaching.office.lead.id], Role.LEAD, BY)
    coaching.send()
    appeal(coaching)
    assigning = assigning_appeals(coaching.desk())
    for _ in range(2):
        assigning.run()
        coaching.deliver()
    (told,) = coaching.read(coaching.office.admin)
    assert told == (
        "An appeal in team billing waits for somebody to decide it: the team has no other reviewer"
        " and no other lead. Give somebody the role with /kpi role @person reviewer team:billing."
    )
    with writing(coaching.office.stores.operations) as session:
        granted = RoleGrant(Role.REVIEWER, frozenset({"billing"}))
        members.grant(session, coaching.rob.id, granted, BY)
    assigning.run()
    coaching.deliver()
    assert len(coaching.read(coaching.rob)) == 1


def test_lead_decides_where_the_team_has_no_other_reviewer(coaching: Coaching) -> None:
    with writing(coaching.office.stores.operations) as session:
        members.revoke(session, [coaching.rob.id], Role.REVIEWER, BY)
    note_id = coaching.send()
    appeal(coaching)
    decide(coaching, "2 of 5", "Yes", who=coaching.office.lead)
    assert coaching.note(note_id).final_score == pytest.approx(UPHELD_SCORE)


def test_lead_decides_nothing_while_there_is_another_reviewer(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    assert coaching.read(coaching.office.lead) == []


def test_second_reviewer_is_reminded_once_of_an_open_appeal(coaching: Coaching) -> None:
    """Asked on a Wednesday: the third working day after it is the Monday."""
    coaching.send()
    appeal(coaching)
    for days, hours in ((4, 23), (0, 1), (30, 0)):
        coaching.office.clock.move(days=days, hours=hours)
        come_back(coaching)
    _, reminder = coaching.read(coaching.rob)
    assert reminder == (
        "A second opinion on the phone contact first of Mon 25 May (invoice) has waited for 3"
        " working days, and so has the agent who asked for it. You are reminded of it this once."
        "\n[Decide]"
    )
    decide(coaching, "2 of 5", "Yes")
    assert coaching.read(coaching.amy)[-1].startswith("You were agreed with in part.")


def test_nobody_is_reminded_of_a_decided_appeal(coaching: Coaching) -> None:
    coaching.send()
    appeal(coaching)
    coaching.office.clock.move(days=4)
    decide(coaching, "2 of 5", "Yes")
    coaching.office.clock.move(days=4)
    come_back(coaching)
    assert len(coaching.read(coaching.rob)) == 1


def test_appeal_of_an_agent_who_was_forgotten_is_decided_and_told_to_the_author_alone(
    coaching: Coaching,
) -> None:
    coaching.send()
    appeal(coaching)
    office = coaching.office
    with writing(office.stores.operations) as session:
        take_texts(session, "a1", ["calls"], By("admin", office.clock()))
    taking_back(coaching.desk(), coaching.parts().slack).run()
    coaching.click(coaching.rob, "Decide", on=0)
    assert "What its agent says: (deleted)" in coaching.modal(coaching.rob)
    coaching.submit(coaching.rob, {LISTENING: "2 of 5", HOLD: "Yes"})
    coaching.deliver()
    assert coaching.read(coaching.amy) == ["What was written here was deleted."]
    assert coaching.read(coaching.ray)[-1].startswith(
        "Another reviewer has looked at what the agent saw differently in your review of"
    )


def test_forty_criteria_seen_differently_keep_within_slacks_limits(coaching: Coaching) -> None:
    card = large_card(1, 40, is_yes_or_no=False)
    with writing(coaching.office.stores.operations) as session:
        keep_card(session, card, BY)
    titles = [each.title for each in card.criteria]
    answers = {each.key: 5.0 for each in card.criteria}
    note_id = coaching.send(coaching.draft(answers=answers, focus_on=card.criteria[0].key))
    coaching.click(coaching.amy, "Show the score")
    assert coaching.modal(coaching.amy).count("5 of 10") == 40
    coaching.office.workspace.close(coaching.amy)
    coaching.click(coaching.amy, "I see it differently")
    coaching.submit(coaching.amy, {"What do you see differently?": titles})
    reason = {"Why?": "y" * 2000}
    coaching.submit(coaching.amy, {**dict.fromkeys(titles, "10 of 10"), **reason})
    coaching.deliver()
    (asked,) = coaching.read(coaching.rob)
    assert asked.splitlines()[0].endswith(
        f"{titles[2]} and 37 more. Look at the contact, then decide."
    )
    coaching.click(coaching.rob, "Decide")
    coaching.submit(coaching.rob, dict.fromkeys(titles, "10 of 10"))
    coaching.deliver()
    assert coaching.note(note_id).final_score == 100.0
    assert coaching.read(coaching.amy)[-1].count("(first 5 of 10, you proposed 10 of 10)") == 40


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
