"""chat.*: posting, changing and deleting messages."""

from __future__ import annotations

from typing import Any

from bot.playground.errors import RefusedError
from bot.playground.messages import Message, describe_message
from bot.playground.methods.access import conversation_to_write, visible_conversation
from bot.playground.methods.arguments import Arguments
from bot.playground.posting import TEXT_LIMIT, checked_content, post_as_bot, replace_content
from bot.playground.state import State

UPDATE_TEXT_LIMIT = 4_000
Answer = dict[str, Any]


def post_message(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_write(state, arguments.required("channel"))
    thread_ts = arguments.text("thread_ts") or None
    if thread_ts and not _find(state, conversation.id, thread_ts):
        raise RefusedError("thread_not_found")
    message = post_as_bot(
        state,
        conversation.id,
        checked_content(state, arguments.text("text"), arguments.blocks()),
        thread_ts=thread_ts,
        metadata=_metadata(arguments),
    )
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "message": describe_message(message, with_metadata=True),
    }


def post_ephemeral(state: State, arguments: Arguments) -> Answer:
    conversation = conversation_to_write(state, arguments.required("channel"))
    user_id = arguments.required("user")
    if user_id not in conversation.members:
        raise RefusedError("user_not_in_channel")
    content = checked_content(state, arguments.text("text"), arguments.blocks())
    thread_ts = arguments.text("thread_ts") or None
    message = post_as_bot(
        state, conversation.id, content, ephemeral_for=user_id, thread_ts=thread_ts
    )
    return {"message_ts": message.ts}


def update(state: State, arguments: Arguments) -> Answer:
    message = _own_message(state, arguments, "cant_update_message")
    blocks = arguments.blocks()
    limit = TEXT_LIMIT if blocks else UPDATE_TEXT_LIMIT
    content = checked_content(state, arguments.text("text"), blocks, limit)
    metadata = _metadata(arguments)
    replace_content(message, content)
    message.metadata = metadata or message.metadata
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


def _metadata(arguments: Arguments) -> dict[str, Any] | None:
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    is_well_formed = (
        isinstance(metadata, dict)
        and metadata.keys() == {"event_type", "event_payload"}
        and isinstance(metadata["event_type"], str)
        and isinstance(metadata["event_payload"], dict)
    )
    if not is_well_formed:
        raise RefusedError("invalid_metadata_format")
    return dict(metadata)
