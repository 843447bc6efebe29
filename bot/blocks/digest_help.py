"""``/digest help``."""

from __future__ import annotations

from slackblocks import HeaderBlock

from bot.blocks.actions import buttons
from bot.blocks.digest_list import A_NEW_ONE, ALL_DIGESTS
from bot.blocks.message import Message, message, paragraph
from bot.blocks.rich import bullets, code, text

INTRODUCTION = (
    "A digest tells what you would ask for anyway, when you want to read it: in a conversation or"
    " directly. Everybody gets what they may see."
)
_TYPED = (
    ("/digest", "the digests that you may see, when each comes next and what became of the last"),
    ("/digest new", "makes one; preview it before you save"),
    ("/digest NAME", "one digest, to pause, change, run or delete"),
    ("/digest preview NAME", "what it would tell now, to you alone"),
    ("/digest run NAME", "sends it now"),
    ("/digest pause NAME", "and /digest resume NAME"),
    ("/digest history NAME", "its runs; sends one again to who did not get it"),
    ("/digest delete NAME", "ends it; asks first"),
    ("/digest take NAME", "makes you its owner, who hears when it can't be delivered"),
)


def digest_help_message() -> Message:
    said = [INTRODUCTION, *(f"{typed}: {meaning}." for typed, meaning in _TYPED)]
    listed = bullets([[code(typed), text(f"  {meaning}")] for typed, meaning in _TYPED])
    blocks = [HeaderBlock("Digests"), paragraph(INTRODUCTION), listed]
    return message(said, [*blocks, *buttons([ALL_DIGESTS, A_NEW_ONE])])
