"""A message: its blocks, and the same in plain text for notifications and screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks import Block, PlainText, SectionBlock, View
from slackblocks import Message as Checked

from bot.blocks.untrusted import escape

LONGEST_TEXT = 3000
LONGEST_TWIN = 12000
ABOUT = "about-"
"""How the id of a block starts that only makes sense beside another kind of block."""
FIELD = "field-"
"""How the id of a form's field starts."""

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
    return with_text(twin(sentences), blocks)


def with_text(escaped: str, blocks: Sequence[Block]) -> Message:
    """A message of checked blocks whose text is escaped already, for it mentions somebody."""
    resolved = Checked(channel="-", blocks=list(blocks)).to_dict()["blocks"]
    return Message(_cut(escaped, LONGEST_TWIN), tuple(_settled(block) for block in resolved))


def view(built: View) -> Json:
    """A modal as a plain dictionary."""
    settled: Json = _settled(built.to_dict())
    return settled


def twin(sentences: Sequence[str]) -> str:
    return escape(_cut(" ".join(sentence for sentence in sentences if sentence), LONGEST_TEXT))


def paragraph(text: str, block_id: str | None = None) -> SectionBlock:
    """Plain text, shown as it is."""
    return SectionBlock(text=PlainText(_cut(text, LONGEST_TEXT)), block_id=block_id)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _settled(part: Any) -> Any:
    """Without the library's random block ids, and with ``:smile:`` shown as typed."""
    if isinstance(part, list):
        return [_settled(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _settled(value) for key, value in part.items() if _is_kept(key, value)}
    return kept | ({"emoji": False} if kept.get("type") == "plain_text" else {})


def _is_kept(key: str, value: Any) -> bool:
    return key != "block_id" or value.startswith((ABOUT, FIELD))
