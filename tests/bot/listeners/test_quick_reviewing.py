"""A reviewer who is quicker than the form is drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial

from bot.playground import View
from storage.operations import reviews
from storage.operations.audit import By
from storage.operations.engine import writing
from storage.quality.card_settings import shipped_cards
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.test_coaching import (
    ANSWERS,
    NOTE,
    drafts,
    know,
    open_review,
    wait_to_read,
)

REDRAWING = "views.update"
FIRST, SECOND, THIRD = "Let the customer finish", "Summed up the problem", "The answer was right"
LAST = "Announced each hold, and for how long"


def overtaken(office: Office, first: Callable[[], object], then: Callable[[], object]) -> None:
    """The form is drawn anew after the first act, but Slack gets that after what comes then."""
    held = office.workspace.trouble.hold_next(REDRAWING)
    first()
    office.workspace.wait_for(lambda: held.is_made)
    then()
    before = drawn(office)
    held.let_go()
    office.workspace.wait_for(lambda: drawn(office) > before)


def drawn(office: Office) -> int:
    """How often Slack was told to draw a form anew."""
    return sum(call.method == REDRAWING for call in office.workspace.calls)


def answer_all_but_the_last(office: Office) -> None:
    """As it is kept, without the form."""
    (draft,) = drafts(office, office.reviewer)
    (card,) = (each for each in shipped_cards() if each.key == "phone")
    answers = {each.key: each.out_of for each in card.criteria if each.title != LAST}
    with writing(office.stores.operations) as session:
        by = By(office.reviewer.id, office.clock())
        filled = partial(replace, answers=answers)
        reviews.change_draft(session, office.stores.sealer, draft.id, by, filled)


def fields(view: View) -> list[str]:
    return [str(block["block_id"]) for block in view.blocks if block["type"] == "input"]


def test_form_that_is_drawn_late_says_what_was_answered_meanwhile(office: Office) -> None:
    def answer_first() -> None:
        office.workspace.choose(office.reviewer, FIRST, "5 of 5")

    def answer_others() -> None:
        office.workspace.fill(office.reviewer, {SECOND: "4 of 5", THIRD: "5 of 5"})
        wait_to_read(office, office.reviewer, "3 of 11 answered.")

    open_review(office, office.reviewer)
    overtaken(office, answer_first, answer_others)
    said = wait_to_read(office, office.reviewer, "3 of 11 answered.")
    assert said.splitlines()[2] == "Score so far: 94. 3 of 11 answered."


def test_form_that_was_drawn_since_the_click_is_drawn_over_with_all_that_was_answered(
    office: Office,
) -> None:
    """Both were clicked on the same form; the one for the first answer is drawn first."""
    open_review(office, office.reviewer)
    both = []
    for criterion in (FIRST, SECOND):
        held = office.workspace.trouble.hold_next(REDRAWING)
        office.workspace.choose(office.reviewer, criterion, "5 of 5")
        office.workspace.wait_for(lambda: held.is_made)  # noqa: B023  # called at once
        both.append(held)
    first, second = both
    first.let_go()
    wait_to_read(office, office.reviewer, "1 of 11 answered.")
    second.let_go()
    said = wait_to_read(office, office.reviewer, "2 of 11 answered.")
    assert said.splitlines()[2] == "Score so far: 100. 2 of 11 answered."


def test_form_that_is_drawn_late_does_not_come_back_once_the_note_is_sent(office: Office) -> None:
    def answer_last() -> None:
        office.workspace.choose(office.reviewer, LAST, ANSWERS[LAST])

    def send() -> None:
        office.workspace.submit(office.reviewer)
        wait_to_read(office, office.reviewer, "What went well")
        office.workspace.submit(office.reviewer, NOTE)

    know(office, office.agent)
    open_review(office, office.reviewer)
    answer_all_but_the_last(office)
    office.workspace.close(office.reviewer)
    open_review(office, office.reviewer)
    overtaken(office, answer_last, send)
    assert office.workspace.modal(office.reviewer).read() == (
        "Review a contact\n"
        "On its way to Agent a1, in a direct message. You are told when it was read."
    )


def test_field_answered_meanwhile_is_not_replaced_by_a_click_from_before(office: Office) -> None:
    """The click on the third field left before the second was answered, and came after it."""
    open_review(office, office.reviewer)
    view = office.workspace.modal(office.reviewer)
    before = fields(view)
    office.workspace.choose(office.reviewer, FIRST, "5 of 5")
    wait_to_read(office, office.reviewer, "1 of 11 answered.")
    clicked = deepcopy(view)
    office.workspace.choose(office.reviewer, SECOND, "4 of 5")
    wait_to_read(office, office.reviewer, "2 of 11 answered.")
    office.workspace.state.views.stack(office.reviewer.id).append(clicked)
    office.workspace.choose(office.reviewer, THIRD, "5 of 5")
    office.workspace.wait_for(lambda: "3 of 11 answered." in view.read())
    assert fields(view) == before
