"""Two reviewers score one contact apart from each other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from bot.playground import Person
from jobs.coaching import copying_reviews
from storage.errors import UserError
from storage.facts.tables import qa_answers, qa_reviews
from storage.operations import calibrations
from storage.operations.engine import reading
from storage.operations.quality_models import Calibration
from storage.quality.calibrating import results
from tests.bot.listeners.coaching_notes.desk import Coaching
from tests.bot.listeners.coaching_notes.test_log import told
from tests.bot.listeners.test_coaching import ANSWERS, wait_to_read

HOLD = "Announced each hold, and for how long"
RIGHT = "The answer was right"


def start(coaching: Coaching, person: Person | None = None) -> str:
    names = f"@{coaching.ray.name} @{coaching.rob.name}"
    said = told(coaching, person or coaching.office.lead, f"calibrate first {names}")
    coaching.deliver()
    return said


def score(coaching: Coaching, person: Person, changes: Mapping[str, str]) -> str:
    """Fills in the form and hands it in."""
    office = coaching.office
    message = coaching.direct(person)[-1]
    office.workspace.click(person, "Score it", on=message)
    office.workspace.wait_for(lambda: office.workspace.has_modal(person))
    office.workspace.fill(person, {**ANSWERS, **changes})
    wait_to_read(office, person, "11 of 11 answered.")
    office.workspace.submit(person)
    said = office.workspace.modal(person).read()
    coaching.deliver()
    return said


def test_results_come_when_all_are_in_and_only_to_who_took_part(coaching: Coaching) -> None:
    office, ray, rob = coaching.office, coaching.ray, coaching.rob
    assert start(coaching) == (
        f"Contact first goes to @{ray.id}, @{rob.id}. Answers stay hidden until all are in;"
        " then each of you gets the results."
    )
    asked = len(coaching.read(ray))
    assert score(coaching, ray, {}) == (
        "Calibration\nHanded in. The results come when one more has answered."
    )
    assert len(coaching.read(ray)) == asked
    assert score(coaching, rob, {HOLD: "Yes", RIGHT: "3 of 5"}) == (
        "Calibration\nHanded in. All are in: the results come in a direct message."
    )
    shown = coaching.read(ray)[-1]
    assert shown.splitlines()[:3] == [
        "Calibration of contact first: 2 of 11 criteria were read differently.",
        f"- {RIGHT}: @{ray.id} 5 of 5, @{rob.id} 3 of 5  (alpha: too few contacts yet)",
        f"- {HOLD}: @{ray.id} no, @{rob.id} yes  (alpha: too few contacts yet)",
    ]
    assert coaching.read(rob)[-1] == coaching.read(office.lead)[-1] == shown
    assert coaching.read(coaching.amy) == []


def test_live_score_is_untouched_and_calibration_reaches_the_facts(coaching: Coaching) -> None:
    start(coaching)
    score(coaching, coaching.ray, {})
    score(coaching, coaching.rob, {HOLD: "Yes"})
    copying_reviews(coaching.desk()).run()
    review = qa_reviews.c
    with coaching.office.stores.facts.connect() as connection:
        kept = connection.execute(
            select(review.reviewer, review.purpose, review.agent_id, review.contact_id).where(
                review.source == "carekpi", review.purpose == "calibration"
            )
        ).all()
        held = connection.execute(
            select(qa_answers.c.points)
            .where(qa_answers.c.criterion == "hold")
            .join(qa_reviews, qa_answers.c.review_id == review.review_id)
            .where(review.purpose == "calibration")
        )
        assert sorted(map(tuple, kept)) == sorted(
            (who.id, "calibration", "a1", "first") for who in (coaching.ray, coaching.rob)
        )
        assert sorted(held.scalars()) == [0.0, 1.0]


def test_answers_are_hidden_until_all_are_in(coaching: Coaching) -> None:
    start(coaching)
    score(coaching, coaching.ray, {})
    with reading(coaching.office.stores.operations) as session:
        (kept,) = session.scalars(select(Calibration))
        with pytest.raises(UserError, match="shown when everybody has answered"):
            results(session, kept.id)
        assert [each.reviewer for each in calibrations.asked(session, kept.id)] == sorted(
            [coaching.ray.id, coaching.rob.id]
        )
    listed = told(coaching, coaching.office.lead, "calibrations")
    assert listed.splitlines()[0] == f"Contact first waits for @{coaching.rob.id}"


def test_who_started_it_closes_it_when_two_have_answered(coaching: Coaching) -> None:
    start(coaching)
    score(coaching, coaching.ray, {})
    office = coaching.office
    told(coaching, office.lead, "calibrations")
    place = office.workspace.direct(office.lead, office.workspace.bot)
    shown = office.click(office.lead, "Close without them", place)
    assert shown.read() == "Fewer than two have answered, so there is nothing to compare."


def test_calibration_takes_people_who_may_review_the_contact(coaching: Coaching) -> None:
    lead, amy = coaching.office.lead, coaching.amy
    refused = "Somebody you named may not review this contact."
    assert told(coaching, lead, f"calibrate first @{coaching.ray.name} @{amy.name}").startswith(
        refused
    )
    assert told(coaching, lead, f"calibrate first @{coaching.ray.name}").startswith(
        "A calibration takes two reviewers or more."
    )
    assert told(coaching, amy, f"calibrate first @{coaching.ray.name}").startswith(
        "Contacts are reviewed by the reviewers and leads of a team."
    )


def test_one_calibration_of_a_contact_at_a_time(coaching: Coaching) -> None:
    start(coaching)
    assert start(coaching).startswith("This contact is being calibrated already.")
