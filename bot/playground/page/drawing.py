"""The templates, and the few things that they cannot say themselves.

Everything is escaped; no template marks anything as safe. A block or an element is drawn by the
template of its own name, and by one that says so in words where there is none.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.playground.page import charts, offering, spans
from bot.playground.page.emoji import EMOJI
from bot.playground.people import Person
from bot.playground.state import State

AVATARS = 8
WEB = ("https://", "http://", "mailto:", "tel:")
MISSING = "missing.html"


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.playground.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "as_boxes": offering.as_boxes,
        "charts": charts,
        "chosen_in": offering.chosen_in,
        "emoji": EMOJI.get,
        "is_number_column": is_number_column,
        "mrkdwn": spans.mrkdwn_parts,
        "offered_channels": offering.channels,
        "offered_options": offering.options,
        "offered_people": offering.people,
        "typed": spans.typed_parts,
        "template_of": template_of,
    }
    environment.filters |= {
        "avatar": avatar,
        "clock_time": lambda at: f"{at:%H:%M}",
        "full_time": full_time,
        "initials": initials,
        "local_input": offering.local_input,
        "pretty": pretty,
        "uid": uid,
        "web_address": web_address,
    }
    return environment


def draw(name: str, state: State, **values: Any) -> str:
    """Fill a template; it can look up people and conversations for mentions."""
    known = {"people": state.people, "conversations": state.conversations, "teams": state.teams}
    return templates().get_template(name).render(known | {"bot": state.bot} | values)


@cache
def drawn(folder: str) -> frozenset[str]:
    """The kinds of ``blocks`` or ``elements`` that are drawn."""
    found = templates().list_templates(
        filter_func=lambda name: name.startswith(f"{folder}/") and not name.endswith(MISSING)
    )
    return frozenset(name.removeprefix(f"{folder}/").removesuffix(".html") for name in found)


def template_of(folder: str, kind: str) -> str:
    name = f"{kind}.html" if kind in drawn(folder) else MISSING
    return f"{folder}/{name}"


def avatar(person: Person) -> int:
    """A number that stays the same for a person: the colour of their picture."""
    return hashlib.sha256(person.id.encode()).digest()[0] % AVATARS + 1


def initials(name: str) -> str:
    """``AB`` for Ana Bold; signs are passed over."""
    letters = [next(filter(str.isalnum, word), "") for word in name.split()]
    found = [letter for letter in letters if letter]
    return "".join(found[:1] + found[1:][-1:]).upper() or "?"


def full_time(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y} at {at:%H:%M}"


def pretty(value: Any) -> str:
    """JSON as a developer reads it; what comes as text stays text."""
    if isinstance(value, str):
        return value
    return json.dumps(value, indent=2, ensure_ascii=False)


def is_number_column(rows: list[list[dict[str, Any]]], column: int) -> bool:
    """Whether there are numbers under the heading; they and what stands between are aligned."""
    return any(row[column]["type"] == "raw_number" for row in rows[1:])


def uid(path: str) -> str:
    """An id for the page out of Slack's ids, which may hold anything."""
    return "e" + hashlib.sha256(path.encode()).hexdigest()[:12]


def web_address(url: str) -> str:
    """The address, where a browser may go there; nothing for ``javascript:`` and the like."""
    return url if url.lower().startswith(WEB) else ""
