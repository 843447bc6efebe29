"""Posting, changing and deleting messages: shared by the Web API and ``response_url``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground.blockkit.surfaces import check_message_blocks
from bot.playground.errors import RefusedError
from bot.playground.messages import Message
from bot.playground.state import State

TEXT_LIMIT = 40_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows, checked, with Slack's ids given to blocks that had none."""

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)


def checked_content(
    state: State, text: str, blocks: list[dict[str, Any]] | None, text_limit: int = TEXT_LIMIT
) -> Content:
    """The content, or Slack's refusal of it."""
    if len(text) > text_limit:
        raise RefusedError("msg_too_long")
    if not text and not blocks:
        raise RefusedError("no_text")
    refuse_bad_blocks(state, blocks or [])
    return Content(text, name_blocks(state, blocks or []))


def refuse_bad_blocks(state: State, blocks: object) -> None:
    problems = check_message_blocks(blocks, state.trouble.refused_blocks)
    if problems:
        raise RefusedError(
            "invalid_blocks",
            errors=[str(problem) for problem in problems],
            response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
        )


def name_blocks(state: State, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each with a ``block_id``, as Slack returns them."""
    return [{"block_id": state.identifiers.next_id("b"), **block} for block in blocks]


def post_as_bot(
    state: State,
    channel_id: str,
    content: Content,
    *,
    ephemeral_for: str | None = None,
    thread_ts: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> Message:
    message = Message(
        ts=state.identifiers.next_ts(),
        channel_id=channel_id,
        user_id=state.bot.id,
        text=content.text,
        blocks=content.blocks,
        thread_ts=thread_ts,
        metadata=metadata,
        ephemeral_for=ephemeral_for,
        bot_id=state.bot_id,
        team_id=state.team.id,
        app_id=state.app_id,
    )
    state.messages.append(message)
    return message


def replace_content(message: Message, content: Content) -> None:
    message.text, message.blocks, message.is_edited = content.text, content.blocks, True
