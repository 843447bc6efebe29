"""An admin changes scorecards in Slack; a large one keeps within Slack's limits."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from bot.playground import Person
from storage.operations.audit import By
from storage.operations.engine import reading, writing
from storage.operations.scorecards import cards_in_force, keep_card
from storage.quality.scorecards import Criterion, Scorecard, Section
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.test_coaching import open_review, wait_to_read

LONG = "x" * 75


def large_card(sections: int, criteria: int, *, is_yes_or_no: bool) -> Scorecard:
    """As many and as long as they may be."""
    out_of = 1.0 if is_yes_or_no else 10.0
    return Scorecard(
        "phone",
        "All of it",
        ("phone",),
        tuple(
            Section(
                f"{number} {LONG}"[:75],
                tuple(
                    Criterion(
                        f"{'k' * 50}_{number}_{each}",
                        f"{number}.{each} {LONG}"[:75],
                        out_of=out_of,
                        is_yes_or_no=is_yes_or_no,
                        guidance="g" * 300,
                    )
                    for each in range(criteria)
                ),
            )
            for number in range(sections)
        ),
        version=1,
    )


def cards(office: Office) -> Sequence[Scorecard]:
    with reading(office.stores.operations) as session:
        return cards_in_force(session)


def show_cards(office: Office, person: Person) -> str:
    act = office.workspace.command
    return office.answer_to(
        person, office.care, lambda: act(person, office.care, "/coach cards")
    ).read()


def labels_shown(office: Office) -> list[str]:
    """The criteria on the page that the reviewer sees."""
    blocks = office.workspace.modal(office.reviewer).blocks
    return [each["label"]["text"] for each in blocks if each["type"] == "input"]


def wait_for_page(office: Office, page: int) -> None:
    """The dialog holds the draft's id and the page, and nothing of the review."""

    def held() -> dict[str, object]:
        content = office.workspace.modal(office.reviewer).content
        return dict(json.loads(content["private_metadata"]))

    office.workspace.wait_for(lambda: held()["page"] == page)
    assert held().keys() == {"draft", "page"}


def open_card(office: Office) -> None:
    show_cards(office, office.admin)
    office.workspace.click(office.admin, "coach_card_show.0")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.admin))


@pytest.mark.parametrize(
    ("sections", "criteria", "is_yes_or_no", "pages"),
    [(8, 5, True, 4), (1, 40, False, 4), (20, 3, True, 5)],
)
def test_large_card_keeps_within_slacks_limits(
    office: Office, sections: int, criteria: int, is_yes_or_no: bool, pages: int
) -> None:
    card = large_card(sections, criteria, is_yes_or_no=is_yes_or_no)
    with writing(office.stores.operations) as session:
        keep_card(session, card, By("U0", office.clock()))
    open_review(office, office.reviewer)
    office.workspace.click(office.reviewer, "To the note")
    wait_to_read(office, office.reviewer, "What went well")
    labels: list[str] = []
    for page in reversed(range(pages)):
        office.workspace.click(office.reviewer, "Back")
        wait_for_page(office, page)
        labels = labels_shown(office) + labels
    assert labels == [each.title for each in card.criteria]
    answer = "Yes" if is_yes_or_no else "10 of 10"
    office.workspace.choose(office.reviewer, labels[0], answer)
    total = sections * criteria
    wait_to_read(office, office.reviewer, f"Score so far: 100. 1 of {total} answered.")
    open_card(office)
    assert len(office.workspace.modal(office.admin).blocks) == 2 + sections + total


def test_admin_changes_a_criterion_and_a_new_version_is_kept(office: Office) -> None:
    open_card(office)
    office.workspace.choose(office.admin, "coach_criterion.hold", "Change")
    office.workspace.wait_for(lambda: len(office.workspace.modal(office.admin).blocks) == 6)
    office.workspace.submit(office.admin, {"Weight": "none"})
    assert office.workspace.modal(office.admin).errors == {
        "field-weight": 'The weight must be a number of 0 or more, not "none".'
    }
    office.workspace.submit(
        office.admin,
        {"Weight": "1,5", "Answered by": "0 to 3 points", "What holds for it": ["critical"]},
    )
    wait_to_read(office, office.admin, "version 2")
    shown = office.workspace.modal(office.admin).read()
    assert "Announced each hold, and for how long\n0 to 3 points, weight 1.5, critical" in shown
    phone = cards(office)[0]
    assert (phone.key, phone.version) == ("phone", 2)
    assert phone.criterion("hold") == Criterion(
        "hold",
        "Announced each hold, and for how long",
        out_of=3.0,
        is_yes_or_no=False,
        weight=1.5,
        critical=True,
        may_not_apply=False,
        guidance="Not applicable where nobody was put on hold.",
    )


def test_criteria_are_moved_removed_and_added(office: Office) -> None:
    open_card(office)
    office.workspace.choose(office.admin, "coach_criterion.identity", "Move up")
    wait_to_read(office, office.admin, "version 2")
    office.workspace.choose(office.admin, "coach_criterion.greeting", "Remove")
    wait_to_read(office, office.admin, "10 criteria, version 3")
    office.workspace.click(office.admin, "Add a criterion")
    office.workspace.wait_for(lambda: len(office.workspace.modal(office.admin).blocks) == 6)
    office.workspace.submit(office.admin, {"Section": "Opening", "Criterion": "Smiled, audibly"})
    wait_to_read(office, office.admin, "11 criteria, version 4")
    assert [each.key for each in cards(office)[0].sections[0].criteria] == [
        "identity",
        "smiled_audibly",
    ]


def test_of_two_admins_the_second_hears_of_the_first(office: Office) -> None:
    open_card(office)
    phone = cards(office)[0]
    with writing(office.stores.operations) as session:
        keep_card(session, large_card(1, 1, is_yes_or_no=True), By("U0", office.clock()))
    office.workspace.click(office.admin, "Title and channels")
    office.workspace.wait_for(lambda: len(office.workspace.modal(office.admin).blocks) == 2)
    office.workspace.submit(office.admin, {"Title": "Calls"})
    assert office.workspace.modal(office.admin).errors == {
        "field-title": "Somebody has changed this scorecard meanwhile."
        " Open it again with /coach cards."
    }
    assert phone.version == 1


def test_new_scorecard_is_made_and_one_is_taken_out_of_use(office: Office) -> None:
    show_cards(office, office.admin)
    office.workspace.click(office.admin, "New scorecard")
    office.workspace.wait_for(lambda: office.workspace.has_modal(office.admin))
    office.workspace.submit(office.admin, {"Title": "Social care", "For contacts by": ["social"]})
    assert "For social. 0 criteria, version 1." in office.workspace.modal(office.admin).read()
    office.workspace.close(office.admin)
    assert [each.key for each in cards(office)] == ["phone", "social_care", "written"]
    open_card(office)
    office.workspace.click(office.admin, "Take out of use", confirm=True)
    wait_to_read(office, office.admin, "Phone call is no longer in use. Old reviews keep it.")
    assert [each.key for each in cards(office)] == ["social_care", "written"]


def test_reviewer_sees_scorecards_and_changes_none(office: Office) -> None:
    shown = show_cards(office, office.reviewer)
    assert "Phone call\nFor phone. 11 criteria, version 1." in shown
    assert "Change" not in shown
    assert show_cards(office, office.executive).startswith("Contacts are reviewed by the reviewers")
