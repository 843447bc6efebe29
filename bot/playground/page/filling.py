"""Forms: what was filled in is kept in the workspace as it is typed, so a reload loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.playground.blockkit.elements import Place, is_empty, places
from bot.playground.page.offering import value_of
from bot.playground.people import Person
from bot.playground.state import State
from bot.playground.views import View

Form = Mapping[str, Sequence[str]]

REQUIRED = "Please fill in this field."


def keep(state: State, person: Person, view: View, form: Form, *, path: str | None = None) -> None:
    """Put a form's fields into the view; all of them, or that of one element."""
    with state.changing():
        for place in _inputs(view):
            if path in {None, place.path}:
                value = value_of(place, form.get(place.path, ()), person)
                view.values.setdefault(place.block_id, {})[place.action_id] = value


def unfit(view: View) -> dict[str, str]:
    """What keeps a form from being sent: block id to sentence."""
    found = {}
    for place in _inputs(view):
        value = view.values.get(place.block_id, {}).get(place.action_id, {})
        if is_empty(value) and not place.block.get("optional"):
            found[place.block_id] = REQUIRED
        elif sentence := _wrong_length(place, str(value.get("value") or "")):
            found[place.block_id] = sentence
    return found


def _wrong_length(place: Place, text: str) -> str:
    if not text or place.kind != "plain_text_input":
        return ""
    least, most = place.element.get("min_length", 0), place.element.get("max_length", len(text))
    if len(text) < least:
        return f"Please write at least {least} characters."
    return f"Please write at most {most} characters." if len(text) > most else ""


def _inputs(view: View) -> Iterator[Place]:
    return (place for place in places(view.blocks) if place.is_input)
