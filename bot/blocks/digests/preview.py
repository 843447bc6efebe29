"""A digest shown before it is sent, with whose figures these are."""

from __future__ import annotations

from enum import Enum

from bot.blocks.message import Message, message, paragraph, with_text
from bot.blocks.rich import Line, conversation, is_conversation_id, line, line_text, person, text
from bot.blocks.untrusted import name
from storage.digests.audiences import entry_of
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder


class Same(Enum):
    """Whether who gets the digest gets just what is previewed."""

    YES = "yes"
    NO = "no"
    EACH = "each gets their own"


def previewed_message(order: DigestOrder, shown: Message, same: Same) -> Message:
    """The digest under a line that says that it is a preview."""
    told = _told(order, same)
    remark = with_text(line_text(told), [line(*told)])
    return Message(f"{remark.text} {shown.text}", (*remark.blocks, *shown.blocks))


def nothing_message(order: DigestOrder, reason: str) -> Message:
    """That there is nothing to show to who looks."""
    why = reason or "It tells agents their own day, and you have none today."
    said = f'"{name(order.name)}" has nothing to show you now. {why}'
    return message([said], [paragraph(said)])


def _told(order: DigestOrder, same: Same) -> Line:
    to = order.channel_id
    place = conversation(to) if is_conversation_id(to) else person(to)
    if same is Same.EACH:
        each = entry_of(order.audience).of_each
        return [text(f"Preview, as you would get it. It goes to {each}; each gets their own.")]
    if same is Same.YES:
        if order.audience is Audience.OWN or not is_conversation_id(to):
            return [text("Preview: this is what you would get now.")]
        return [text("Preview, for you alone: this is what "), place, text(" would get now.")]
    told = text(" may get other figures.")
    return [text("Preview under your own rights: "), place, told]
