"""Block elements: each kind's fields and limits, and where each kind may stand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.blockkit.composition import (
    ACTION_ID,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IMAGE,
    LINKED_OPTION,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    RICH_TEXT,
    URL,
    WORKFLOW,
    any_text,
    plain,
)
from bot.playground.blockkit.schema import Flag, ListOf, Number, OneOf, Rule, Shape, String, typed

_STYLE = String(choices=("primary", "danger"))
_ID = String()
_IDS = ListOf(String())
_DATE = String(10, 10)
_TIME = String(5, 5)
_OPTION_SOURCES = (("options", "option_groups"),)


def _element(kind: str, fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Shape:
    return typed(kind, {"action_id": ACTION_ID, **fields}, required)


def _field(kind: str, fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Shape:
    """An element to fill in: with a placeholder, and focus when it opens."""
    filled: dict[str, Rule] = {"placeholder": plain(150), "focus_on_load": Flag(), **fields}
    return _element(kind, filled, required)


def _menu(kind: str, fields: Mapping[str, Rule]) -> Shape:
    """A menu for one choice, and with ``multi_`` in front for several."""
    asked: dict[str, Rule] = {"confirm": CONFIRM}
    if kind.startswith("multi_"):
        asked["max_selected_items"] = Number(1, is_whole=True)
    return _field(kind, {**asked, **fields})


def _static_menu(kind: str, initial: Mapping[str, Rule]) -> Shape:
    offered = {"options": ListOf(OPTION, 100), "option_groups": ListOf(OPTION_GROUP, 100)}
    menu = _menu(kind, {**offered, **initial})
    return Shape(menu.fields, menu.required, any_of=_OPTION_SOURCES, only_one=_OPTION_SOURCES)


BUTTON = _element(
    "button",
    {
        "text": plain(75),
        "value": String(2000, least=0),
        "url": URL,
        "style": _STYLE,
        "confirm": CONFIRM,
        "accessibility_label": String(75),
        "agent_prompt": String(4000),
        "agent_prompt_display": String(),
    },
    ("text",),
)
_FEEDBACK = Shape(
    {"text": plain(75), "value": String(2000), "accessibility_label": String(75)},
    required=("text", "value"),
)

BUTTONS: dict[str, Shape] = {
    "button": BUTTON,
    "workflow_button": _element(
        "workflow_button",
        {
            "text": plain(75),
            "workflow": WORKFLOW,
            "style": _STYLE,
            "confirm": CONFIRM,
            "accessibility_label": String(75),
        },
        ("text", "workflow", "action_id"),
    ),
}
CONTEXT_BUTTONS: dict[str, Shape] = {
    "feedback_buttons": _element(
        "feedback_buttons",
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        ("positive_button", "negative_button"),
    ),
    "icon_button": _element(
        "icon_button",
        {
            "icon": String(choices=("trash",)),
            "text": plain(75),
            "value": String(2000),
            "confirm": CONFIRM,
            "accessibility_label": String(75),
            "visible_to_user_ids": ListOf(String(), 10),
        },
        ("icon", "text"),
    ),
}
MENUS: dict[str, Shape] = {
    "static_select": _static_menu("static_select", {"initial_option": OPTION}),
    "external_select": _menu(
        "external_select",
        {"initial_option": OPTION, "min_query_length": Number(0, is_whole=True)},
    ),
    "users_select": _menu("users_select", {"initial_user": _ID}),
    "conversations_select": _menu(
        "conversations_select",
        {
            "initial_conversation": _ID,
            "default_to_current_conversation": Flag(),
            "response_url_enabled": Flag(),
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": _menu(
        "channels_select", {"initial_channel": _ID, "response_url_enabled": Flag()}
    ),
    "multi_static_select": _static_menu(
        "multi_static_select", {"initial_options": ListOf(OPTION, 100)}
    ),
    "multi_external_select": _menu(
        "multi_external_select",
        {"initial_options": ListOf(OPTION, 100), "min_query_length": Number(0, is_whole=True)},
    ),
    "multi_users_select": _menu("multi_users_select", {"initial_users": _IDS}),
    "multi_conversations_select": _menu(
        "multi_conversations_select",
        {
            "initial_conversations": _IDS,
            "default_to_current_conversation": Flag(),
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_channels_select": _menu("multi_channels_select", {"initial_channels": _IDS}),
}
CHOICES: dict[str, Shape] = {
    "checkboxes": _element(
        "checkboxes",
        {
            "options": ListOf(MARKED_OPTION, 10),
            "initial_options": ListOf(MARKED_OPTION, 10),
            "confirm": CONFIRM,
            "focus_on_load": Flag(),
        },
        ("options",),
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {
            "options": ListOf(MARKED_OPTION, 10),
            "initial_option": MARKED_OPTION,
            "confirm": CONFIRM,
            "focus_on_load": Flag(),
        },
        ("options",),
    ),
    "datepicker": _field("datepicker", {"initial_date": _DATE, "confirm": CONFIRM}),
    "timepicker": _field(
        "timepicker", {"initial_time": _TIME, "confirm": CONFIRM, "timezone": String()}
    ),
}
OVERFLOW = {
    "overflow": _element(
        "overflow", {"options": ListOf(LINKED_OPTION, 5), "confirm": CONFIRM}, ("options",)
    )
}
DATE_AND_TIME = {
    "datetimepicker": _element(
        "datetimepicker",
        {
            "initial_date_time": Number(10**9, 10**10 - 1, is_whole=True),
            "confirm": CONFIRM,
            "focus_on_load": Flag(),
        },
    )
}
_DISPATCHED = {"dispatch_action_config": DISPATCH}
TEXT_FIELDS: dict[str, Shape] = {
    "plain_text_input": _field(
        "plain_text_input",
        {
            "initial_value": String(3000, least=0),
            "multiline": Flag(),
            "min_length": Number(0, 3000, is_whole=True),
            "max_length": Number(1, 3000, is_whole=True),
            **_DISPATCHED,
        },
    ),
    "number_input": _field(
        "number_input",
        {
            "is_decimal_allowed": Flag(),
            "initial_value": String(),
            "min_value": String(),
            "max_value": String(),
            **_DISPATCHED,
        },
        ("is_decimal_allowed",),
    ),
    "email_text_input": _field("email_text_input", {"initial_value": String(), **_DISPATCHED}),
    "url_text_input": _field("url_text_input", {"initial_value": String(), **_DISPATCHED}),
    "rich_text_input": _field(
        "rich_text_input",
        {
            "initial_value": RICH_TEXT,
            "min_lines": Number(1, 100, is_whole=True),
            "max_lines": Number(1, 100, is_whole=True),
            **_DISPATCHED,
        },
    ),
}
FILE_INPUT = {
    "file_input": _element(
        "file_input",
        {"filetypes": ListOf(String()), "max_files": Number(1, 10, is_whole=True)},
    )
}

IN_SECTION = OneOf({**BUTTONS, **MENUS, **CHOICES, **OVERFLOW, "image": IMAGE})
IN_ACTIONS = OneOf({**BUTTONS, **MENUS, **CHOICES, **OVERFLOW, **DATE_AND_TIME})
IN_INPUT = OneOf({**MENUS, **CHOICES, **DATE_AND_TIME, **TEXT_FIELDS})
IN_MODAL_INPUT = OneOf({**IN_INPUT.shapes, **FILE_INPUT})
IN_CONTEXT = OneOf({**any_text(2000).shapes, "image": IMAGE})
IN_CONTEXT_ACTIONS = OneOf(CONTEXT_BUTTONS)
