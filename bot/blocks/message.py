"""A message: its blocks, and the same in plain text for notifications and screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks import Block, PlainText, SectionBlock, View
from slackblocks import Message as Checked

from bot.blocks.untrusted import escape

LONGEST_TEXT = 3000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What goes to Slack. ``text`` is escaped; ``blocks`` are plain dictionaries."""

    text: str
    blocks: tuple[Json, ...] = ()

    def arguments(self) -> Json:
        """Arguments of ``chat.postMessage``, or the body for a ``response_url``."""
        arguments: Json = {"text": self.text, "unfurl_links": False, "unfurl_media": False}
        return arguments | ({"blocks": list(self.blocks)} if self.blocks else {})


def message(sentences: Sequence[str], blocks: Sequence[Block]) -> Message:
    """A message of checked blocks; its text is the sentences, which must not be escaped yet."""
    resolved = Checked(channel="-", blocks=list(blocks)).to_dict()["blocks"]
    return Message(twin(sentences), tuple(_settled(block) for block in resolved))


def view(built: View) -> Json:
    """A modal as a plain dictionary."""
    settled: Json = _settled(built.to_dict())
    return settled


def twin(sentences: Sequence[str]) -> str:
    text = " ".join(sentence for sentence in sentences if sentence)
    shown = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return escape(shown)


def paragraph(text: str) -> SectionBlock:
    """Plain text, shown as it is."""
    shown = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
    return SectionBlock(text=PlainText(shown))


def _settled(part: Any) -> Any:
    """Without the library's random block ids, and with ``:smile:`` shown as typed."""
    if isinstance(part, list):
        return [_settled(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _settled(value) for key, value in part.items() if key != "block_id"}
    return kept | ({"emoji": False} if kept.get("type") == "plain_text" else {})
