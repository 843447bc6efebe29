"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from typing import Any

from bot.playground.errors import RefusedError
from bot.playground.messages import Message, describe_message
from bot.playground.methods.access import conversation_to_write, visible_conversation
from bot.playground.methods.arguments import Arguments
from bot.playground.posting import checked_content, post_as_bot, replace_content
from bot.playground.state import State

UPDATE_TEXT_LIMIT = 4_000
Answer = dict[str, Any]


def post_message(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_write(state, arguments.required("channel"))
    content = checked_content(state, arguments)
    _refuse_unknown_thread(state, conversation.id, content.thread_ts)
    message = post_as_bot(state, conversation.id, content)
    described = describe_message(message, with_metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "message": described}


def post_ephemeral(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_write(state, arguments.required("channel"))
    user_id = arguments.required("user")
    if user_id not in conversation.members:
        raise RefusedError("user_not_in_channel")
    content = checked_content(state, arguments)
    _refuse_unknown_thread(state, conversation.id, content.thread_ts)
    return {"message_ts": post_as_bot(state, conversation.id, content, ephemeral_for=user_id).ts}


def update(state: State, arguments: Arguments) -> Answer:
    message = _own_message(state, arguments, "cant_update_message")
    replace_content(message, checked_content(state, arguments, UPDATE_TEXT_LIMIT))
    return {
        "channel": message.channel_id,
        "ts": message.ts,
        "text": message.text,
        "message": describe_message(message, with_metadata=True),
    }


def delete(state: State, arguments: Arguments) -> Answer:
    message = _own_message(state, arguments, "cant_delete_message")
    state.messages.remove(message)
    return {"channel": message.channel_id, "ts": message.ts}


def get_permalink(state: State, arguments: Arguments) -> Answer:
    conversation = visible_conversation(state, arguments.required("channel"))
    message = _find(state, conversation.id, arguments.required("message_ts"))
    if message is None:
        raise RefusedError("message_not_found")
    number = message.ts.replace(".", "")
    link = f"https://{state.team.domain}.slack.com/archives/{conversation.id}/p{number}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def _find(state: State, channel_id: str, ts: str) -> Message | None:
    """A message by its time; an ephemeral one is in no history."""
    for message in state.messages:
        if (message.channel_id, message.ts) == (channel_id, ts) and not message.ephemeral_for:
            return message
    return None


def _refuse_unknown_thread(state: State, channel_id: str, thread_ts: str | None) -> None:
    if thread_ts and not _find(state, channel_id, thread_ts):
        raise RefusedError("cannot_reply_to_message")


def _own_message(state: State, arguments: Arguments, code: str) -> Message:
    conversation = visible_conversation(state, arguments.required("channel"))
    message = _find(state, conversation.id, arguments.required("ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if message.bot_id != state.bot_id:
        raise RefusedError(code)
    if conversation.is_archived:
        raise RefusedError("is_archived")
    return message
