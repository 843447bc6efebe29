"""A reviewer opens a contact in Slack, fills in the form, and sends the note."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import Person
from storage.membership import Profile
from storage.operations import reviews, slack_people
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.quality_models import CoachingNote, NoteState, ReviewDraft
from storage.operations.slack_people import KnownPerson
from storage.quality.drafts import Draft, NoteText
from tests.bot.listeners.conftest import Office

CALL = "C765"
POINTS = {
    "Let the customer finish": "5 of 5",
    "Summed up the problem": "4 of 5",
    "The answer was right": "5 of 5",
    "Said what happens next, and when": "5 of 5",
    "Friendly and patient throughout": "5 of 5",
    "Noted the contact so that others can follow": "5 of 5",
}
YES = (
    "Greeted, gave name and company",
    "Checked who is calling (critical)",
    "Spoke plainly, without jargon",
    "Asked whether all is solved",
)
ANSWERS = {**dict.fromkeys(YES, "Yes"), **POINTS, "Announced each hold, and for how long": "No"}
NOTE = {
    "What went well": "You summed up the problem before you looked anything up.",
    "One thing to work on": "Announced each hold, and for how long",
    "In your words": "You put them on hold twice without saying for how long.",
    "The moment": "at 4:10",
    "A suggested next step": "Try to say about two minutes first.",
    "Links": "https://help.example.com/holds",
}


def open_review(office: Office, person: Person, contact_id: str = CALL) -> str:
    exchange = office.workspace.command(person, office.care, f"/coach {contact_id}")
    assert exchange.is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(person))
    return office.workspace.modal(person).read()


def wait_to_read(office: Office, person: Person, words: str) -> str:
    """What the modal says once it says these words."""
    office.workspace.wait_for(lambda: words in office.workspace.modal(person).read())
    return office.workspace.modal(person).read()


def answer_all(office: Office, person: Person) -> None:
    office.workspace.fill(person, ANSWERS)
    wait_to_read(office, person, "11 of 11 answered.")
    office.workspace.submit(person)
    wait_to_read(office, person, "What went well")


def drafts(office: Office, person: Person) -> list[Draft]:
    with reading(office.stores.operations) as session:
        return reviews.drafts_of(session, office.stores.sealer, person.id)


def notes(office: Office) -> list[CoachingNote]:
    with reading(office.stores.operations) as session:
        return list(session.query(CoachingNote))


def know(office: Office, person: Person) -> None:
    """The agent is known as Slack lists people."""
    profile = Profile(
        person.team_id,
        person.id,
        "a1@example.com",
        is_guest=False,
        is_own_organisation=True,
        is_workspace_admin=False,
    )
    with writing(office.stores.operations) as session:
        slack_people.keep(session, [KnownPerson(profile, "Amy", "")], office.clock())


def test_reviewer_fills_in_the_form_and_the_note_is_sent(office: Office) -> None:
    know(office, office.agent)
    shown = open_review(office, office.reviewer)
    assert shown.splitlines()[:3] == [
        "Review a contact",
        "Phone C765, Agent a1 of billing, delivery, 8 Jun 17:52",
        "No score yet. 0 of 11 answered.",
    ]
    answer_all(office, office.reviewer)
    note_page = office.workspace.modal(office.reviewer).read()
    assert "Score: 92. 11 of 11 answered." in note_page
    office.workspace.submit(office.reviewer, NOTE)
    assert office.workspace.modal(office.reviewer).read() == (
        "Review a contact\n"
        "On its way to Agent a1, in a direct message. You are told when it was read."
    )
    (note,) = notes(office)
    assert (note.reviewer, note.agent_id, note.agent_user_id, note.contact_id) == (
        office.reviewer.id,
        "a1",
        office.agent.id,
        CALL,
    )
    assert note.themes == {"criteria": ["hold"]}
    assert note.answers["hold"] == 0
    assert round(note.score, 2) == 91.76
    assert drafts(office, office.reviewer) == []


def test_score_is_computed_as_one_goes(office: Office) -> None:
    def scored(label: str, answer: str, answered: int) -> str:
        """The line with the score, once the form has this many answers."""
        office.workspace.choose(office.reviewer, label, answer)
        return wait_to_read(office, office.reviewer, f" {answered} of 11").splitlines()[2]

    open_review(office, office.reviewer)
    assert [
        scored("Let the customer finish", "4 of 5", 1),
        scored("Asked whether all is solved", "Not applicable", 2),
        scored("Spoke plainly, without jargon", "No", 3),
        scored("Checked who is calling (critical)", "No", 4),
    ] == [
        "Score so far: 80. 1 of 11 answered.",
        "Score so far: 80. 2 of 11 answered.",
        "Score so far: 53. 3 of 11 answered.",
        "Score: 0, as a critical criterion failed. 4 of 11 answered.",
    ]


def test_draft_survives_a_closed_window(office: Office) -> None:
    open_review(office, office.reviewer)
    office.workspace.choose(office.reviewer, "Let the customer finish", "4 of 5")
    office.workspace.click(office.reviewer, "To the note")
    wait_to_read(office, office.reviewer, "What went well")
    office.workspace.choose(office.reviewer, "What went well", "You let them finish")
    office.workspace.close(office.reviewer)
    (draft,) = drafts(office, office.reviewer)
    assert draft.answers == {"listening": 4.0}
    assert draft.texts == NoteText(went_well="You let them finish")
    listed = office.answer_to(
        office.reviewer,
        office.care,
        lambda: office.workspace.command(office.reviewer, office.care, "/coach drafts"),
    )
    assert "Score so far: 80. 1 of 11 answered." in listed.read()
    office.workspace.click(office.reviewer, "Continue")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.reviewer))
    assert "Score so far: 80." in office.workspace.modal(office.reviewer).read()


def test_thrown_away_draft_is_gone(office: Office) -> None:
    open_review(office, office.reviewer)
    office.workspace.choose(office.reviewer, "Let the customer finish", "4 of 5")
    wait_to_read(office, office.reviewer, "1 of 11 answered.")
    office.workspace.close(office.reviewer)
    act = office.workspace.command
    office.answer_to(
        office.reviewer, office.care, lambda: act(office.reviewer, office.care, "/coach drafts")
    )
    told = office.answer_to(
        office.reviewer,
        office.care,
        lambda: office.workspace.click(office.reviewer, "Throw away", confirm=True),
    )
    assert (told.read(), drafts(office, office.reviewer)) == ("The draft was thrown away.", [])
    again = open_review(office, office.reviewer)
    assert again.splitlines()[2] == "No score yet. 0 of 11 answered."


def test_two_windows_of_one_draft_lose_nothing_of_each_other(office: Office) -> None:
    """The telephone's form was opened first, then the one at the desk; the pretend workspace
    shows the newest only, so what the telephone does is sent as Slack would."""
    open_review(office, office.reviewer)
    telephone = office.workspace.modal(office.reviewer)
    office.workspace.choose(office.reviewer, "Let the customer finish", "4 of 5")
    wait_to_read(office, office.reviewer, "1 of 11 answered.")
    office.workspace.close(office.reviewer)
    open_review(office, office.reviewer)
    office.workspace.choose(office.reviewer, "Summed up the problem", "5 of 5")
    wait_to_read(office, office.reviewer, "2 of 11 answered.")
    office.workspace.state.views.stack(office.reviewer.id).append(telephone)
    office.workspace.choose(office.reviewer, "The answer was right", "5 of 5")
    wait_to_read(office, office.reviewer, "3 of 11 answered.")
    (draft,) = drafts(office, office.reviewer)
    assert draft.answers == {"listening": 4.0, "summary": 5.0, "correct_answer": 5.0}


def test_page_changed_elsewhere_is_shown_before_it_goes_on(office: Office) -> None:
    open_review(office, office.reviewer)
    answer_all(office, office.reviewer)
    (draft,) = drafts(office, office.reviewer)
    with writing(office.stores.operations) as session:
        elsewhere = NoteText(went_well="Said elsewhere")
        reviews.change_draft(
            session,
            office.stores.sealer,
            draft.id,
            By(office.reviewer.id, office.clock()),
            lambda each: replace(each, texts=elsewhere),
        )
    office.workspace.submit(office.reviewer, {"A suggested next step": "Try this next time"})
    shown = office.workspace.modal(office.reviewer).read()
    assert "This review was changed in another window. Look it over, then go on." in shown
    assert "Said elsewhere" in str(office.workspace.modal(office.reviewer).content)
    assert notes(office) == []


def test_wording_is_questioned_and_the_reviewer_decides(office: Office) -> None:
    know(office, office.agent)
    open_review(office, office.reviewer)
    answer_all(office, office.reviewer)
    office.workspace.submit(office.reviewer, {"In your words": "You never listen"})
    asked = office.workspace.modal(office.reviewer).read()
    assert 'This may read as blame: "you never".' in asked
    assert "The note says nothing that went well." in asked
    assert "There is something to work on, but no next step." in asked
    assert "For example: You summed up the problem in one sentence" in asked
    assert notes(office) == []
    office.workspace.click(office.reviewer, "Change it")
    wait_to_read(office, office.reviewer, "A suggested next step")
    office.workspace.submit(office.reviewer, {"A suggested next step": "Try to sum it up first"})
    asked = office.workspace.modal(office.reviewer).read()
    assert "no next step" not in asked
    office.workspace.submit(office.reviewer)
    (note,) = notes(office)
    assert note.state is NoteState.SENDING


def test_unanswered_criteria_are_named_before_sending(office: Office) -> None:
    open_review(office, office.reviewer)
    office.workspace.click(office.reviewer, "To the note")
    wait_to_read(office, office.reviewer, "What went well")
    office.workspace.submit(office.reviewer, NOTE)
    assert (
        "Not answered yet: Greeted, gave name and company, Checked who is calling,"
        " Let the customer finish and 8 more. Go back to answer."
    ) in office.workspace.modal(office.reviewer).read()
    assert notes(office) == []


def test_link_that_is_none_is_refused_at_its_field(office: Office) -> None:
    open_review(office, office.reviewer)
    answer_all(office, office.reviewer)
    office.workspace.submit(office.reviewer, {"Links": "ask me"})
    assert list(office.workspace.modal(office.reviewer).errors.values()) == [
        "Each line is an address that starts with https://."
    ]


def test_agent_who_is_not_in_slack_gets_nothing_and_the_reviewer_is_told(office: Office) -> None:
    open_review(office, office.reviewer)
    answer_all(office, office.reviewer)
    office.workspace.submit(office.reviewer, NOTE)
    assert (
        "The review is kept, but the note reaches nobody."
        " Nobody in Slack has this agent's e-mail address."
    ) in office.workspace.modal(office.reviewer).read()
    (note,) = notes(office)
    assert note.state is NoteState.UNREACHABLE


def test_sample_says_why_each_contact_was_drawn(office: Office) -> None:
    drawn = office.answer_to(
        office.reviewer,
        office.care,
        lambda: office.workspace.command(office.reviewer, office.care, "/coach sample"),
    ).read()
    assert drawn.splitlines()[0] == ("Drawn for you, so that nobody is looked at more than others:")
    assert drawn.count("Drawn for: ") == 5
    assert " of care" not in drawn
    again = office.answer_to(
        office.reviewer,
        office.care,
        lambda: office.workspace.command(office.reviewer, office.care, "/coach sample"),
    ).read()
    assert again == drawn


def test_shortcut_opens_the_contact_that_a_message_names(office: Office) -> None:
    told = office.workspace.post(
        office.admin, office.care, f"Ticket #{CALL}: the customer is upset"
    )
    assert office.workspace.shortcut(office.reviewer, told, "Review this contact").is_acknowledged
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.reviewer))
    assert "Phone C765, Agent a1 of billing" in office.workspace.modal(office.reviewer).read()


def test_shortcut_on_a_message_without_a_contact_asks_for_one(office: Office) -> None:
    told = office.workspace.post(office.admin, office.care, "Good morning")
    office.workspace.shortcut(office.reviewer, told, "Review this contact")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.reviewer))
    office.workspace.submit(office.reviewer, {"Contact": "nothing"})
    assert office.workspace.modal(office.reviewer).errors == {
        "field-contact": "There is no such contact in the teams that you review."
        " Take the id as your help desk shows it; /coach sample draws some."
    }
    office.workspace.submit(office.reviewer, {"Contact": CALL})
    assert "Phone C765" in office.workspace.modal(office.reviewer).read()


def test_contacts_of_other_teams_and_of_oneself_are_not_reviewed(office: Office) -> None:
    def told(person: Person, text: str) -> str:
        act = office.workspace.command
        return office.answer_to(
            person, office.care, lambda: act(person, office.care, f"/coach {text}")
        ).read()

    nobody = "There is no such contact in the teams that you review."
    assert told(office.reviewer, "C138").startswith(nobody)
    assert told(office.reviewer, "C99999").startswith(nobody)
    refused = "Contacts are reviewed by the reviewers and leads of a team."
    for person in (office.executive, office.agent, office.admin, office.newcomer):
        for text in (CALL, "sample", "drafts"):
            assert told(person, text).startswith(refused)
    assert told(office.guest, CALL).startswith("CareKPI answers members of its own")


def test_draft_of_somebody_else_is_not_changed(office: Office) -> None:
    open_review(office, office.reviewer)
    view = office.workspace.modal(office.reviewer)
    office.workspace.state.views.stack(office.lead.id).append(view)
    office.workspace.choose(office.lead, "Let the customer finish", "0 of 5")
    (draft,) = drafts(office, office.reviewer)
    assert (draft.answers, drafts(office, office.lead)) == ({}, [])


def test_without_a_key_nothing_is_kept_and_how_to_make_one_is_said(
    office_without_keys: Office,
) -> None:
    office = office_without_keys
    told = office.answer_to(
        office.reviewer,
        office.care,
        lambda: office.workspace.command(office.reviewer, office.care, f"/coach {CALL}"),
    )
    assert told.read() == (
        "CAREKPI_KEYS holds no key, so nothing confidential is kept."
        " Make a key with carekpi keys new and put it into CAREKPI_KEYS, the newest first."
    )
    with reading(office.stores.operations) as session:
        assert session.query(ReviewDraft).count() == 0
