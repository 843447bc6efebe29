"""Filling in, submitting and closing modals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.playground.acting import Actor
from bot.playground.blockkit.elements import is_empty, places, values_in
from bot.playground.errors import NotVisibleError, PlaygroundError, RefusedError
from bot.playground.methods.views import add_modal, change_content, checked_view
from bot.playground.payloads import view_closed, view_submission
from bot.playground.people import Person
from bot.playground.record import Exchange
from bot.playground.state import State
from bot.playground.views import MODAL_STACK_LIMIT, View

TROUBLE_CONNECTING = "We had some trouble connecting. Try again?"


def open_modal(state: State, person: Person) -> View:
    view = state.views.top(person.id)
    if view is None:
        raise NotVisibleError(f"{person.name} has no modal open")
    return view


def submit(actor: Actor) -> Exchange:
    """Press the modal's submit button, and do what the app answers."""
    state, person = actor.state, actor.person
    view = open_modal(state, person)
    with state.changing():
        view.values = values_in(view.blocks, view.values)
        _refuse_unfit(view)
        payload = view_submission(state, person, view)
    exchange = actor.delivery.send("interactive", payload)
    if exchange.is_acknowledged:
        _carry_out(state, view, exchange)
    return exchange


def close(actor: Actor) -> Exchange | None:
    """Close the top modal; the app hears of it only where the view says ``notify_on_close``."""
    state, person = actor.state, actor.person
    view = open_modal(state, person)
    is_cleared = bool(view.content.get("clear_on_close"))
    with state.changing():
        _leave(state, view, everything=is_cleared)
        if not view.content.get("notify_on_close"):
            return None
        payload = view_closed(state, person, view, is_cleared=is_cleared)
    return actor.delivery.send("interactive", payload)


def _refuse_unfit(view: View) -> None:
    """Slack lets nobody submit a form with a required field empty, or text of another length."""
    if view.content.get("submit") is None:
        raise PlaygroundError("the modal has no submit button")
    for place in places(view.blocks):
        if not place.is_input:
            continue
        label = place.block["label"]["text"]
        value = view.values[place.block_id][place.action_id]
        if not is_empty(value):
            _refuse_length(label, place.element, value)
        elif not place.block.get("optional"):
            raise PlaygroundError(f'"{label}" is required and empty')


def _refuse_length(label: str, element: dict[str, Any], value: dict[str, Any]) -> None:
    length = len(str(value.get("value", "")))
    least, most = element.get("min_length", 0), element.get("max_length", length)
    if element["type"] == "plain_text_input" and not least <= length <= most:
        raise PlaygroundError(f'"{label}" takes {least} to {most} characters, not {length}')


def _carry_out(state: State, view: View, exchange: Exchange) -> None:
    body = exchange.body
    with state.changing():
        try:
            if not body:
                _leave(state, view, everything=False)
            else:
                _respond(state, view, body)
        except RefusedError as refusal:
            exchange.problem = f"{TROUBLE_CONNECTING} ({refusal.code})"


def _respond(state: State, view: View, body: dict[str, Any] | str) -> None:
    name = body.get("response_action") if isinstance(body, dict) else None
    action = RESPONSE_ACTIONS.get(str(name))
    if action is None or not isinstance(body, dict):
        raise RefusedError("invalid_response_action")
    action(state, view, body)


def _show_errors(_state: State, view: View, body: dict[str, Any]) -> None:
    errors = body.get("errors")
    inputs = {place.block_id for place in places(view.blocks) if place.is_input}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise RefusedError("invalid_errors")
    view.errors = {block_id: str(sentence) for block_id, sentence in errors.items()}


def _update(state: State, view: View, body: dict[str, Any]) -> None:
    change_content(state, view, _modal_content(state, body))


def _push(state: State, view: View, body: dict[str, Any]) -> None:
    if len(state.views.stack(view.user_id)) >= MODAL_STACK_LIMIT:
        raise RefusedError("push_limit_reached")
    add_modal(state, view.user_id, _modal_content(state, body))


def _clear(state: State, view: View, _body: dict[str, Any]) -> None:
    _leave(state, view, everything=True)


RESPONSE_ACTIONS: dict[str, Callable[[State, View, dict[str, Any]], None]] = {
    "errors": _show_errors,
    "update": _update,
    "push": _push,
    "clear": _clear,
}


def _modal_content(state: State, body: dict[str, Any]) -> dict[str, Any]:
    content = checked_view(state, body.get("view"))
    if content["type"] != "modal":
        raise RefusedError("invalid_arguments")
    return content


def _leave(state: State, view: View, *, everything: bool) -> None:
    stack = state.views.stack(view.user_id)
    if everything:
        stack.clear()
    elif view in stack:
        stack.remove(view)
