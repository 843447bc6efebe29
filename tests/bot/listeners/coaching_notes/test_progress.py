"""What comes after a coaching note: a reminder to its author, and how its focus has moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs.coaching_progress import following_up
from storage.facts.tables import qa_answers, qa_reviews
from storage.operations.engine import reading
from storage.operations.outbox_models import Delivery
from tests.bot.listeners.coaching_notes.desk import SECRET, Coaching

SUBJECT = "phone contact first of Mon 25 May (invoice)"


def come_back(coaching: Coaching) -> None:
    following_up(coaching.desk()).run()
    coaching.deliver()


def add_reviews(coaching: Coaching, points: list[float], days_from_now: float) -> None:
    """Of another tool, with the same card."""
    at = (coaching.office.clock() + timedelta(days=days_from_now)).replace(tzinfo=None)
    stamp = f"{days_from_now:g}"
    with coaching.office.stores.facts.begin() as connection:
        for number, each in enumerate(points):
            review_id = f"o{stamp}-{number}"
            origin = {"source": "other tool", "review_id": review_id}
            review = {"agent_id": "a1", "reviewed_at": at, "scorecard": "phone"}
            answer = {"criterion": "hold", "points": each, "out_of": 1.0}
            connection.execute(qa_reviews.insert(), [origin | review])
            connection.execute(qa_answers.insert(), [origin | answer])


@pytest.fixture(autouse=True)
def emptied(coaching: Coaching) -> None:
    with coaching.office.stores.facts.begin() as connection:
        connection.execute(qa_reviews.delete())
        connection.execute(qa_answers.delete())


def test_author_is_reminded_once_of_a_note_that_stays_unread(coaching: Coaching) -> None:
    coaching.send()
    coaching.office.clock.move(days=4, hours=23)
    come_back(coaching)
    assert len(coaching.read(coaching.ray)) == 1
    coaching.office.clock.move(hours=1)
    come_back(coaching)
    coaching.office.clock.move(days=100)
    come_back(coaching)
    assert coaching.read(coaching.ray)[1:] == [
        (
            f"Your note on the {SUBJECT} has not been read for 3 working days. A word to"
            f" @{coaching.amy.id} in person may help. You are reminded of it this once."
        )
    ]


def test_nobody_is_reminded_of_a_note_that_was_read(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    coaching.office.clock.move(days=6)
    come_back(coaching)
    assert len(coaching.read(coaching.ray)) == 2


def test_agent_and_author_see_once_how_the_focus_has_moved(coaching: Coaching) -> None:
    add_reviews(coaching, [0.0] * 24 + [1.0] * 6, -20)
    coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    add_reviews(coaching, [1.0] * 27 + [0.0] * 3, 10)
    for days in (27, 1, 30):
        coaching.office.clock.move(days=days)
        come_back(coaching)
    figures = "Points reached: before 19 % (n = 31), since 90 % (n = 30)."
    title = "Announced each hold, and for how long"
    assert coaching.read(coaching.amy)[1:] == [
        (
            f"About {title}, since Wed 17 Jun. It has gone up. What you tried shows in your"
            f" contacts: well done.\n{figures}"
        )
    ]
    assert coaching.read(coaching.ray)[2:] == [
        (
            f"Your note to @{coaching.amy.id} on the {SUBJECT} was about {title}."
            f" It has gone up: a word of praise is due.\n{figures}"
        )
    ]


def test_too_few_reviews_are_never_called_a_change(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    add_reviews(coaching, [1.0] * 7, 10)
    coaching.office.clock.move(days=28)
    come_back(coaching)
    assert coaching.read(coaching.amy)[1] == (
        "About Announced each hold, and for how long, since Wed 17 Jun. Too few reviews to say"
        " whether it has changed.\nPoints reached: before 0 % (n = 1), since 100 % (n = 7)."
    )


def test_without_a_review_since_there_is_nothing_to_compare(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    coaching.office.clock.move(days=28)
    come_back(coaching)
    assert coaching.read(coaching.amy)[1] == (
        "About Announced each hold, and for how long, since Wed 17 Jun. There was no review of it"
        " since, or none before, so there is nothing to compare."
        "\nPoints reached: before 0 % (n = 1), since no review."
    )


def test_outbox_holds_ids_alone(coaching: Coaching) -> None:
    note_id = coaching.send()
    coaching.office.clock.move(days=6)
    following_up(coaching.desk()).run()
    coaching.click(coaching.amy, "Thanks, read")
    coaching.office.clock.move(days=28)
    following_up(coaching.desk()).run()
    with reading(coaching.office.stores.operations) as session:
        kept = dict(iter(session.execute(select(Delivery.kind, Delivery.content))))
    for kind in ("note unread", "note follow-up", "note follow-up to author"):
        assert kept[kind] == {"note": note_id}
    assert SECRET not in str(kept)
