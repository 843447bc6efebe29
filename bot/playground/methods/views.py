"""views.*: opening, pushing and updating modals, and publishing Home tabs."""

from __future__ import annotations

import secrets
from typing import Any

from bot.playground.blockkit.surfaces import check_view
from bot.playground.errors import RefusedError, refuse_arguments
from bot.playground.methods.access import known_person
from bot.playground.methods.arguments import Arguments
from bot.playground.posting import name_blocks, refuse_problems
from bot.playground.state import State
from bot.playground.tickets import Trigger
from bot.playground.views import MODAL_STACK_LIMIT, View, describe_view

Answer = dict[str, Any]


def open_view(state: State, arguments: Arguments) -> Answer:
    trigger = _usable_trigger(state, arguments)
    content = _modal(state, arguments)
    trigger.is_used = True
    state.views.stack(trigger.user_id).clear()
    return describe(state, add_modal(state, trigger.user_id, content))


def push(state: State, arguments: Arguments) -> Answer:
    trigger = _usable_trigger(state, arguments)
    stack = state.views.stack(trigger.user_id)
    if trigger.view_id not in [view.id for view in stack]:
        raise RefusedError("invalid_trigger_id")
    if len(stack) >= MODAL_STACK_LIMIT:
        raise RefusedError("push_limit_reached")
    content = _modal(state, arguments)
    trigger.is_used = True
    return describe(state, add_modal(state, trigger.user_id, content))


def update(state: State, arguments: Arguments) -> Answer:
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    view = state.views.find(view_id, external_id)
    if view is None:
        raise RefusedError("not_found")
    _refuse_other_hash(view, arguments)
    content = checked_view(state, arguments.structure("view", "invalid_arguments"))
    if content["type"] != view.kind:
        raise refuse_arguments("view type may not change [json-pointer:/view/type]")
    _refuse_taken_external_id(state, content, but=view)
    change_content(state, view, content)
    return describe(state, view)


def publish(state: State, arguments: Arguments) -> Answer:
    if not state.manifest.has_home_tab:
        raise RefusedError("not_enabled")
    user = known_person(state, arguments.required("user_id"))
    content = checked_view(state, arguments.structure("view", "invalid_arguments"))
    if content["type"] != "home":
        raise refuse_arguments("view must be of type home [json-pointer:/view/type]")
    view = state.views.homes.get(user.id)
    if view is None:
        view = _new_view(state, user.id, content)
        state.views.homes[user.id] = view
    else:
        _refuse_other_hash(view, arguments)
        change_content(state, view, content)
    return describe(state, view)


def describe(state: State, view: View) -> Answer:
    return {
        "view": describe_view(view, team_id=state.team.id, app_id=state.app_id, bot_id=state.bot_id)
    }


def checked_view(state: State, content: object) -> dict[str, Any]:
    """The view, or Slack's refusal of it."""
    problems = check_view(content, state.trouble.refused_blocks)
    if problems or not isinstance(content, dict):
        raise refuse_problems("invalid_arguments", problems)
    return content | {"blocks": name_blocks(state, content["blocks"])}


def add_modal(state: State, user_id: str, content: dict[str, Any]) -> View:
    """A new view on top of the person's stack of modals."""
    stack = state.views.stack(user_id)
    view = _new_view(state, user_id, content)
    if stack:
        view.root_view_id, view.previous_view_id = stack[0].root_view_id, stack[-1].id
    stack.append(view)
    return view


def change_content(state: State, view: View, content: dict[str, Any]) -> None:
    """New content; what was filled in stays where block and action are the same."""
    view.content, view.hash, view.errors = content, _new_hash(state), {}
    block_ids = {block["block_id"] for block in view.blocks}
    view.values = {key: value for key, value in view.values.items() if key in block_ids}


def _new_view(state: State, user_id: str, content: dict[str, Any]) -> View:
    view_id = state.identifiers.next_id("V")
    return View(view_id, user_id, _new_hash(state), content, root_view_id=view_id)


def _new_hash(state: State) -> str:
    return f"{int(state.clock().timestamp())}.{secrets.token_hex(4)}"


def _modal(state: State, arguments: Arguments) -> dict[str, Any]:
    content = checked_view(state, arguments.structure("view", "invalid_arguments"))
    if content["type"] != "modal":
        raise refuse_arguments("view must be of type modal [json-pointer:/view/type]")
    _refuse_taken_external_id(state, content)
    return content


def _usable_trigger(state: State, arguments: Arguments) -> Trigger:
    trigger = state.triggers.get(arguments.required("trigger_id"))
    if trigger is None:
        raise RefusedError("invalid_trigger_id")
    if trigger.is_used:
        raise RefusedError("exchanged_trigger_id")
    if trigger.is_old(state.clock()):
        raise RefusedError("expired_trigger_id")
    return trigger


def _refuse_other_hash(view: View, arguments: Arguments) -> None:
    given = arguments.text("hash")
    if given and given != view.hash:
        raise RefusedError("hash_conflict")


def _refuse_taken_external_id(
    state: State, content: dict[str, Any], but: View | None = None
) -> None:
    external_id = content.get("external_id")
    taken_by = state.views.find(None, external_id) if external_id else None
    if taken_by is not None and taken_by is not but:
        raise RefusedError("duplicate_external_id")
