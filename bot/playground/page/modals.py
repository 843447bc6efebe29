"""Modals and the Home tab, drawn for one person."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.page.desk import Desk
from bot.playground.page.drawing import draw
from bot.playground.people import Person


def modal_mark(desk: Desk, person: Person) -> str:
    """Another one whenever the app shows something else; not when the person types."""
    view = desk.state.views.top(person.id)
    return f"{view.id} {view.hash} {view.errors}" if view else ""


def draw_modal(
    desk: Desk, person: Person, *, errors: Mapping[str, str] | None = None, problem: str = ""
) -> str:
    """The modal on top, or nothing; with what is wrong with it."""
    view = desk.state.views.top(person.id)
    return draw(
        "parts/modal.html",
        desk.state,
        view=view,
        viewer=person,
        errors=errors or (view.errors if view else {}),
        problem=problem,
    )


def home_mark(desk: Desk, person: Person) -> str:
    view = desk.state.views.homes.get(person.id)
    return f"{view.id} {view.hash}" if view else ""


def draw_home(desk: Desk, person: Person) -> str:
    view = desk.state.views.homes.get(person.id)
    return draw("parts/home.html", desk.state, view=view, viewer=person)
