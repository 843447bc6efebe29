"""Composition objects: texts, options, confirmations, images and rich text."""

from __future__ import annotations

from bot.playground.blockkit.schema import Flag, ListOf, Number, OneOf, Rule, Shape, String, typed

URL = String(3000)
ACTION_ID = String(255)
BLOCK_ID = String(255)


def plain(most: int, least: int = 1) -> OneOf:
    """A ``plain_text`` object."""
    return OneOf({"plain_text": _plain(most, least)})


def any_text(most: int, least: int = 1) -> OneOf:
    """A ``plain_text`` or a ``mrkdwn`` object."""
    fields: dict[str, Rule] = {"text": String(most, least), "verbatim": Flag()}
    return OneOf({"plain_text": _plain(most, least), "mrkdwn": typed("mrkdwn", fields, ("text",))})


def _plain(most: int, least: int) -> Shape:
    fields: dict[str, Rule] = {"text": String(most, least), "emoji": Flag()}
    return typed("plain_text", fields, ("text",))


CONFIRM = Shape(
    {
        "title": plain(100),
        "text": any_text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": String(choices=("primary", "danger")),
    },
    required=("title", "text", "confirm", "deny"),
)

OPTION = Shape(
    {"text": plain(75), "value": String(150), "description": plain(75)},
    required=("text", "value"),
)
MARKED_OPTION = Shape(
    {"text": any_text(75), "value": String(150), "description": any_text(75)},
    required=("text", "value"),
)
LINKED_OPTION = Shape(
    {"text": plain(75), "value": String(150), "description": plain(75), "url": URL},
    required=("text", "value"),
)
OPTION_GROUP = Shape(
    {"label": plain(75), "options": ListOf(OPTION, 100)}, required=("label", "options")
)

DISPATCH = Shape(
    {"trigger_actions_on": ListOf(String(choices=("on_enter_pressed", "on_character_entered")), 2)}
)
CONVERSATION_FILTER = Shape(
    {
        "include": ListOf(String(choices=("im", "mpim", "private", "public"))),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)
SLACK_FILE = Shape({"url": URL, "id": String()}, any_of=(("url", "id"),), only_one=(("url", "id"),))
WORKFLOW = Shape(
    {
        "trigger": Shape(
            {
                "url": URL,
                "customizable_input_parameters": ListOf(
                    Shape({"name": String(), "value": String()}, required=("name", "value"))
                ),
            },
            required=("url",),
        )
    },
    required=("trigger",),
)

_IMAGE_FIELDS: dict[str, Rule] = {
    "type": String(choices=("image",)),
    "image_url": URL,
    "slack_file": SLACK_FILE,
    "alt_text": String(2000),
}
_IMAGE_SOURCES = (("image_url", "slack_file"),)
IMAGE = Shape(
    _IMAGE_FIELDS,
    required=("type", "alt_text"),
    any_of=_IMAGE_SOURCES,
    only_one=_IMAGE_SOURCES,
)
IMAGE_BLOCK = Shape(
    _IMAGE_FIELDS | {"block_id": BLOCK_ID, "title": plain(2000)},
    required=("type", "alt_text"),
    any_of=_IMAGE_SOURCES,
    only_one=_IMAGE_SOURCES,
)

_TEXT_STYLE = Shape({name: Flag() for name in ("bold", "italic", "strike", "code", "underline")})
_NAME_STYLE = Shape(
    {
        name: Flag()
        for name in ("bold", "italic", "strike", "highlight", "client_highlight", "unlink")
    }
)
_BORDER = Number(0, 1, is_whole=True)

INLINE = OneOf(
    {
        "text": typed("text", {"text": String(), "style": _TEXT_STYLE}, ("text",)),
        "link": typed(
            "link",
            {"url": URL, "text": String(), "unsafe": Flag(), "style": _TEXT_STYLE},
            ("url",),
        ),
        "user": typed("user", {"user_id": String(), "style": _NAME_STYLE}, ("user_id",)),
        "channel": typed(
            "channel", {"channel_id": String(), "style": _NAME_STYLE}, ("channel_id",)
        ),
        "usergroup": typed(
            "usergroup", {"usergroup_id": String(), "style": _NAME_STYLE}, ("usergroup_id",)
        ),
        "emoji": typed(
            "emoji",
            {"name": String(), "unicode": String(), "skin_tone": Number(1, 6, is_whole=True)},
            ("name",),
        ),
        "broadcast": typed(
            "broadcast", {"range": String(choices=("here", "channel", "everyone"))}, ("range",)
        ),
        "date": typed(
            "date",
            {
                "timestamp": Number(is_whole=True),
                "format": String(),
                "url": URL,
                "fallback": String(),
                "style": _TEXT_STYLE,
            },
            ("timestamp", "format"),
        ),
    }
)
_SECTION = typed("rich_text_section", {"elements": ListOf(INLINE, least=0)}, ("elements",))
RICH_TEXT_PARTS = OneOf(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": typed(
            "rich_text_list",
            {
                "elements": ListOf(OneOf({"rich_text_section": _SECTION})),
                "style": String(choices=("bullet", "ordered")),
                "indent": Number(0, 8, is_whole=True),
                "offset": Number(0, is_whole=True),
                "border": _BORDER,
            },
            ("elements", "style"),
        ),
        "rich_text_preformatted": typed(
            "rich_text_preformatted",
            {"elements": ListOf(INLINE), "border": _BORDER, "language": String()},
            ("elements",),
        ),
        "rich_text_quote": typed(
            "rich_text_quote", {"elements": ListOf(INLINE), "border": _BORDER}, ("elements",)
        ),
    }
)
RICH_TEXT = typed(
    "rich_text", {"block_id": BLOCK_ID, "elements": ListOf(RICH_TEXT_PARTS)}, ("elements",)
)
