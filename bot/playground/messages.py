"""Messages, as the Web API returns them and as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground.blockkit.reading import plain_of, read_blocks


@dataclass(slots=True)
class Message:
    """A message in a conversation; one with ``ephemeral_for`` is seen by that person alone."""

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    ephemeral_for: str | None = None
    is_edited: bool = False
    bot_id: str | None = None
    team_id: str = ""
    app_id: str | None = None
    revision: int = 0

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def read(self) -> str:
        """The message as a reader sees it: its blocks, or its text where it has none."""
        return read_blocks(self.blocks) if self.blocks else plain_of(self.text)


def describe_message(message: Message, *, with_metadata: bool = False) -> dict[str, Any]:
    """The ``message`` object of the Web API."""
    described: dict[str, Any] = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "text": message.text,
        "team": message.team_id,
    }
    if message.bot_id:
        described |= {"bot_id": message.bot_id, "app_id": message.app_id}
    if message.blocks:
        described["blocks"] = message.blocks
    if message.thread_ts:
        described["thread_ts"] = message.thread_ts
    if message.is_edited:
        described["edited"] = {"user": message.user_id, "ts": message.ts}
    if with_metadata and message.metadata:
        described["metadata"] = message.metadata
    return described
