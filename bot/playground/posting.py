"""Posting, changing and deleting messages: shared by the Web API and ``response_url``."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from bot.playground.blockkit.elements import places
from bot.playground.blockkit.schema import Problem
from bot.playground.blockkit.surfaces import check_message_blocks, walk
from bot.playground.errors import RefusedError
from bot.playground.messages import Message
from bot.playground.methods.arguments import Arguments
from bot.playground.state import State

TEXT_LIMIT = 40_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a message holds, checked, with Slack's ids given to blocks that had none."""

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None


def checked_content(state: State, arguments: Arguments, text_limit: int = TEXT_LIMIT) -> Content:
    """The content that a call gives, or Slack's refusal of it."""
    text, blocks = arguments.text("text"), arguments.blocks() or []
    if len(text) > text_limit:
        raise RefusedError("msg_too_long")
    if not text and not blocks:
        raise RefusedError("no_text")
    _refuse_bad_blocks(state, blocks)
    thread_ts = arguments.text("thread_ts") or None
    return Content(text, name_blocks(state, blocks), thread_ts, _metadata(arguments))


def refuse_problems(code: str, problems: list[Problem]) -> RefusedError:
    """The refusal that names each block and the reason, twice, as Slack does."""
    return RefusedError(
        code,
        errors=[str(problem) for problem in problems],
        response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]},
    )


def name_blocks(state: State, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy in which each block has its ``block_id`` and each element its ``action_id``."""
    named = copy.deepcopy(blocks)
    for block, _ in walk(named, ""):
        block.setdefault("block_id", state.identifiers.next_id("b"))
    for place in places(named):
        place.element.setdefault("action_id", state.identifiers.next_id("a"))
    return named


def post_as_bot(
    state: State, channel_id: str, content: Content, *, ephemeral_for: str | None = None
) -> Message:
    message = Message(
        ts=state.identifiers.next_ts(),
        channel_id=channel_id,
        user_id=state.bot.id,
        text=content.text,
        blocks=content.blocks,
        thread_ts=content.thread_ts,
        metadata=content.metadata,
        ephemeral_for=ephemeral_for,
        bot_id=state.bot_id,
        team_id=state.team.id,
        app_id=state.app_id,
    )
    state.messages.append(message)
    return message


def replace_content(message: Message, content: Content) -> None:
    """Other text and blocks; metadata stays unless new is given."""
    message.text, message.blocks, message.is_edited = content.text, content.blocks, True
    message.metadata = content.metadata or message.metadata
    message.revision += 1


def _refuse_bad_blocks(state: State, blocks: list[dict[str, Any]]) -> None:
    problems = check_message_blocks(blocks, state.trouble.refused_blocks)
    if problems:
        raise refuse_problems("invalid_blocks", problems)


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
