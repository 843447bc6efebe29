"""A digest as a message and as text."""

from __future__ import annotations

import textwrap
from typing import assert_never

from slackblocks import Block, ContextBlock, HeaderBlock, PlainText

from bot.blocks.actions import buttons
from bot.blocks.digests.contacted import contacted_page
from bot.blocks.digests.figures import figures_page
from bot.blocks.digests.low_answers import low_answers_page
from bot.blocks.digests.own_day import own_day_page
from bot.blocks.digests.page import (
    MOST_OFFERED,
    Page,
    late_remark,
    left_out_remark,
    page_title,
    zone_remark,
)
from bot.blocks.message import Message, message, paragraph
from bot.blocks.rich import bold, bullets, text
from bot.blocks.targets import Reader
from storage.digests.told import Contacted, Figures, LowAnswers, OwnDay, Part, Told

WIDTH = 80


def digest_message(told: Told) -> Message:
    """The digest for one recipient."""
    page = _page(told)
    late = late_remark(told.timing)
    small_print = " ".join(filter(None, page.small_print))
    blocks: list[Block] = [HeaderBlock(page.title)]
    blocks += [_small(late)] if late else []
    blocks += [paragraph("\n".join(page.said))] if page.said else []
    if page.listed:
        blocks.append(bullets([(bold(f"{what}: "), text(shown)) for what, shown in page.listed]))
    blocks += page.charts
    blocks += [paragraph("\n".join(page.behind))] if page.behind else []
    blocks += [_small(small_print)] if small_print else []
    listed = [f"{what}: {shown}." for what, shown in page.listed]
    said = [f"{page.title}.", late, *page.said, *listed, *page.behind, small_print]
    return message(said, [*blocks, *buttons(page.offers[:MOST_OFFERED])])


def digest_text(told: Told) -> str:
    """The same for a terminal."""
    page = _page(told)
    listed = [f"- {what}: {shown}" for what, shown in page.listed]
    offered = ", ".join(shown for shown, _, _ in page.offers[:MOST_OFFERED])
    parts = (
        page.title,
        late_remark(told.timing),
        "\n".join(map(_wrapped, page.said)),
        "\n".join(map(_wrapped, listed)),
        "\n".join(map(_wrapped, page.behind)),
        _wrapped(" ".join(filter(None, page.small_print))),
        _wrapped(f"Buttons: {offered}.") if offered else "",
    )
    return "\n\n".join(filter(None, parts))


def _page(told: Told) -> Page:
    whole = Page(page_title(told))
    for part in told.parts:
        whole = whole.followed_by(_part(part, told))
    remarks = (left_out_remark(told), zone_remark(told.timing))
    return whole.followed_by(Page("", small_print=remarks))


def _part(part: Part, told: Told) -> Page:
    match part:
        case Figures():
            return figures_page(part)
        case Contacted():
            return contacted_page(part)
        case LowAnswers():
            return low_answers_page(part, Reader(told.timing.now, told.timing.period.timezone))
        case OwnDay():
            return own_day_page(part, told.timing)
        case _:
            assert_never(part)


def _small(words: str) -> ContextBlock:
    return ContextBlock([PlainText(words)])


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, subsequent_indent="  " if line.startswith("- ") else "")
