"""Blocks as a reader reads them."""

from __future__ import annotations

import json

import pytest

from bot.playground.blockkit.blocks import BLOCKS
from bot.playground.blockkit.reading import READERS, plain_of, read_blocks
from tests.bot.playground.blockkit.test_blocks import BUILT

EXPECTED = """\
First contact resolution
*71 %*
a
b
[Why?]
[Share]
[Week]
small [image: A face]
[Yes] [No] [Remove]
line chart: Line
week share
phone: w1 0.7, w2 0
bar chart: Bar
week share
phone: w1 0.7, w2 0
area chart: Area
week share
phone: w1 0.7, w2 0
pie chart: Pie
phone: 3
| team | share |
| a | b |
Teams
| team | n |
| a | 3 |
[image: A face]
T
s
b
[Go]
T
More
x
**x**
[image: A chart]
ahttps://example.org@U1
- one"""


def test_every_kind_of_block_is_read() -> None:
    assert READERS.keys() == BLOCKS.keys()
    assert read_blocks([json.loads(repr(block)) for block in BUILT]) == EXPECTED


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<https://example.org|Why>", "Why"),
        ("<https://example.org>", "https://example.org"),
        ("<@U1|ana> in <#C1|billing>", "@ana in #billing"),
        ("<@U1>", "@U1"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_markup_is_shown_without_its_brackets(markup: str, shown: str) -> None:
    assert plain_of(markup) == shown
