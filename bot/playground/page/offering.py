"""What menus and boxes offer, what stands in them, and what a form's fields mean to Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.blockkit.elements import OPTION_LISTS, Place, initial_value, picked
from bot.playground.conversations import Conversation
from bot.playground.people import Person

Json = dict[str, Any]
Offer = tuple[str, str]
Box = tuple[str, Json, Json | None]


def chosen_in(values: Mapping[str, Json], block: Json, element: Json) -> Json:
    """What stands in an element: what was put there, or its initial value."""
    place = Place(block, element)
    kept: Json | None = values.get(place.block_id, {}).get(place.action_id)
    return kept or initial_value(place) or {}


def people(known: Mapping[str, Person]) -> list[Offer]:
    found = [each for each in known.values() if not each.deleted]
    return [(each.id, each.real_name) for each in sorted(found, key=lambda each: each.real_name)]


def channels(known: Mapping[str, Conversation], viewer: Person) -> list[Offer]:
    found = [
        each
        for each in known.values()
        if each.is_visible_to(viewer) and not each.kind.is_direct and not each.is_archived
    ]
    return [(each.id, f"#{each.name}") for each in sorted(found, key=lambda each: each.name)]


def options(element: Json) -> list[Box]:
    """All options of a list, groups one after the other."""
    groups = element.get("option_groups", [])
    found = [*element.get("options", []), *(each for group in groups for each in group["options"])]
    return [(each["value"], each["text"], each.get("description")) for each in found]


def as_boxes(offers: Sequence[Offer]) -> list[Box]:
    return [(value, {"type": "plain_text", "text": name}, None) for value, name in offers]


def local_input(timestamp: int | None, viewer: Person) -> str:
    """A time for an ``<input type="datetime-local">``."""
    if timestamp is None:
        return ""
    return f"{datetime.fromtimestamp(timestamp, ZoneInfo(viewer.tz)):%Y-%m-%dT%H:%M}"


def value_of(place: Place, fields: Sequence[str], person: Person) -> Json:
    """The value that an element has with these fields of a form; nothing chosen is nothing."""
    given = [field for field in fields if field]
    if not given:
        bare = {key: value for key, value in place.element.items() if "initial_" not in key}
        return initial_value(Place(place.block, bare)) or {}
    if place.kind in OPTION_LISTS or place.kind.startswith("multi_"):
        return picked(place, given)
    return picked(place, _single(place, given[0], person))


def _single(place: Place, field: str, person: Person) -> str | int:
    if place.kind != "datetimepicker":
        return field
    local = datetime.fromisoformat(field)
    return int(local.replace(tzinfo=ZoneInfo(person.tz)).timestamp())
