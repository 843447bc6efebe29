"""A coaching note, as its author and its agent live it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.blocks.actions import NOTE_APPEAL, NOTE_READ, NOTE_SCORE, NOTE_TALK, buttons
from bot.blocks.message import message
from jobs.coaching import copying_reviews, taking_back
from storage.facts.tables import qa_answers, qa_reviews
from storage.operations import handover, notes
from storage.operations.audit import By
from storage.operations.engine import writing
from storage.operations.quality_models import NoteState
from storage.quality.forgetting import take_texts
from storage.quality.reaching import Addressee
from storage.sealing import NoKeyError, Sealer
from tests.bot.listeners.coaching_notes.desk import SCORE, SECRET, Coaching

NOTE = """\
@{ray} looked at your phone contact first of Mon 25 May (invoice).
What went well: You summed it up at once, xylophone.
One thing to try: (at 4:10) Say how long a hold takes, xylophone.
Next step: The article on holds, xylophone.
To look at: https://example.com/holds
Only you and who wrote it see this note in CareKPI.{said}
{buttons}"""
DEADLINE = " You may see it differently until Wed 24 Jun."
READ = " Read on Wed 17 Jun."


def note(coaching: Coaching, said: str = "", buttons: str = "") -> str:
    left = "[Let's talk] [I see it differently] [Show the score]"
    return NOTE.format(ray=coaching.ray.id, said=said, buttons=buttons or left)


def kept_reviews(coaching: Coaching) -> list[tuple[object, ...]]:
    review = qa_reviews.c
    rows = select(review.review_id, review.score, review.first_score, review.appealed).where(
        review.source == "carekpi"
    )
    with coaching.office.stores.facts.connect() as connection:
        return [tuple(row) for row in connection.execute(rows.order_by(review.reviewed_at))]


def test_note_shows_what_went_well_first_and_no_score(coaching: Coaching) -> None:
    coaching.send()
    unread = "[Thanks, read] [Let's talk] [I see it differently] [Show the score]"
    assert coaching.read(coaching.amy) == [note(coaching, DEADLINE, unread)]
    (arrived,) = coaching.read(coaching.ray)
    assert arrived == (
        f"Your note on the phone contact first of Mon 25 May (invoice) is with @{coaching.amy.id}."
        " You can withdraw it until it is read.\n[Withdraw]"
    )


def test_author_is_told_once_that_the_note_was_read(coaching: Coaching) -> None:
    note_id = coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    assert coaching.read(coaching.amy) == [note(coaching, READ + DEADLINE)]
    office, stale = coaching.office, message(["-"], buttons([("Read", NOTE_READ, note_id)]))
    client = WebClient(token=office.workspace.bot_token, base_url=office.workspace.api_url)
    client.chat_postMessage(channel=coaching.amy.id, **stale.arguments())
    office.workspace.click(coaching.amy, "Read")
    coaching.deliver()
    assert coaching.read(coaching.ray)[1:] == [
        (
            f"@{coaching.amy.id} has read your note on the phone contact first of Mon 25 May"
            " (invoice). To correct it, review the same contact again with /coach."
        )
    ]
    assert coaching.note(note_id).state is NoteState.READ


def test_score_is_shown_on_a_click_beside_the_own_past(coaching: Coaching) -> None:
    with coaching.office.stores.facts.begin() as facts:
        facts.execute(qa_reviews.insert(), [_earlier(n, 70.0 + n) for n in range(4)])
    coaching.send()
    coaching.click(coaching.amy, "Show the score")
    assert coaching.modal(coaching.amy) == (
        "Score\n69 of 100. Your 4 reviews before were 72 on average.\n"
        "Opening\n- Greeted, gave name and company: yes\n"
        "Understanding\n- Let the customer finish: 2 of 5\n"
        "Solving\n- The answer was right: 5 of 5\n- Announced each hold, and for how long: no"
    )


def test_nobody_but_the_agent_gets_anything_from_a_note_s_buttons(coaching: Coaching) -> None:
    note_id = coaching.send()
    office = coaching.office
    client = WebClient(token=office.workspace.bot_token, base_url=office.workspace.api_url)
    others = [person for person in coaching.everybody if person is not coaching.amy]
    for action in (NOTE_READ, NOTE_SCORE, NOTE_TALK, NOTE_APPEAL):
        pressed = message(["-"], buttons([("Press", action, note_id)]))
        client.chat_postMessage(channel=office.shared.id, **pressed.arguments())
        for person in others:
            there = office.workspace.visible(person, office.shared)
            on = next(each for each in reversed(there) if "[Press]" in each.read())
            office.workspace.click(person, "Press", on=on)
    kept = coaching.note(note_id)
    assert (kept.state, kept.read_at, kept.talk_asked_at) == (NoteState.SENT, None, None)
    assert not any(office.workspace.has_modal(person) for person in others)


def test_note_is_withdrawn_until_it_is_read(coaching: Coaching) -> None:
    note_id = coaching.send()
    coaching.click(coaching.ray, "Withdraw")
    taking_back(coaching.desk(), coaching.parts().slack).run()
    assert coaching.read(coaching.amy) == [
        f"@{coaching.ray.id} has withdrawn this note. There is nothing to do."
    ]
    _, answer = coaching.read(coaching.ray)
    assert answer == (
        f"Withdrawn. @{coaching.amy.id} can't see the text any more, and the review no longer"
        " counts."
    )
    kept = coaching.note(note_id)
    assert (kept.state, kept.sealed) == (NoteState.WITHDRAWN, None)
    assert kept_reviews(coaching) == []


def test_read_note_is_not_withdrawn_but_corrected(coaching: Coaching) -> None:
    first = coaching.send()
    coaching.click(coaching.amy, "Thanks, read")
    coaching.click(coaching.ray, "Withdraw", on=0)
    assert coaching.read(coaching.ray)[-1] == (
        "The agent has read this note, so it can't be withdrawn any more."
        " To correct it, review the same contact again with /coach."
    )
    second = coaching.send(coaching.draft(corrects=first, answers={"greeting": 1.0}))
    assert coaching.read(coaching.amy)[-1].startswith(
        f"@{coaching.ray.id} corrects an earlier note about your phone contact first"
    )
    assert kept_reviews(coaching) == [(second, 100.0, 100.0, False)]


def test_review_is_in_the_facts_at_once(coaching: Coaching) -> None:
    note_id = coaching.send()
    answer = qa_answers.c
    rows = select(answer.criterion, answer.points, answer.out_of, answer.weight).where(
        answer.review_id == note_id
    )
    with coaching.office.stores.facts.connect() as connection:
        answers = sorted(tuple(row) for row in connection.execute(rows))
    assert kept_reviews(coaching) == [(note_id, pytest.approx(SCORE), pytest.approx(SCORE), False)]
    assert answers == [
        ("correct_answer", 5.0, 5.0, 3.0),
        ("greeting", 1.0, 1.0, 1.0),
        ("hold", 0.0, 1.0, 1.0),
        ("listening", 2.0, 5.0, 2.0),
    ]


def test_talk_is_agreed_upon(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Let's talk")
    offer = coaching.read(coaching.amy)[-1]
    assert offer == (
        f"When would half an hour suit you? @{coaching.ray.id} is asked at once. Times in"
        " Europe/Berlin.\n"
        "[Thu 18 Jun, 10:00] [Thu 18 Jun, 14:00] [Fri 19 Jun, 10:00] [Rather in writing]"
    )
    coaching.click(coaching.amy, "Thu 18 Jun, 10:00")
    assert coaching.read(coaching.ray)[-1] == (
        f"@{coaching.amy.id} would like to talk about your note on the phone contact first of"
        " Mon 25 May (invoice), and proposes Thu 18 Jun, 10:00 (Europe/Berlin).\n"
        "[That works] [Another time]"
    )
    proposal = len(coaching.read(coaching.ray)) - 1
    coaching.click(coaching.ray, "That works", on=proposal)
    coaching.click(coaching.ray, "Another time", on=proposal)
    assert coaching.read(coaching.amy)[-1] == f"Agreed: Thu 18 Jun, 10:00 with @{coaching.ray.id}."
    assert coaching.direct(coaching.amy)[-1].thread_ts == coaching.direct(coaching.amy)[0].ts
    assert coaching.read(coaching.ray)[-1] == (
        "You have answered this already. Write to the agent directly."
    )


def test_talk_is_in_writing(coaching: Coaching) -> None:
    coaching.send()
    coaching.click(coaching.amy, "Let's talk")
    coaching.click(coaching.amy, "Rather in writing")
    assert coaching.read(coaching.amy)[-1] == (
        f"@{coaching.ray.id} knows and will write to you. Tap the name to write first."
    )
    assert coaching.read(coaching.ray)[-1] == (
        f"@{coaching.amy.id} would like to talk in writing about your note on the phone contact"
        " first of Mon 25 May (invoice). Tap the name to open a direct message."
    )


def test_agent_who_can_t_be_reached_gets_nothing_sent_elsewhere(coaching: Coaching) -> None:
    coaching.office.workspace.change_person(coaching.amy, deleted=True)
    note_id = coaching.send()
    assert coaching.note(note_id).state is NoteState.UNREACHABLE
    (told,) = coaching.read(coaching.ray)
    assert told == (
        "Your note on the phone contact first of Mon 25 May (invoice) could not be delivered to"
        f" @{coaching.amy.id}. This person's account is deactivated or was deleted. Choose somebody"
        " else. It was sent nowhere else; the review itself is kept."
    )
    assert not [each for each in coaching.office.workspace.messages if SECRET in each.read()]


def test_agent_without_an_account_is_told_of_before_anything_is_sent(coaching: Coaching) -> None:
    draft = coaching.draft()
    draft = replace(draft, contact=replace(draft.contact, agent_id="a3"))
    note_id = coaching.send(draft)
    assert coaching.note(note_id).state is NoteState.UNREACHABLE
    (told,) = coaching.read(coaching.ray)
    assert told == (
        "Your note on the phone contact first of Mon 25 May (invoice) could not be delivered."
        " Nobody in Slack has this agent's e-mail address. It was sent nowhere else; the review"
        " itself is kept."
    )


def test_double_click_of_the_author_sends_one_note(coaching: Coaching) -> None:
    draft = coaching.draft()
    assert coaching.send(draft) == coaching.send(draft) == draft.id
    assert len(coaching.read(coaching.amy)) == 1
    assert len(kept_reviews(coaching)) == 1


def test_process_killed_after_posting_makes_no_second_note(coaching: Coaching) -> None:
    note_id = coaching.put_in()
    courier, office = coaching.courier(), coaching.office
    (claim,) = courier.claim(1)
    with writing(office.stores.operations) as session:
        assert handover.mark_handed_over(session, claim, None, office.clock())
    courier._post(claim, claim.recipient, courier._rendered(claim))
    assert coaching.note(note_id).state is NoteState.SENDING
    office.clock.move(seconds=30)
    coaching.deliver()
    assert len(coaching.read(coaching.amy)) == 1
    assert coaching.note(note_id).state is NoteState.SENT


def test_process_killed_before_copying_has_it_copied_at_the_next_start(coaching: Coaching) -> None:
    note_id = coaching.put_in()
    assert kept_reviews(coaching) == []
    for _ in range(2):
        copying_reviews(coaching.desk()).run()
    assert [row[0] for row in kept_reviews(coaching)] == [note_id]


def test_note_withdrawn_before_it_was_sent_is_not_sent(coaching: Coaching) -> None:
    note_id = coaching.put_in()
    office = coaching.office
    with writing(office.stores.operations) as session:
        notes.withdraw(session, note_id, By(coaching.ray.id, office.clock()))
    coaching.deliver()
    assert coaching.read(coaching.amy) == []


def test_note_is_not_kept_without_a_key(coaching: Coaching) -> None:
    draft, office = coaching.draft(), coaching.office
    by = By(coaching.ray.id, office.clock())
    with pytest.raises(NoKeyError), writing(office.stores.operations) as session:
        notes.send_note(session, draft, Addressee(coaching.amy.id), by, Sealer([]))
    coaching.deliver()
    assert coaching.read(coaching.amy) == []


def test_forgotten_note_is_taken_out_of_slack(coaching: Coaching) -> None:
    coaching.send()
    office = coaching.office
    stores, by = office.stores, By("admin", office.clock())
    with writing(stores.operations) as session:
        take_texts(session, "a1", ["calls"], by)
    taking_back(coaching.desk(), coaching.parts().slack).run()
    assert coaching.read(coaching.amy) == ["What was written here was deleted."]


def _earlier(number: int, score: float) -> dict[str, object]:
    return {
        "source": "other tool",
        "review_id": f"R{number}",
        "agent_id": "a1",
        "reviewed_at": datetime(2026, 6, 1 + number),
        "score": score,
    }
