"""conversations.* and users.conversations: which there are, who is in them, what was said."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from bot.playground.conversations import Conversation, Kind, describe_conversation
from bot.playground.errors import RefusedError
from bot.playground.messages import Message, describe_message
from bot.playground.methods.access import (
    conversation_to_read,
    direct_with_bot,
    known_person,
    need_scope,
    visible_conversation,
)
from bot.playground.methods.arguments import Arguments
from bot.playground.methods.pages import page
from bot.playground.state import State

Answer = dict[str, Any]


def open_direct(state: State, arguments: Arguments) -> Answer:
    channel_id, user_ids = arguments.text("channel"), set(arguments.names("users"))
    if channel_id:
        return {"channel": {"id": visible_conversation(state, channel_id).id}}
    if not user_ids:
        raise RefusedError("users_list_not_supplied")
    if len(user_ids) > 8:
        raise RefusedError("too_many_users")
    need_scope(state, "im:write" if len(user_ids) == 1 else "mpim:write")
    is_new = not _is_open(state, user_ids | {state.bot.id})
    conversation = direct_with_bot(state, user_ids)
    channel = (
        describe_conversation(conversation, state.bot.id)
        if arguments.flag("return_im")
        else {"id": conversation.id}
    )
    return {"channel": channel, "already_open": not is_new, "no_op": not is_new}


def info(state: State, arguments: Arguments) -> Answer:
    conversation = visible_conversation(state, arguments.required("channel"))
    need_scope(state, f"{conversation.kind.scope}:read")
    return {"channel": describe_conversation(conversation, state.bot.id)}


def members(state: State, arguments: Arguments) -> Answer:
    conversation = visible_conversation(state, arguments.required("channel"))
    need_scope(state, f"{conversation.kind.scope}:read")
    shown, cursor = page(sorted(conversation.members), arguments)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def list_all(state: State, arguments: Arguments) -> Answer:
    return _list(state, arguments, state.conversations.values())


def list_joined(state: State, arguments: Arguments) -> Answer:
    """users.conversations: where a person is, as far as the bot may know; the bot by default."""
    user = known_person(state, arguments.text("user") or state.bot.id)
    joined = [found for found in state.conversations.values() if user.id in found.members]
    return _list(state, arguments, joined)


def join(state: State, arguments: Arguments) -> Answer:
    conversation = visible_conversation(state, arguments.required("channel"))
    if conversation.kind is not Kind.PUBLIC:
        raise RefusedError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise RefusedError("is_archived")
    is_in = state.bot.id in conversation.members
    conversation.members.add(state.bot.id)
    answer: Answer = {"channel": describe_conversation(conversation, state.bot.id)}
    return answer | {"warning": "already_in_channel"} if is_in else answer


def history(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_read(state, arguments.required("channel"))
    roots = [message for message in _lasting(state, conversation) if not message.is_reply]
    newest_first = sorted(roots, key=lambda message: message.ts, reverse=True)
    return _messages(state, arguments, newest_first)


def replies(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_read(state, arguments.required("channel"))
    root_ts = arguments.required("ts")
    thread = [
        message
        for message in _lasting(state, conversation)
        if root_ts in {message.ts, message.thread_ts}
    ]
    if not thread:
        raise RefusedError("thread_not_found")
    return _messages(state, arguments, thread)


def _lasting(state: State, conversation: Conversation) -> list[Message]:
    """What the history keeps: everything but ephemeral messages."""
    return [
        message
        for message in state.messages
        if message.channel_id == conversation.id and not message.ephemeral_for
    ]


def _messages(state: State, arguments: Arguments, found: list[Message]) -> Answer:
    inside = [message for message in found if _is_between(message, arguments)]
    shown, cursor = page(inside, arguments, largest=999)
    with_metadata = arguments.flag("include_all_metadata")
    return {
        "messages": [
            describe_message(message, with_metadata=with_metadata) | _thread(state, message)
            for message in shown
        ],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _thread(state: State, message: Message) -> dict[str, Any]:
    """What the first message of a thread tells about its replies."""
    answers = [
        other
        for other in state.messages
        if other.is_reply
        and (other.channel_id, other.thread_ts) == (message.channel_id, message.ts)
        and not other.ephemeral_for
    ]
    if not answers:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users": sorted({answer.user_id for answer in answers}),
        "latest_reply": answers[-1].ts,
    }


def _is_between(message: Message, arguments: Arguments) -> bool:
    oldest = _time(arguments, "oldest", 0)
    latest = _time(arguments, "latest", math.inf)
    time = float(message.ts)
    if arguments.flag("inclusive"):
        return oldest <= time <= latest
    return oldest < time < latest


def _time(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.text(name) or default)
    except ValueError as error:
        raise RefusedError(f"invalid_ts_{name}") from error


def _list(state: State, arguments: Arguments, found: Iterable[Conversation]) -> Answer:
    kinds = _kinds(arguments.names("types", Kind.PUBLIC.value))
    for kind in kinds:
        need_scope(state, f"{kind.scope}:read")
    listed = [
        conversation
        for conversation in found
        if conversation.kind in kinds
        and conversation.is_visible_to(state.bot)
        and not (conversation.is_archived and arguments.flag("exclude_archived"))
    ]
    shown, cursor = page(listed, arguments)
    return {
        "channels": [describe_conversation(found, state.bot.id) for found in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def _kinds(names: list[str]) -> list[Kind]:
    try:
        return [Kind(name) for name in names]
    except ValueError as error:
        raise RefusedError("invalid_types") from error


def _is_open(state: State, user_ids: set[str]) -> bool:
    return any(
        found.kind.is_direct and found.members == user_ids for found in state.conversations.values()
    )
