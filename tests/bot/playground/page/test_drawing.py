"""Blocks and elements as they are drawn, and that every one that the bot uses is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import slackblocks

import bot.blocks
import bot.playground.page
from bot.blocks import (
    answer,
    errors,
    explaining,
    home,
    home_modals,
    role_forms,
    roles,
    share,
    target_form,
)
from bot.playground import Person, Workspace
from bot.playground.blockkit.elements import places
from bot.playground.page.drawing import draw, drawn
from storage.errors import NotAllowedError
from storage.metrics.catalog import METRICS
from storage.roles import Role, RoleGrant
from storage.settings import Settings
from tests.bot.blocks.answers import by_hour, largest, reference
from tests.bot.blocks.homes import largest_home
from tests.bot.playground.page.conftest import Reader

Json = dict[str, Any]
TODAY = date(2026, 11, 18)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def _own_messages() -> Iterator[list[Json]]:
    for each in (reference(), largest(), by_hour(), by_hour(8)):
        yield list(answer.answer_message(each).blocks)
        shared = share.shared_answer(each, answer.question_of(each), TODAY)
        yield list(share.shared_message(shared, "U1").blocks)
    yield share.share_confirmation(shared, share.Place("C1", "care", 7))["blocks"]
    yield home.home_view(largest_home())["blocks"]
    for form in (
        home_modals.pins_form(METRICS[:2]),
        home_modals.answer_modal(answer.answer_message(reference()), "fcr weekly"),
        role_forms.role_form(["billing"]),
        role_forms.channel_form(["billing"]),
        role_forms.paste_form(),
    ):
        yield form["blocks"]
    yield target_form.target_form(target_form.Draft(None, "", "", None, 0))["blocks"]
    lead = RoleGrant(Role.LEAD, frozenset({"billing"}))
    for message in (
        explaining.help_message(),
        explaining.list_message(),
        *(explaining.define_message(metric, Settings()) for metric in METRICS),
        errors.error_message(NotAllowedError("No.", "Ask.")),
        errors.fault_message("abc"),
        roles.roles_message([("U1", lead)]),
        roles.role_given_message("U1", lead),
        roles.role_taken_message("U1", [lead]),
        roles.channel_teams_message("care", ["billing"]),
    ):
        yield list(message.blocks)


OWN = list(_own_messages())


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _used_classes() -> set[type]:
    """The classes of slackblocks that the bot's own modules build with."""
    modules = [
        import_module(f"bot.blocks.{each.name}") for each in iter_modules(bot.blocks.__path__)
    ]
    return {
        value
        for module in modules
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__.startswith("slackblocks")
    }


def _draw(workspace: Workspace, viewer: Person, *blocks: Json, **values: Any) -> Reader:
    """Blocks as a message would show them."""
    named = [{"block_id": f"b{number}"} | block for number, block in enumerate(blocks)]
    html = draw(
        "parts/blocks.html",
        workspace.state,
        **{"blocks": named, "surface": "s", "values": {}, "errors": {}, "viewer": viewer} | values,
    )
    return Reader(html)


def test_every_kind_of_block_that_the_bot_builds_is_drawn() -> None:
    built = {
        _snake(each.__name__.removesuffix("Block"))
        for each in _used_classes()
        if issubclass(each, slackblocks.Block) and each is not slackblocks.Block
    }

    assert built == {
        "actions",
        "alert",
        "context",
        "data_table",
        "data_visualization",
        "divider",
        "header",
        "input",
        "rich_text",
        "section",
        "table",
    }
    assert built <= drawn("blocks")


@pytest.mark.parametrize("blocks", OWN, ids=range(len(OWN)))
def test_own_message_is_drawn_whole(workspace: Workspace, ana: Person, blocks: list[Json]) -> None:
    page = _draw(workspace, ana, *blocks)

    assert {block["type"] for block in blocks} <= drawn("blocks")
    assert {place.kind for place in places(blocks)} <= drawn("elements")
    assert "not drawn here" not in page.text


def test_unknown_block_says_so_in_words(workspace: Workspace, ana: Person) -> None:
    page = _draw(workspace, ana, {"type": "video"})

    assert page.text == "A “video” block is not drawn here."


def test_unknown_element_says_so_in_words(workspace: Workspace, ana: Person) -> None:
    block = {"type": "actions", "elements": [{"type": "external_select", "action_id": "a"}]}

    assert _draw(workspace, ana, block).text == "A “external_select” element is not drawn here."


ELEMENTS: list[tuple[Json, str, Json]] = [
    ({"type": "plain_text_input", "initial_value": "x"}, "input", {"type": "text", "value": "x"}),
    ({"type": "plain_text_input", "multiline": True}, "textarea", {"rows": "4"}),
    (
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "input",
        {"type": "number", "step": "1", "min": "1"},
    ),
    ({"type": "email_text_input"}, "input", {"type": "email"}),
    ({"type": "url_text_input"}, "input", {"type": "url"}),
    ({"type": "datepicker", "initial_date": "2026-03-02"}, "input", {"value": "2026-03-02"}),
    ({"type": "timepicker", "initial_time": "09:30"}, "input", {"value": "09:30"}),
    (
        {"type": "datetimepicker", "initial_date_time": 1772442000},
        "input",
        {"value": "2026-03-02T09:00"},
    ),
    ({"type": "users_select", "initial_user": "{ana}"}, "option", {"value": "{ana}"}),
    ({"type": "channels_select", "initial_channel": "C1"}, "select", {"name": "b0/a"}),
    ({"type": "conversations_select"}, "select", {"name": "b0/a"}),
    (
        {"type": "static_select", "options": [{"text": _plain("Red"), "value": "red"}]},
        "option",
        {"value": "red"},
    ),
    (
        {"type": "radio_buttons", "options": [{"text": _plain("Red"), "value": "red"}]},
        "input",
        {"type": "radio", "value": "red"},
    ),
    (
        {
            "type": "checkboxes",
            "options": [{"text": _plain("Red"), "value": "red"}],
            "initial_options": [{"text": _plain("Red"), "value": "red"}],
        },
        "input",
        {"type": "checkbox", "value": "red", "checked": ""},
    ),
    (
        {"type": "multi_static_select", "options": [{"text": _plain("Red"), "value": "red"}]},
        "input",
        {"type": "checkbox", "value": "red"},
    ),
    (
        {"type": "multi_users_select", "initial_users": ["{ana}"]},
        "input",
        {"value": "{ana}", "checked": ""},
    ),
    ({"type": "multi_conversations_select"}, "fieldset", {"class": "boxes"}),
    ({"type": "multi_channels_select"}, "fieldset", {"class": "boxes"}),
]


