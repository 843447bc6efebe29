"""``response_url``: up to five late answers to a command or a click."""

from __future__ import annotations

from typing import Any

from bot.playground.api import Reply, in_trouble
from bot.playground.errors import RefusedError
from bot.playground.methods.arguments import Arguments
from bot.playground.posting import Content, checked_content, post_as_bot, replace_content
from bot.playground.state import State
from bot.playground.tickets import RESPONSE_URL_USES, ResponseTicket

METHOD_NAME = "response_url"
"""The name under which a use is recorded and can be made to fail."""

GONE = {"used_url": 404, "expired_url": 404, "no_service": 404, "channel_is_archived": 410}


def respond(state: State, ticket_id: str, values: dict[str, Any]) -> Reply:
    """Carry out one use of a ``response_url``."""

    def answer() -> Reply:
        try:
            _respond(state, ticket_id, Arguments(values))
        except RefusedError as refusal:
            return Reply(refusal.answer(), GONE.get(refusal.code, 400))
        return Reply({"ok": True})

    return in_trouble(state, METHOD_NAME, values, answer)


def post_answer(state: State, ticket: ResponseTicket, arguments: Arguments) -> None:
    """Post what the app answered, to the person alone unless it says ``in_channel``."""
    content = checked_content(state, arguments)
    if arguments.flag("replace_original") and ticket.message is not None:
        _replace(state, ticket, content)
        return
    is_public = arguments.text("response_type") == "in_channel"
    recipient = None if is_public else ticket.user_id
    post_as_bot(state, ticket.channel_id, content, ephemeral_for=recipient)


def _respond(state: State, ticket_id: str, arguments: Arguments) -> None:
    ticket = _usable_ticket(state, ticket_id)
    ticket.uses += 1
    if state.conversations[ticket.channel_id].is_archived:
        raise RefusedError("channel_is_archived")
    if arguments.flag("delete_original"):
        _delete(state, ticket)
    else:
        post_answer(state, ticket, arguments)


def _usable_ticket(state: State, ticket_id: str) -> ResponseTicket:
    ticket = state.response_tickets.get(ticket_id)
    if ticket is None:
        raise RefusedError("no_service")
    if ticket.is_old(state.clock()):
        raise RefusedError("expired_url")
    if ticket.uses >= RESPONSE_URL_USES:
        raise RefusedError("used_url")
    return ticket


def _replace(state: State, ticket: ResponseTicket, content: Content) -> None:
    if ticket.message not in state.messages:
        raise RefusedError("message_not_found")
    replace_content(ticket.message, content)


def _delete(state: State, ticket: ResponseTicket) -> None:
    if ticket.message is None or ticket.message not in state.messages:
        raise RefusedError("message_not_found")
    state.messages.remove(ticket.message)
