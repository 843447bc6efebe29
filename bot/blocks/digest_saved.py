"""What takes the place of a digest's form once it is saved."""

from __future__ import annotations

from slackblocks import HeaderBlock, ModalView

from bot.blocks.digest_list import LONGEST_TITLE
from bot.blocks.digest_names import KnownDigest, told_line, when_line
from bot.blocks.digest_runs import Viewer
from bot.blocks.message import Json, paragraph, view
from bot.blocks.rich import line
from bot.blocks.untrusted import name


def saved_view(known: KnownDigest, viewer: Viewer) -> Json:
    """What was saved, and when it comes."""
    order = known.digest.order
    blocks = [
        HeaderBlock(name(order.name, LONGEST_TITLE)),
        line(*told_line(order)),
        line(*when_line(known, viewer)),
        paragraph("Type /digest to see, run or change it."),
    ]
    return view(ModalView(title="Digest saved", close="Done", blocks=blocks))
