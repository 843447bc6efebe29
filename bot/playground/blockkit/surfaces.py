"""Whole messages and views: what Slack checks across their blocks."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from bot.playground.blockkit.blocks import on_surface
from bot.playground.blockkit.composition import plain
from bot.playground.blockkit.elements import places
from bot.playground.blockkit.figures import DATA_TABLE_CHARACTERS, characters
from bot.playground.blockkit.schema import (
    Flag,
    ListOf,
    OneOf,
    Problem,
    Problems,
    String,
    typed,
)

Blocks = list[dict[str, Any]]

MARKDOWN_CHARACTERS = 12_000
VIEW_BYTES = 250_000
MOST_IN_A_MESSAGE = {"table": 1, "data_visualization": 2}

MESSAGE_BLOCKS = ListOf(on_surface("message"), 50, least=0)

_VIEW_FIELDS = {
    "private_metadata": String(3000, least=0),
    "callback_id": String(255, least=0),
    "external_id": String(255, least=0),
}
VIEW = OneOf(
    {
        "modal": typed(
            "modal",
            {
                **_VIEW_FIELDS,
                "blocks": ListOf(on_surface("modal"), 100, least=0),
                "title": plain(24),
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": Flag(),
                "notify_on_close": Flag(),
            },
            ("title", "blocks"),
        ),
        "home": typed(
            "home",
            {**_VIEW_FIELDS, "blocks": ListOf(on_surface("home"), 100, least=0)},
            ("blocks",),
        ),
    }
)


def check_message_blocks(blocks: object, refused_kinds: Collection[str] = ()) -> list[Problem]:
    """What Slack would refuse in a message's blocks; ``refused_kinds`` it does not know."""
    problems = list(MESSAGE_BLOCKS.problems(blocks, "/blocks"))
    if problems or not isinstance(blocks, list):
        return problems
    checks: tuple[Callable[[Blocks], Problems], ...] = (_ids, _counts, _amounts)
    problems = [problem for check in checks for problem in check(blocks)]
    return problems + list(_refused(blocks, refused_kinds, "/blocks"))


def check_view(view: object, refused_kinds: Collection[str] = ()) -> list[Problem]:
    """What Slack would refuse in a modal or a Home tab."""
    problems = list(VIEW.problems(view, "/view"))
    if problems or not isinstance(view, dict):
        return problems
    if len(json.dumps(view)) > VIEW_BYTES:
        return [Problem("/view", "view is too large")]
    blocks = view["blocks"]
    found = [*_ids(blocks, "/view/blocks"), *_form(view), *_amounts(blocks, "/view/blocks")]
    return found + list(_refused(blocks, refused_kinds, "/view/blocks"))


def walk(blocks: Blocks, pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every block with its pointer, those inside containers and carousels too."""
    for position, block in enumerate(blocks):
        here = f"{pointer}/{position}"
        yield block, here
        yield from walk(block.get("child_blocks", []), f"{here}/child_blocks")
        if block["type"] == "carousel":
            yield from walk(block["elements"], f"{here}/elements")


def _ids(blocks: Blocks, pointer: str = "/blocks") -> Problems:
    """Block ids are unique in the payload, action ids in their block."""
    seen: set[str] = set()
    for block, here in walk(blocks, pointer):
        block_id = block.get("block_id")
        if block_id in seen:
            yield Problem(f"{here}/block_id", f"`block_id` must be unique: {block_id}")
        seen |= {block_id} if block_id else set()
        ids = [place.action_id for place in places([block]) if place.block is block]
        for action_id in sorted({each for each in ids if each and ids.count(each) > 1}):
            yield Problem(here, f"`action_id` must be unique in its block: {action_id}")


def _counts(blocks: Blocks) -> Problems:
    kinds = [block["type"] for block, _ in walk(blocks, "/blocks")]
    for kind, most in MOST_IN_A_MESSAGE.items():
        if kinds.count(kind) > most:
            yield Problem("/blocks", f"no more than {most} {kind} blocks allowed")


def _amounts(blocks: Blocks, pointer: str = "/blocks") -> Problems:
    """How much text some kinds may hold over the whole payload."""
    everything = list(walk(blocks, pointer))
    markdown = sum(len(block["text"]) for block, _ in everything if block["type"] == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield Problem(pointer, f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters")
    tables = [block["rows"] for block, _ in everything if block["type"] == "data_table"]
    if characters(tables) > DATA_TABLE_CHARACTERS:
        reason = f"data tables must hold less than {DATA_TABLE_CHARACTERS + 1} characters"
        yield Problem(pointer, reason)


def _form(view: dict[str, Any]) -> Problems:
    """A modal with inputs can be submitted, and one element at most takes the focus."""
    kinds = [block["type"] for block in view["blocks"]]
    if view["type"] == "modal" and "input" in kinds and "submit" not in view:
        yield Problem("/view", "submit is required when there is an input block")
    focused = [place for place in places(view["blocks"]) if place.element.get("focus_on_load")]
    if len(focused) > 1:
        yield Problem("/view/blocks", "only one element may have focus_on_load")


def _refused(blocks: Blocks, refused_kinds: Collection[str], pointer: str) -> Problems:
    for block, here in walk(blocks, pointer):
        if block["type"] in refused_kinds:
            yield Problem(f"{here}/type", f"unsupported type: {block['type']}")
