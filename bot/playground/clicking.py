"""What a person does with the mouse in messages, modals and on the Home tab."""

from __future__ import annotations

from typing import Any

from bot.playground.acting import Actor
from bot.playground.blockkit.elements import BUTTONS, Place, find_place, picked, pressed, values_in
from bot.playground.errors import NotConfirmedError, NotDeclaredError, PlaygroundError
from bot.playground.looking import Surface
from bot.playground.messages import Message
from bot.playground.payloads import Payload, message_action, message_shortcut, view_action
from bot.playground.record import Exchange
from bot.playground.views import View


def press(actor: Actor, what: str, surface: Surface, *, confirm: bool) -> Exchange:
    """Press a button; one that asks "are you sure?" is pressed with ``confirm``."""
    place = find_place(surface.blocks, what)
    if place.kind not in BUTTONS:
        raise PlaygroundError(f'"{what}" is a {place.kind}: use choose')
    _check_confirmation(place, confirm=confirm)
    return _send(actor, surface, pressed(place, what))


def use_shortcut(actor: Actor, message: Message, name: str) -> Exchange:
    """Choose an entry of the app in the menu of a message that stays; others have no such menu."""
    state, person = actor.state, actor.person
    declared = next((each for each in state.manifest.shortcuts if each.name == name), None)
    if declared is None or "commands" not in state.manifest.scopes:
        raise NotDeclaredError(f'the manifest declares no shortcut "{name}" with scope commands')
    if message.ephemeral_for is not None:
        raise PlaygroundError("an ephemeral message has no shortcuts")
    with state.changing():
        payload = message_shortcut(state, person, message, declared.callback_id)
    return actor.delivery.send("interactive", payload)


def choose(
    actor: Actor, what: str, choice: Any, surface: Surface, *, confirm: bool
) -> Exchange | None:
    """Choose in a menu, a list or a picker.

    Inside an input block nothing is sent until the form is, unless the block says
    ``dispatch_action``.
    """
    place = find_place(surface.blocks, what)
    _check_confirmation(place, confirm=confirm)
    value = picked(place, choice)
    if isinstance(surface, View):
        with actor.state.changing():
            surface.values.setdefault(place.block_id, {})[place.action_id] = value
    if place.is_input and not place.block.get("dispatch_action"):
        return None
    action = {"action_id": place.action_id, "block_id": place.block_id, **value}
    return _send(actor, surface, action)


def _send(actor: Actor, surface: Surface, action: Payload) -> Exchange:
    state, person = actor.state, actor.person
    if not state.manifest.is_interactive:
        raise NotDeclaredError("the manifest does not enable interactivity")
    with state.changing():
        if isinstance(surface, View):
            surface.values = values_in(surface.blocks, surface.values)
            payload = view_action(state, person, surface, action)
        else:
            payload = message_action(state, person, surface, action, _values(surface, action))
    return actor.delivery.send("interactive", payload)


def _values(message: Message, action: Payload) -> Payload:
    """The state of a message's menus: initial values, and what was just chosen."""
    changed: dict[str, Payload] = {}
    if action["type"] not in BUTTONS:
        chosen = {
            key: value for key, value in action.items() if key not in {"action_id", "block_id"}
        }
        changed = {action["block_id"]: {action["action_id"]: chosen}}
    return values_in(message.blocks, changed)


def _check_confirmation(place: Place, *, confirm: bool) -> None:
    question = place.element.get("confirm")
    if question and not confirm:
        text = question["text"]["text"] if "text" in question else ""
        raise NotConfirmedError(f"{place.action_id} asks: {text}")
    if confirm and not question:
        raise PlaygroundError(f"{place.action_id} asks nothing that could be confirmed")
