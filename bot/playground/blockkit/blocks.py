"""Blocks: each kind's fields and limits, and the surfaces that show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.playground.blockkit.composition import (
    BLOCK_ID,
    IMAGE,
    IMAGE_BLOCK,
    RICH_TEXT,
    URL,
    any_text,
    plain,
)
from bot.playground.blockkit.figures import DATA_TABLE, DATA_VISUALIZATION, TABLE
from bot.playground.blockkit.interactive import (
    BUTTON,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_MODAL_INPUT,
    IN_SECTION,
)
from bot.playground.blockkit.schema import (
    Flag,
    ListOf,
    OneOf,
    Problem,
    Problems,
    Rule,
    Shape,
    String,
    typed,
)


def _block(kind: str, fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Shape:
    return typed(kind, {"block_id": BLOCK_ID, **fields}, required)


def _input(element: Rule) -> Shape:
    fields = {
        "label": plain(2000),
        "element": element,
        "hint": plain(2000),
        "optional": Flag(),
        "dispatch_action": Flag(),
    }
    return _block("input", fields, ("label", "element"))


_SECTION = _block(
    "section",
    {
        "text": any_text(3000),
        "fields": ListOf(any_text(2000), 10),
        "accessory": IN_SECTION,
        "expand": Flag(),
    },
)
_CARD = _block(
    "card",
    {
        "hero_image": IMAGE,
        "icon": IMAGE,
        "slack_icon": typed("icon", {"name": String()}, ("name",)),
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "subtext": any_text(200),
        "actions": ListOf(OneOf({"button": BUTTON}), 3),
    },
)
CARD = Shape(
    _CARD.fields,
    _CARD.required,
    any_of=(("hero_image", "title", "actions", "body"),),
    only_one=(("icon", "slack_icon"),),
)
_TASK_FIELDS: dict[str, Rule] = {
    "task_id": String(),
    "title": String(),
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": ListOf(typed("url", {"url": URL, "text": String()}, ("url", "text"))),
}
_DONE = ("in_progress", "complete", "error")

SIMPLE: dict[str, Shape] = {
    "actions": _block("actions", {"elements": ListOf(IN_ACTIONS, 25)}, ("elements",)),
    "context": _block("context", {"elements": ListOf(IN_CONTEXT, 10)}, ("elements",)),
    "divider": _block("divider", {}),
    "file": _block(
        "file",
        {"external_id": String(), "source": String(choices=("remote",))},
        ("external_id", "source"),
    ),
    "header": _block("header", {"text": plain(150)}, ("text",)),
    "image": IMAGE_BLOCK,
    "input": _input(IN_INPUT),
    "rich_text": RICH_TEXT,
    "section": Shape(_SECTION.fields, _SECTION.required, any_of=(("text", "fields"),)),
    "table": TABLE,
    "video": _block(
        "video",
        {
            "alt_text": String(2000, least=0),
            "title": plain(200),
            "thumbnail_url": URL,
            "video_url": URL,
            "author_name": String(50),
            "description": plain(200),
            "provider_icon_url": String(2000),
            "provider_name": String(50),
            "title_url": String(2000),
        },
        ("alt_text", "title", "thumbnail_url", "video_url"),
    ),
}


def _check_collapsing(container: dict[str, Any], pointer: str) -> Problems:
    is_collapsible = container.get("is_collapsible", False)
    if container.get("default_collapsed") and not is_collapsible:
        yield Problem(f"{pointer}/default_collapsed", "requires is_collapsible")
    if container.get("has_header_divider") and is_collapsible:
        yield Problem(f"{pointer}/has_header_divider", "is not allowed with is_collapsible")


_CONTAINER = _block(
    "container",
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": any_text(150),
        "child_blocks": ListOf(OneOf(SIMPLE), 10),
        "width": String(choices=("narrow", "standard", "wide", "full")),
        "icon": IMAGE,
        "is_collapsible": Flag(),
        "default_collapsed": Flag(),
        "has_header_divider": Flag(),
    },
    ("child_blocks",),
)
BLOCKS: dict[str, Shape] = {
    **SIMPLE,
    "alert": _block(
        "alert",
        {
            "text": any_text(200),
            "level": String(choices=("default", "info", "warning", "error", "success")),
        },
        ("text",),
    ),
    "card": CARD,
    "carousel": _block("carousel", {"elements": ListOf(OneOf({"card": CARD}), 10)}, ("elements",)),
    "container": Shape(
        _CONTAINER.fields,
        _CONTAINER.required,
        any_of=(("title", "rich_text_title"),),
        checks=(_check_collapsing,),
    ),
    "context_actions": _block(
        "context_actions", {"elements": ListOf(IN_CONTEXT_ACTIONS, 5)}, ("elements",)
    ),
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "markdown": _block("markdown", {"text": String(12_000)}, ("text",)),
    "plan": _block(
        "plan",
        {
            "title": String(),
            "tasks": ListOf(
                Shape(
                    _TASK_FIELDS | {"status": String(choices=("pending", *_DONE))},
                    required=("task_id", "title", "status"),
                ),
                50,
                least=0,
            ),
        },
        ("title", "tasks"),
    ),
    "task_card": _block(
        "task_card",
        _TASK_FIELDS | {"status": String(choices=_DONE)},
        ("task_id", "title", "status"),
    ),
}

_EVERYWHERE = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section"}
    | {"video"}
)
SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(BLOCKS) - {"alert"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | {"carousel", "container", "data_table", "table"},
}
"""Where sources differ (a chart on Home), the answer is no."""


def on_surface(surface: str) -> OneOf:
    """The rule for a block there; only a modal takes files."""
    shapes = {kind: shape for kind, shape in BLOCKS.items() if kind in SURFACES[surface]}
    return OneOf(shapes | {"input": _input(IN_MODAL_INPUT)} if surface == "modal" else shapes)
