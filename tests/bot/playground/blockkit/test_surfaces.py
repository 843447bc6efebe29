"""Whole messages and views: counts, ids and amounts across blocks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.blockkit.surfaces import check_message_blocks, check_view
from tests.bot.playground.blockkit.test_blocks import (
    Json,
    actions,
    button,
    container,
    data_table,
    input_block,
    line_chart,
    option,
    plain,
    rows,
    table,
)

DIVIDER = {"type": "divider"}


def reasons(problems: list[Any]) -> list[str]:
    return [str(problem) for problem in problems]


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


def test_message_holds_fifty_blocks() -> None:
    assert check_message_blocks([DIVIDER] * 50) == []
    assert reasons(check_message_blocks([DIVIDER] * 51)) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]


@pytest.mark.parametrize("kind", ["modal", "home"])
def test_view_holds_a_hundred_blocks(kind: str) -> None:
    view = modal() if kind == "modal" else {"type": "home"}
    assert check_view(view | {"blocks": [DIVIDER] * 100}) == []
    assert reasons(check_view(view | {"blocks": [DIVIDER] * 101})) == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_message_holds_one_table_and_two_charts() -> None:
    fine = [table(1, 1), data_table(), data_table(), line_chart(), line_chart()]
    assert check_message_blocks(fine) == []
    assert reasons(check_message_blocks([table(1, 1), table(1, 1)])) == [
        "no more than 1 table blocks allowed [json-pointer:/blocks]"
    ]
    hidden = container() | {"child_blocks": [table(1, 1)]}
    assert len(check_message_blocks([table(1, 1), hidden])) == 1
    assert reasons(check_message_blocks([line_chart()] * 3)) == [
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"
    ]


def test_markdown_is_counted_over_the_whole_message() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert check_message_blocks([half, half]) == []
    assert reasons(check_message_blocks([half, half, {"type": "markdown", "text": "x"}])) == [
        "markdown must be less than 12001 characters [json-pointer:/blocks]"
    ]


def test_data_table_content_is_counted_with_rich_text() -> None:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 19_999}]}
    full = [*rows(1, 1), [{"type": "rich_text", "elements": [words]}]]
    assert check_message_blocks([data_table() | {"rows": full}]) == []
    assert reasons(check_message_blocks([data_table() | {"rows": [*full, *rows(1, 1)]}])) == [
        "data tables must hold less than 20001 characters [json-pointer:/blocks]"
    ]


def test_block_ids_are_unique_and_action_ids_in_their_block() -> None:
    named = DIVIDER | {"block_id": "a"}
    inside = container() | {"child_blocks": [named]}
    assert reasons(check_message_blocks([named, inside])) == [
        "`block_id` must be unique: a [json-pointer:/blocks/1/child_blocks/0/block_id]"
    ]
    one = actions(button(action_id="go"))
    assert check_message_blocks([one, one]) == []
    twice = actions(button(action_id="go"), button(action_id="go"))
    assert reasons(check_message_blocks([DIVIDER, twice])) == [
        "`action_id` must be unique in its block: go [json-pointer:/blocks/1]"
    ]


@pytest.mark.parametrize(("field", "limit"), [("title", 24), ("submit", 24), ("close", 24)])
def test_modal_words_are_short(field: str, limit: int) -> None:
    assert check_view(modal(**{"submit": plain("s"), field: plain("x" * limit)})) == []
    assert reasons(check_view(modal(**{field: plain("x" * (limit + 1))}))) == [
        f"must be less than {limit + 1} characters [json-pointer:/view/{field}/text]"
    ]


@pytest.mark.parametrize(
    ("field", "limit"), [("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)]
)
def test_view_strings_are_limited(field: str, limit: int) -> None:
    assert check_view(modal(**{field: "x" * limit})) == []
    assert reasons(check_view(modal(**{field: "x" * (limit + 1)}))) == [
        f"must be less than {limit + 1} characters [json-pointer:/view/{field}]"
    ]


def test_modal_with_an_input_needs_submit() -> None:
    assert check_view(modal(input_block(), submit=plain("Save"))) == []
    assert reasons(check_view(modal(input_block()))) == [
        "submit is required when there is an input block [json-pointer:/view]"
    ]


def test_one_element_takes_the_focus() -> None:
    focused = input_block(element={"type": "plain_text_input", "focus_on_load": True})
    assert reasons(check_view(modal(focused, focused, submit=plain("Save")))) == [
        "only one element may have focus_on_load [json-pointer:/view/blocks]"
    ]


def test_home_has_no_title_and_no_unknown_type() -> None:
    assert reasons(check_view({"type": "home", "blocks": [], "title": plain("x")})) == [
        "no additional properties allowed: title [json-pointer:/view]"
    ]
    assert reasons(check_view({"type": "tab", "blocks": []})) == [
        "unsupported type: tab [json-pointer:/view/type]"
    ]
    assert reasons(check_view(None)) == ["must provide an object [json-pointer:/view]"]


def test_view_that_is_too_large() -> None:
    text = {"type": "section", "text": plain("x" * 3000)}
    assert reasons(check_view(modal(*[text] * 90))) == ["view is too large [json-pointer:/view]"]


def test_every_element_is_accepted_in_a_modal_form() -> None:
    kinds: list[Json] = [
        {"type": "plain_text_input", "multiline": True, "max_length": 3000},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "rich_text_input"},
        {"type": "file_input", "max_files": 1},
        {"type": "datepicker", "initial_date": "2026-03-02"},
        {"type": "timepicker", "initial_time": "09:00", "timezone": "Europe/Berlin"},
        {"type": "datetimepicker", "initial_date_time": 1_772_442_000},
        {"type": "checkboxes", "options": [option()]},
        {"type": "radio_buttons", "options": [option()], "initial_option": option()},
        {"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}]},
        {"type": "users_select", "initial_user": "U1"},
        {"type": "conversations_select", "response_url_enabled": True},
        {"type": "channels_select"},
        {"type": "external_select", "min_query_length": 1},
        {"type": "multi_static_select", "options": [option()], "max_selected_items": 2},
        {"type": "multi_users_select"},
        {"type": "multi_conversations_select", "filter": {"include": ["public"]}},
        {"type": "multi_channels_select"},
        {"type": "multi_external_select"},
    ]
    blocks = [input_block(element=kind) for kind in kinds]
    assert check_view(modal(*blocks, submit=plain("Save"))) == []


def test_refused_kinds_are_found_inside_too() -> None:
    inside = container() | {"child_blocks": [table(1, 1)]}
    assert reasons(check_message_blocks([inside], {"table"})) == [
        "unsupported type: table [json-pointer:/blocks/0/child_blocks/0/type]"
    ]
    assert reasons(check_view(modal(DIVIDER), {"divider"})) == [
        "unsupported type: divider [json-pointer:/view/blocks/0/type]"
    ]
