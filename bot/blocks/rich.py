"""Rich text: for what is bold or a list and may hold text that others wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slackblocks import (
    RichText,
    RichTextBlock,
    RichTextChannel,
    RichTextElement,
    RichTextLink,
    RichTextList,
    RichTextSection,
    RichTextUser,
)

from bot.blocks.untrusted import escape, name

_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_CONVERSATION_ID = re.compile(r"[CG][A-Z0-9]{2,30}")

Line = Sequence[RichTextElement]


def text(words: str) -> RichText:
    return RichText(words)


def bold(words: str) -> RichText:
    return RichText(words, bold=True)


def code(words: str) -> RichText:
    return RichText(words, code=True)


def person(who: str) -> RichTextElement:
    """A person by Slack user id, shown by name; anything else, such as an address, as it is."""
    return RichTextUser(who) if is_user_id(who) else RichText(name(who))


def person_text(who: str) -> str:
    """The same for the text twin, already escaped."""
    return f"<@{who}>" if is_user_id(who) else escape(name(who))


def line_text(parts: Line) -> str:
    """A line for the text twin, already escaped."""
    return "".join(map(_part_text, parts))


def _part_text(part: RichTextElement) -> str:
    match part:
        case RichTextUser():
            return person_text(part.user_id)
        case RichTextChannel():
            return f"<#{part.channel_id}>"
        case RichText() | RichTextLink():
            return escape(str(part.text))
        case _:
            return ""


def is_user_id(who: str) -> bool:
    return _USER_ID.fullmatch(who) is not None


def conversation(channel_id: str) -> RichTextElement:
    """A conversation by its id, shown by name to who may see it."""
    return RichTextChannel(channel_id)


def is_conversation_id(channel_id: str) -> bool:
    return _CONVERSATION_ID.fullmatch(channel_id) is not None


def line(*parts: RichTextElement) -> RichTextBlock:
    return RichTextBlock([RichTextSection(list(parts))])


def bullets(lines: Sequence[Line]) -> RichTextBlock:
    return RichTextBlock([RichTextList("bullet", [RichTextSection(list(each)) for each in lines])])
