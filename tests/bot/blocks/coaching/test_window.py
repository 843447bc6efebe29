"""What one window of the form changes, and what it leaves to others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.blocks.coaching.window import acted, block_id_of, everything, window_of
from storage.quality.drafts import Draft, NoteText, ReviewedContact
from tests.storage.metrics.seed import NOW

CALL = ReviewedContact("calls", "C1", "phone", "billing", "a1", NOW)
DRAFT = Draft("d1", "U0RITA", CALL, 1, NOW)


def text(field: str, initial: str | None, shown: str | None) -> tuple[dict[str, Any], Any]:
    """A block as it was drawn, and what stands in it now."""
    block = {
        "type": "input",
        "block_id": f"field-{field}",
        "element": {"type": "plain_text_input", "initial_value": initial},
    }
    return block, {"coach_typed": {"type": "plain_text_input", "value": shown}}


def choice(field: str, initial: str | None, shown: str | None) -> tuple[dict[str, Any], Any]:
    block = {
        "type": "input",
        "block_id": f"field-{field}",
        "element": {"type": "radio_buttons", "initial_option": initial and {"value": initial}},
    }
    chosen = {"type": "radio_buttons", "selected_option": shown and {"value": shown}}
    return block, {"coach_answer": chosen}


def view(*fields: tuple[dict[str, Any], Any]) -> Mapping[str, Any]:
    return {
        "id": "V1",
        "hash": "1",
        "private_metadata": json.dumps({"draft": "d1", "page": 2}),
        "blocks": [{"type": "actions", "elements": []}, *(block for block, _ in fields)],
        "state": {"values": {block["block_id"]: value for block, value in fields}},
    }


def action(field: str, stamp: str) -> Mapping[str, str]:
    return {"block_id": f"field-{field}", "action_ts": stamp}


def test_window_tells_what_it_shows_and_what_was_changed_in_it() -> None:
    window = window_of(
        view(
            text("text-focus", "Holds", "Holds"),
            text("text-links", None, "https://x.example \n\n"),
            choice("answer-tone", None, "4"),
            choice("answer-hold", "na", "na"),
        )
    )
    assert (window.draft_id, window.page) == ("d1", 2)
    assert window.changed == {"text-links": "https://x.example \n\n", "answer-tone": "4"}
    after = everything(window)(DRAFT)
    assert after.answers == {"tone": 4.0}
    assert after.texts == NoteText(links=("https://x.example",))


def test_only_what_was_used_is_put_into_the_draft() -> None:
    """A text typed before in this window may be older than what another one has written since."""
    fields = view(text("text-focus", None, "old"), choice("answer-tone", None, "na"))
    window = window_of(fields, action("answer-tone", "5.0"))
    after = acted(window)(replace(DRAFT, texts=NoteText(focus="newer")))
    assert (after.answers, after.texts.focus) == ({"tone": None}, "newer")


def test_what_arrives_late_does_not_undo_what_came_after() -> None:
    first = window_of(view(text("text-focus", None, "Ho")), action("text-focus", "7.000001"))
    second = window_of(view(text("text-focus", None, "Holds")), action("text-focus", "7.000002"))
    assert acted(first)(acted(second)(DRAFT)).texts.focus == "Holds"
    assert acted(second)(acted(first)(DRAFT)).texts.focus == "Holds"


def test_text_that_was_deleted_is_gone() -> None:
    typed = window_of(view(text("text-focus", None, "H")), action("text-focus", "7.1"))
    deleted = window_of(view(text("text-focus", None, None)), action("text-focus", "7.2"))
    assert acted(deleted)(acted(typed)(DRAFT)).texts.focus == ""


def test_window_is_behind_where_the_draft_was_changed_elsewhere() -> None:
    window = window_of(
        view(text("text-focus", None, None), text("text-links", None, "https://x.example \n"))
    )
    draft = everything(window)(DRAFT)
    assert not window.is_behind(draft)
    assert window.is_behind(replace(draft, texts=replace(draft.texts, focus="Holds")))
    assert not window.is_behind(replace(draft, answers={"tone": 4.0}))


def test_field_that_shows_something_older_is_drawn_as_a_new_one() -> None:
    window = window_of(view(choice("answer-tone", None, "4"), text("text-focus~2", None, "old")))
    draft = replace(DRAFT, answers={"tone": 5.0, "hold": 1.0}, texts=NoteText(focus="new"))
    as_shown = replace(draft, answers={"tone": 4.0})
    assert block_id_of("answer-tone", as_shown, window) == "field-answer-tone"
    assert block_id_of("answer-tone", draft, window) == "field-answer-tone~2"
    assert block_id_of("text-focus", draft, window) == "field-text-focus~3"
    assert block_id_of("answer-hold", draft, window) == "field-answer-hold"
    assert block_id_of("answer-tone", as_shown, None) == "field-answer-tone"


def test_field_that_is_being_filled_in_here_stays_whatever_the_window_is_known_to_show() -> None:
    """A click comes from a moment at which less was written than the draft holds by now."""
    clicked = window_of(view(text("text-focus", None, "Ho")), action("text-focus", "7.1"))
    typed = window_of(view(text("text-focus", None, "Holds")), action("text-focus", "7.2"))
    elsewhere = replace(typed, view_id="V2")
    assert block_id_of("text-focus", acted(typed)(DRAFT), clicked) == "field-text-focus"
    assert block_id_of("text-focus", acted(elsewhere)(DRAFT), clicked) == "field-text-focus~2"
