"""Finding the elements of blocks that a person can use, and what using them yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.errors import NotVisibleError, PlaygroundError

Payload = dict[str, Any]

HOLDERS = {
    "section": ("accessory",),
    "input": ("element",),
    "actions": ("elements",),
    "context_actions": ("elements",),
    "card": ("actions",),
}
NESTING = frozenset({"container", "carousel"})
BUTTONS = frozenset({"button", "icon_button", "workflow_button", "feedback_buttons"})
TEXT_INPUTS = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)
OPTION_MENUS = frozenset({"static_select", "radio_buttons", "overflow", "external_select"})
OPTION_LISTS = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})
PICKED_AS = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
INITIAL = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "multi_users_select": "initial_users",
    "multi_conversations_select": "initial_conversations",
    "multi_channels_select": "initial_channels",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An element and the block it stands in."""

    block: Payload
    element: Payload

    @property
    def kind(self) -> str:
        return str(self.element["type"])

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def path(self) -> str:
        return f"{self.block_id}/{self.action_id}"

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")

    def names(self) -> Iterator[str]:
        """What a person or a test may call it: action id, text, placeholder or label.

        A button also goes by the label that a screen reader says.
        ``block_id/action_id`` is unique, as Slack wants an action id to be within its block alone.
        """
        yield self.action_id
        yield self.path
        if "accessibility_label" in self.element:
            yield str(self.element["accessibility_label"])
        for holder, key in (
            (self.element, "text"),
            (self.element, "placeholder"),
            (self.block, "label"),
        ):
            if isinstance(holder.get(key), dict):
                yield str(holder[key]["text"])
        for key in ("positive_button", "negative_button"):
            if key in self.element:
                yield str(self.element[key]["text"]["text"])


def places(blocks: list[Payload]) -> Iterator[Place]:
    """Every usable element, wherever it stands."""
    for block in blocks:
        yield from _places_in(block)


def find_place(blocks: list[Payload], what: str) -> Place:
    """The one element of that name."""
    found = [place for place in places(blocks) if what in place.names()]
    if not found:
        known = sorted({name for place in places(blocks) for name in place.names() if name})
        raise NotVisibleError(f'there is no element "{what}" here, only {known}')
    if len(found) > 1:
        raise PlaygroundError(f'{len(found)} elements here are called "{what}": use an action_id')
    return found[0]


def _places_in(block: Payload) -> Iterator[Place]:
    for key in HOLDERS.get(block["type"], ()):
        held = block.get(key, [])
        for element in held if isinstance(held, list) else [held]:
            if element["type"] != "image":
                yield Place(block, element)
    for key in ("child_blocks", "elements"):
        for child in block.get(key, []) if block["type"] in NESTING else []:
            yield from _places_in(child)


def pressed(place: Place, what: str) -> Payload:
    """The ``action`` of a pressed button."""
    element = place.element
    action: Payload = {
        "type": place.kind,
        "action_id": place.action_id,
        "block_id": place.block_id,
    }
    if place.kind == "feedback_buttons":
        chosen = _feedback(element, what)
        return action | {"text": chosen["text"], "value": chosen["value"]}
    kept = ("text", "value", "style", "confirm")
    return action | {key: element[key] for key in kept if key in element}


def picked(place: Place, choice: Any) -> Payload:
    """The value of an element after a person chose ``choice``, as in ``state.values``."""
    kind, element = place.kind, place.element
    if kind in TEXT_INPUTS:
        key = "rich_text_value" if kind == "rich_text_input" else "value"
        return {"type": kind, key: choice}
    if kind in OPTION_MENUS:
        return {"type": kind, "selected_option": _option(element, choice)}
    if kind in OPTION_LISTS:
        options = [_option(element, each) for each in choice]
        return {"type": kind, "selected_options": options}
    if kind in PICKED_AS:
        return {"type": kind, PICKED_AS[kind]: choice}
    raise PlaygroundError(f"nobody can choose anything in a {kind}")


def initial_value(place: Place) -> Payload | None:
    """What stands in an element before anybody touches it; None for one without a value."""
    kind, element = place.kind, place.element
    if kind in TEXT_INPUTS:
        key = "rich_text_value" if kind == "rich_text_input" else "value"
        return {"type": kind, key: element.get("initial_value")}
    if kind in OPTION_MENUS - {"overflow"}:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in OPTION_LISTS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in PICKED_AS:
        empty: list[str] | None = [] if kind.startswith("multi_") else None
        return {"type": kind, PICKED_AS[kind]: element.get(INITIAL[kind], empty)}
    return None


def values_in(blocks: list[Payload], changed: dict[str, Payload]) -> dict[str, Payload]:
    """``state.values`` of these blocks: initial values, under what a person changed."""
    values: dict[str, Payload] = {}
    for place in places(blocks):
        value = changed.get(place.block_id, {}).get(place.action_id) or initial_value(place)
        if value is not None:
            values.setdefault(place.block_id, {})[place.action_id] = value
    return values


def is_empty(value: Payload) -> bool:
    return not any(content for key, content in value.items() if key != "type")


def _option(element: Payload, choice: Any) -> Payload:
    """The option of that text or value."""
    groups = element.get("option_groups", [])
    options = list(element.get("options", []))
    options += [option for group in groups for option in group["options"]]
    for option in options:
        if choice in {option["text"]["text"], option.get("value")}:
            return dict(option)
    offered = [option["text"]["text"] for option in options]
    raise NotVisibleError(f'there is no option "{choice}" here, only {offered}')


def _feedback(element: Payload, what: str) -> Payload:
    for key in ("positive_button", "negative_button"):
        if element[key]["text"]["text"] == what:
            return dict(element[key])
    raise PlaygroundError("name the feedback button by its text")
