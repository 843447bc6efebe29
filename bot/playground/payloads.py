"""The requests that Slack sends, complete to the field."""

from __future__ import annotations

import secrets
from typing import Any

from bot.playground.conversations import Conversation
from bot.playground.messages import Message, describe_message
from bot.playground.people import Person
from bot.playground.state import State
from bot.playground.tickets import ResponseTicket, Trigger
from bot.playground.views import View, describe_view

Payload = dict[str, Any]


def slash_command(
    state: State, person: Person, conversation: Conversation, command: str, text: str
) -> tuple[Payload, ResponseTicket]:
    ticket = new_ticket(state, person, conversation)
    payload = {
        "token": state.credentials.verification_token,
        "team_id": person.team_id,
        "team_domain": state.teams[person.team_id].domain,
        "channel_id": conversation.id,
        "channel_name": conversation.name_in_payload,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": state.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(state, ticket),
        "trigger_id": new_trigger(state, person).id,
    }
    return payload, ticket


def message_action(
    state: State, person: Person, message: Message, action: Payload, values: Payload
) -> Payload:
    """A click in a message; an ephemeral message itself is not sent back."""
    conversation = state.conversations[message.channel_id]
    is_ephemeral = message.ephemeral_for is not None
    payload = _interaction(state, person, "block_actions", new_trigger(state, person))
    payload |= {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": conversation.id,
            "is_ephemeral": is_ephemeral,
        },
        "channel": {"id": conversation.id, "name": conversation.name_in_payload},
        "state": {"values": values},
        "response_url": response_url(state, new_ticket(state, person, conversation, message)),
        "actions": [_stamped(state, action)],
    }
    if message.thread_ts:
        payload["container"]["thread_ts"] = message.thread_ts
    if not is_ephemeral:
        payload["message"] = describe_message(message)
    return payload


def message_shortcut(state: State, person: Person, message: Message, callback_id: str) -> Payload:
    """An entry chosen in the menu of a message."""
    conversation = state.conversations[message.channel_id]
    payload = _interaction(state, person, "message_action", new_trigger(state, person))
    return payload | {
        "callback_id": callback_id,
        "action_ts": state.identifiers.next_ts(),
        "message_ts": message.ts,
        "message": describe_message(message),
        "channel": {"id": conversation.id, "name": conversation.name_in_payload},
        "response_url": response_url(state, new_ticket(state, person, conversation, message)),
    }


def view_action(state: State, person: Person, view: View, action: Payload) -> Payload:
    """A click in a modal or on the Home tab."""
    trigger = new_trigger(state, person, view)
    return _interaction(state, person, "block_actions", trigger) | {
        "container": {"type": "view", "view_id": view.id},
        "view": _view(state, view),
        "actions": [_stamped(state, action)],
    }


def view_submission(state: State, person: Person, view: View) -> Payload:
    trigger = new_trigger(state, person, view)
    return _interaction(state, person, "view_submission", trigger) | {
        "view": _view(state, view),
        "response_urls": _response_urls(state, person, view),
    }


def view_closed(state: State, person: Person, view: View, *, is_cleared: bool) -> Payload:
    payload = _interaction(state, person, "view_closed", None)
    return payload | {"view": _view(state, view), "is_cleared": is_cleared}


def event(state: State, content: Payload, conversation: Conversation | None = None) -> Payload:
    """The envelope of an event; its id stays the same when it is sent again."""
    is_shared = bool(conversation and conversation.shared_with)
    return {
        "token": state.credentials.verification_token,
        "team_id": state.team.id,
        "context_team_id": state.team.id,
        "context_enterprise_id": None,
        "api_app_id": state.app_id,
        "event": content,
        "type": "event_callback",
        "event_id": state.identifiers.next_id("Ev"),
        "event_time": int(state.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": state.team.id,
                "user_id": state.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_shared,
        "event_context": secrets.token_hex(16),
    }


def new_trigger(state: State, person: Person, view: View | None = None) -> Trigger:
    trigger_id = f"{state.identifiers.next_id('')}.{secrets.token_hex(16)}"
    trigger = Trigger(trigger_id, person.id, state.clock(), view.id if view else None)
    state.triggers[trigger_id] = trigger
    return trigger


def new_ticket(
    state: State, person: Person, conversation: Conversation, message: Message | None = None
) -> ResponseTicket:
    ticket_id = secrets.token_hex(16)
    ticket = ResponseTicket(ticket_id, conversation.id, person.id, state.clock(), message)
    state.response_tickets[ticket_id] = ticket
    return ticket


def response_url(state: State, ticket: ResponseTicket) -> str:
    return f"{state.base_url}/respond/{state.team.id}/{ticket.id}"


def _interaction(state: State, person: Person, kind: str, trigger: Trigger | None) -> Payload:
    payload = {
        "type": kind,
        "team": {"id": state.team.id, "domain": state.team.domain},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": state.app_id,
        "token": state.credentials.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return payload | {"trigger_id": trigger.id} if trigger else payload


def _stamped(state: State, action: Payload) -> Payload:
    return action | {"action_ts": state.identifiers.next_ts()}


def _view(state: State, view: View) -> Payload:
    return describe_view(view, team_id=state.team.id, app_id=state.app_id, bot_id=state.bot_id)


def _response_urls(state: State, person: Person, view: View) -> list[Payload]:
    """A ``response_url`` for each conversation chosen in an element that asks for one."""
    urls = []
    for block in view.blocks:
        element = block.get("element", {})
        chosen = view.values.get(block["block_id"], {}).get(element.get("action_id"), {})
        channel_id = chosen.get("selected_conversation") or chosen.get("selected_channel")
        if element.get("response_url_enabled") and channel_id:
            ticket = new_ticket(state, person, state.conversations[channel_id])
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel_id,
                    "response_url": response_url(state, ticket),
                }
            )
    return urls
