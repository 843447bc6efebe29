"""What one open window of the form shows, and what was changed in it.

Slack keeps what stands in a field while block and action stay the same, whatever a new view says.
So a field whose value was changed elsewhere gets another block id: ``field-text-focus~2``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.blocks.message import FIELD
from storage.quality.drafts import Draft

ANSWER, TEXT, FOCUS_ON = "answer-", "text-", "focus_on"
DOES_NOT_APPLY = "na"
LINKS = "links"

Fields = Mapping[str, str]
"""What stands in fields, by their names."""


@dataclass(frozen=True, slots=True)
class Window:
    """``shown`` is what stands in each field of the page, ``changed`` what was put there by hand.

    ``block_ids`` are those of the fields. ``acted_on`` is the field that was just used, and
    ``stamp`` when. ``view_hash`` is of the view as it was drawn last.
    """

    draft_id: str
    page: int
    shown: Fields
    changed: Fields
    block_ids: Mapping[str, str]
    view_id: str
    view_hash: str
    acted_on: str = ""
    stamp: str = ""

    @property
    def click(self) -> str:
        """Which of all clicks this window comes from."""
        return f"{self.view_id} {self.stamp}"

    def is_overtaken(self, draft: Draft) -> bool:
        """Whether another click in the same view was kept after this window's."""
        last = draft.last_click
        return last.startswith(f"{self.view_id} ") and last != self.click

    def is_behind(self, draft: Draft) -> bool:
        """Whether the draft holds something else than this window shows."""
        return any(
            value_of(draft, field) != _settled(field, at) for field, at in self.shown.items()
        )


def window_of(view: Mapping[str, Any], action: Mapping[str, Any] | None = None) -> Window:
    """The window that a payload comes from; ``action`` is what was used in it."""
    held = json.loads(str(view["private_metadata"]))
    values: Mapping[str, Any] = view["state"]["values"]
    inputs = [each for each in view["blocks"] if each["type"] == "input"]
    block_ids = {field_of(each["block_id"]): str(each["block_id"]) for each in inputs}
    initial = {field_of(each["block_id"]): _read_initial(each["element"]) for each in inputs}
    shown = {
        field: _read(next(iter(values.get(block_id, {}).values()), {}))
        for field, block_id in block_ids.items()
    }
    return Window(
        draft_id=str(held["draft"]),
        page=int(held["page"]),
        shown=shown,
        changed={field: value for field, value in shown.items() if value != initial[field]},
        block_ids=block_ids,
        view_id=str(view["id"]),
        view_hash=str(view["hash"]),
        acted_on=field_of(str(action["block_id"])) if action else "",
        stamp=str(action["action_ts"]) if action else "",
    )


def block_id_of(field: str, draft: Draft, window: Window | None) -> str:
    """The field's own block where the window shows what the draft holds, or newer; else a new one.

    Whoever fills it in here is ahead of what the window is known to show, and keeps the field.
    """
    before = window.block_ids.get(field) if window else None
    if window is None or before is None:
        return f"{FIELD}{field}"
    is_of_here = draft.filled_in.get(field) == window.view_id
    if is_of_here or window.shown[field] == value_of(draft, field):
        return before
    turn = before.partition("~")[2]
    return f"{FIELD}{field}~{int(turn or 1) + 1}"


def field_of(block_id: str) -> str:
    return block_id.removeprefix(FIELD).partition("~")[0]


def acted(window: Window) -> Callable[[Draft], Draft]:
    """Puts what was just answered or typed into a draft, unless something newer stands there."""

    def change(draft: Draft) -> Draft:
        field = window.acted_on
        if draft.touched.get(field, "") > window.stamp or field not in window.shown:
            return replace(draft, last_click=window.click)
        return _with(draft, {field: window.shown[field]}, window)

    return change


def everything(window: Window) -> Callable[[Draft], Draft]:
    """Puts all that was changed in the window into a draft: it is what its reviewer sees."""
    return lambda draft: _with(draft, window.changed, window)


def value_of(draft: Draft, field: str) -> str:
    """What a draft holds for a field, as the form shows it; empty where it holds nothing."""
    if field == FOCUS_ON:
        return draft.focus_on
    if field.startswith(TEXT):
        found = getattr(draft.texts, field.removeprefix(TEXT))
        return "\n".join(found) if isinstance(found, tuple) else str(found)
    key = field.removeprefix(ANSWER)
    return answer_text(draft.answers[key]) if key in draft.answers else ""


def answer_text(points: float | None) -> str:
    return DOES_NOT_APPLY if points is None else f"{points:g}"


def _with(draft: Draft, fields: Fields, window: Window) -> Draft:
    texts, answers = dict[str, Any](), dict(draft.answers)
    for field, value in fields.items():
        if field.startswith(TEXT):
            texts[field.removeprefix(TEXT)] = _text(field, value)
        elif field.startswith(ANSWER) and value:
            points = None if value == DOES_NOT_APPLY else float(value)
            answers[field.removeprefix(ANSWER)] = points
    touched = dict.fromkeys(fields, window.stamp) if window.stamp else {}
    filled_in = dict.fromkeys(fields, window.view_id)
    return replace(
        draft,
        answers=answers,
        texts=replace(draft.texts, **texts),
        focus_on=fields.get(FOCUS_ON) or draft.focus_on,
        touched={**draft.touched, **touched},
        filled_in={**draft.filled_in, **filled_in},
        last_click=window.click if window.stamp else draft.last_click,
    )


def _text(field: str, value: str) -> str | tuple[str, ...]:
    return links_of(value.splitlines()) if field == f"{TEXT}{LINKS}" else value


def links_of(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line.strip() for line in lines if line.strip())


def _settled(field: str, value: str) -> str:
    """As it would stand in the draft."""
    return "\n".join(links_of(value.splitlines())) if field == f"{TEXT}{LINKS}" else value


def _read(value: Mapping[str, Any]) -> str:
    chosen = value.get("selected_option") or {}
    return str(chosen.get("value") or value.get("value") or "")


def _read_initial(element: Mapping[str, Any]) -> str:
    chosen = element.get("initial_option") or {}
    return str(chosen.get("value") or element.get("initial_value") or "")