@pytest.mark.parametrize(("element", "tag", "expected"), ELEMENTS, ids=lambda each: str(each)[:40])
def test_input_is_a_labelled_field(
    workspace: Workspace, ana: Person, element: Json, tag: str, expected: Json
) -> None:
    filled = {key: [ana.id] if value == ["{ana}"] else value for key, value in element.items()}
    filled = {key: ana.id if value == "{ana}" else value for key, value in filled.items()}
    wanted = {key: value.format(ana=ana.id) for key, value in expected.items()}
    block = {"type": "input", "label": _plain("Label"), "element": filled | {"action_id": "a"}}

    page = _draw(workspace, ana, block)

    assert page.text.startswith("Label")
    found = [each for each in page.all(tag) if wanted.items() <= each.items()]
    assert len(found) == 1
    label = page.all("label")[0]["id"]
    assert label in [attributes.get("aria-labelledby") for _, attributes in page.tags]


def test_error_of_a_field_stands_at_the_field(workspace: Workspace, ana: Person) -> None:
    block = {
        "type": "input",
        "label": _plain("Why"),
        "hint": _plain("In short"),
        "element": {"type": "plain_text_input", "action_id": "a"},
    }

    page = _draw(workspace, ana, block, errors={"b0": "Too long."})

    (field,) = page.all("input")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] in [attributes.get("id") for _, attributes in page.tags]
    assert page.text == "Why Too long. In short"


def test_button_has_its_style_and_sends_its_place(workspace: Workspace, ana: Person) -> None:
    button = {"type": "button", "text": _plain("Go"), "style": "danger", "action_id": "go"}

    page = _draw(workspace, ana, {"type": "actions", "elements": [button]})

    (drawn_button,) = page.all("button")
    assert drawn_button["class"] == "button danger"
    assert drawn_button["hx-vals"] == '{"element": "b0/go"}'


def test_link_to_a_script_is_no_link(workspace: Workspace, ana: Person) -> None:
    link = {"type": "link", "url": "javascript:alert(1)", "text": "click"}
    part = {"type": "rich_text_section", "elements": [link]}

    page = _draw(workspace, ana, {"type": "rich_text", "elements": [part]})

    assert page.all("a") == []
    assert page.text == "click"


def test_rich_text_keeps_its_styles(workspace: Workspace, ana: Person) -> None:
    styles = ("bold", "italic", "strike", "code")
    spans = [{"type": "text", "text": style, "style": {style: True}} for style in styles]
    listed = {"type": "rich_text_section", "elements": spans}
    part = {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [listed]}

    page = _draw(workspace, ana, {"type": "rich_text", "elements": [part]})

    tags = [tag for tag, _ in page.tags]
    assert tags == ["div", "ol", "li", "strong", "em", "s", "code"]
    assert page.all("ol")[0]["start"] == "3"


def test_data_table_sorts_by_numbers_and_shows_a_page(workspace: Workspace, ana: Person) -> None:
    rows = [
        [{"type": "raw_text", "text": f"team {n}"}, {"type": "raw_number", "value": n, "text": "n"}]
        for n in range(7)
    ]
    heading = [{"type": "raw_text", "text": "team"}, {"type": "raw_text", "text": "FCR"}]

    block = {"type": "data_table", "caption": "By team", "rows": [heading, *rows]}
    page = _draw(workspace, ana, block)

    assert [each["data-sort"] for each in page.all("button") if "data-sort" in each] == ["0", "1"]
    assert [each["data-value"] for each in page.all("td")] == [str(n) for n in range(7)]
    assert sum("hidden" in row for row in page.all("tr")) == 2
    assert "1 to 5 of 7" in page.text


def test_table_aligns_its_columns(workspace: Workspace, ana: Person) -> None:
    cells = [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]
    settings = [{"align": "left"}, {"align": "right"}]

    page = _draw(
        workspace, ana, {"type": "table", "rows": [cells, cells], "column_settings": settings}
    )

    assert [each["class"] for each in page.all("th")] == ["left", "right", "left"]
    assert [each["class"] for each in page.all("td")] == ["right"]


def test_no_template_marks_text_as_safe() -> None:
    folder = Path(bot.playground.page.__file__).parent
    sources = [*folder.rglob("*.html"), *folder.rglob("*.py")]

    assert len(sources) > 60
    marked = re.compile(r"\|\s*safe\b|Markup\(|autoescape false")
    assert [each.name for each in sources if marked.search(each.read_text())] == []
