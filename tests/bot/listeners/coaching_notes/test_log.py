"""What leads and reviewers see of coaching over time: dates, themes, states and counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.playground import Person
from storage.facts.tables import qa_answers, qa_reviews
from storage.operations import audit
from storage.operations.engine import reading
from tests.bot.listeners.coaching_notes.desk import SECRET, Coaching

NOTHING = ": no coaching note that you may know of."


def told(coaching: Coaching, person: Person, text: str) -> str:
    """What this person is answered in the direct message with the bot."""
    office = coaching.office
    place = office.workspace.direct(person, office.workspace.bot)
    typed = f"/coach {text}"
    return office.answer_to(
        person, place, lambda: office.workspace.command(person, place, typed)
    ).read()


def add_reviews(coaching: Coaching, points: list[float], agents: Callable[[int], str]) -> None:
    with coaching.office.stores.facts.begin() as connection:
        connection.execute(qa_reviews.delete())
        connection.execute(qa_answers.delete())
        for number, each in enumerate(points):
            origin = {"source": "other tool", "review_id": f"t{number}"}
            review = {
                "agent_id": agents(number),
                "team": "billing",
                "reviewed_at": datetime(2026, 5, 12),
                "scorecard": "phone",
            }
            connection.execute(qa_reviews.insert(), [origin | review])
            for criterion, given in (("hold", each), ("tone", 5.0)):
                answer = {"criterion": criterion, "points": given, "out_of": 1.0}
                connection.execute(qa_answers.insert(), [origin | answer])


def test_lead_sees_dates_themes_and_states_and_never_the_text(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    said = told(coaching, coaching.office.lead, f"log @{coaching.amy.name}")
    assert said == (
        f"Coaching of @{coaching.amy.id}: 1 note\n"
        "- Wed 17 Jun  Announced each hold, and for how long  read\n"
        "Dates, themes and states. What was written is between the agent and the author."
    )
    assert SECRET not in said


def test_reader_of_a_log_stands_in_the_audit_trail(coaching: Coaching) -> None:
    lead = coaching.office.lead
    told(coaching, lead, f"log @{coaching.amy.name}")
    with reading(coaching.office.stores.operations) as session:
        newest = audit.newest(session, 1)[0]
    assert (newest.who, newest.what, newest.about, newest.details) == (
        lead.id,
        "coaching log read",
        f"agent:{coaching.amy.id}",
        "",
    )


def test_reviewers_see_their_own_notes_in_the_log_alone(coaching: Coaching) -> None:
    coaching.send()
    asked = f"log @{coaching.amy.name}"
    assert "1 note" in told(coaching, coaching.ray, asked)
    assert told(coaching, coaching.rob, asked) == f"Coaching of @{coaching.amy.id}{NOTHING}"


def test_nobody_else_sees_a_log(coaching: Coaching) -> None:
    coaching.send()
    office = coaching.office
    refused = "The log of coaching is for the leads of the agent's team, and for reviewers."
    for person in (office.executive, office.admin, office.newcomer, coaching.amy):
        assert told(coaching, person, f"log @{coaching.amy.name}").startswith(refused)


def test_themes_are_counted_from_five_reviews_up(coaching: Coaching) -> None:
    add_reviews(coaching, [0.0, 0.0, 1.0, 0.0, 1.0], lambda number: f"a{number % 3 + 1}")
    assert told(coaching, coaching.office.lead, "themes team:billing monthly") == (
        "billing, May 2026: 5 reviews\n"
        "- Announced each hold, and for how long: weak in 3 of 5\n"
        "Weak: half of its points or fewer, or a no. Counts of reviews, not of people."
    )


def test_fewer_than_five_reviews_have_no_themes(coaching: Coaching) -> None:
    add_reviews(coaching, [0.0] * 4, lambda _: "a1")
    assert told(coaching, coaching.office.lead, "themes team:billing monthly") == (
        "billing, May 2026: 4 reviews\nThemes are shown from 5 reviews up."
    )


def test_themes_of_few_agents_are_withheld_from_who_sees_totals_alone(coaching: Coaching) -> None:
    add_reviews(coaching, [0.0] * 6, lambda number: f"a{number % 2 + 1}")
    assert "weak in 6 of 6" in told(coaching, coaching.office.lead, "themes team:billing monthly")
    assert told(coaching, coaching.office.executive, "themes team:billing monthly") == (
        "billing, May 2026: 6 reviews\n"
        "Too few agents were reviewed to show themes without pointing at somebody."
    )


def test_themes_say_how_they_are_asked_for(coaching: Coaching) -> None:
    assert told(coaching, coaching.office.lead, "themes") == (
        "Say which team, and which period if you like."
        " Write it like this: /coach themes team:billing monthly"
    )


def test_home_counts_what_waits_and_shows_no_text(coaching: Coaching) -> None:
    coaching.send()
    home = coaching.office.home_of(coaching.amy)
    assert "1 coaching note to read. Notes are under Messages, here beside Home." in home
    assert SECRET not in home
    coaching.click(coaching.amy, "Thanks, read")
    office = coaching.office
    office.workspace.wait_for(lambda: "coaching note" not in office.home_of(coaching.amy))


def test_review_that_was_begun_goes_on_from_home(coaching: Coaching) -> None:
    office, ray = coaching.office, coaching.ray
    typed = office.workspace.command(
        ray, office.workspace.direct(ray, office.workspace.bot), "/coach first"
    )
    assert typed.is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(ray))
    office.workspace.close(ray)
    assert "1 review begun." in office.home_of(ray)
    assert office.modal_of(ray, "Continue the review").startswith("Review a contact")
