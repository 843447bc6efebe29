"""What a person does on the page, through the same actions that tests use."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.playground.blockkit.elements import find_place
from bot.playground.conversations import Kind
from bot.playground.errors import (
    NotConfirmedError,
    NotDeclaredError,
    NotVisibleError,
    PlaygroundError,
)
from bot.playground.looking import Surface
from bot.playground.page.asking import Asked, acting, note
from bot.playground.page.drawing import draw
from bot.playground.page.filling import keep, unfit
from bot.playground.page.modals import draw_modal
from bot.playground.page.moving import move
from bot.playground.page.offering import value_of
from bot.playground.record import Exchange
from bot.playground.views import View

UNKNOWN_COMMAND = (
    "{name} is not a valid command. Messages that start with a slash are taken as commands;"
    " put a space in front to send it as text."
)
NOT_IN_THREADS = "Slash commands do not work in threads. Type it in the conversation instead."


def say(asked: Asked) -> Response | None:
    """Send what is in the composer: a message, or a slash command."""
    text = asked.field("text").replace("\r\n", "\n").rstrip()
    if not text:
        return None
    thread_ts = asked.field("thread") or None
    if text.startswith("/"):
        return note(asked, NOT_IN_THREADS) if thread_ts else _command(asked, text)
    asked.desk.workspace.post(asked.person, asked.place, text.strip(), thread_ts=thread_ts)
    return None


def _command(asked: Asked, text: str) -> Response | None:
    try:
        exchange = asked.desk.workspace.command(asked.person, asked.place, text)
    except NotDeclaredError:
        return note(asked, UNKNOWN_COMMAND.format(name=text.split(maxsplit=1)[0]))
    if exchange.problem:
        return note(asked, f"{text.split(maxsplit=1)[0]} failed. {exchange.problem}")
    return None


def press(asked: Asked) -> Response | None:
    surface, element = _surface(asked), asked.field("element")
    _remember(asked, surface)
    is_confirmed = bool(asked.field("confirmed"))

    def act() -> Exchange:
        workspace = asked.desk.workspace
        return workspace.click(asked.person, element, on=surface, confirm=is_confirmed)

    return _with_confirmation(asked, surface, "press", act)


def choose(asked: Asked) -> Response | None:
    """Choose in a menu outside of a form, or in one whose block dispatches."""
    surface, element = _surface(asked), asked.field("element")
    place = find_place(surface.blocks, element)
    value = value_of(place, asked.fields.get(place.path, ()), asked.person)
    content = [each for key, each in value.items() if key != "type"]
    if not content or content[0] is None:
        return None
    chosen = content[0]
    if isinstance(chosen, dict):
        chosen = chosen["value"]
    elif isinstance(chosen, list) and chosen and isinstance(chosen[0], dict):
        chosen = [each["value"] for each in chosen]
    is_confirmed = bool(asked.field("confirmed"))

    def act() -> Exchange | None:
        workspace = asked.desk.workspace
        return workspace.choose(asked.person, element, chosen, on=surface, confirm=is_confirmed)

    return _with_confirmation(asked, surface, "choose", act)


def fill(asked: Asked) -> None:
    """Keep what stands in one element of the open form."""
    surface = _surface(asked)
    if isinstance(surface, View):
        keep(asked.desk.state, asked.person, surface, asked.fields, path=asked.field("element"))


def submit(asked: Asked) -> Response | None:
    view = _surface(asked)
    if not isinstance(view, View):
        raise NotVisibleError("only a modal can be submitted")
    keep(asked.desk.state, asked.person, view, asked.fields)
    if errors := unfit(view):
        return HTMLResponse(draw_modal(asked.desk, asked.person, errors=errors))
    exchange = asked.desk.workspace.submit(asked.person)
    if exchange.problem:
        return HTMLResponse(draw_modal(asked.desk, asked.person, problem=exchange.problem))
    return None


def close(asked: Asked) -> None:
    """Close the modal on top, unless it is another one by now."""
    view = asked.desk.state.views.top(asked.person.id)
    if view is not None and asked.field("view") in {"", view.id}:
        asked.desk.workspace.close(asked.person)


def opened(asked: Asked) -> None:
    """Tell the app that one of its tabs was opened, where it wants to know."""
    try:
        asked.desk.workspace.open_home(asked.person, tab=asked.field("tab"))
    except NotDeclaredError:
        return


def join(asked: Asked) -> Response:
    channel = asked.desk.conversation(asked.person, asked.place)
    if channel.kind is not Kind.PUBLIC or asked.person.sees_only_joined_channels:
        raise PlaygroundError(f"{asked.person.real_name} can't join this conversation.")
    asked.desk.workspace.invite(channel, asked.person)
    return Response(status_code=204, headers={"HX-Refresh": "true"})


def move_clock(asked: Asked) -> None:
    move(asked.desk, asked.person, asked.field("jump"), asked.field("at"))


ROUTES = [
    Route("/{person}/press", acting(press), methods=["POST"]),
    Route("/{person}/choose", acting(choose), methods=["POST"]),
    Route("/{person}/fill", acting(fill), methods=["POST"]),
    Route("/{person}/submit", acting(submit), methods=["POST"]),
    Route("/{person}/close", acting(close), methods=["POST"]),
    Route("/{person}/opened", acting(opened), methods=["POST"]),
    Route("/{person}/clock", acting(move_clock), methods=["POST"]),
    Route("/{person}/{place}/say", acting(say), methods=["POST"]),
    Route("/{person}/{place}/join", acting(join), methods=["POST"]),
]


def _surface(asked: Asked) -> Surface:
    """Where the element stands: ``message/C1/1.2`` or ``view/V1``."""
    kind, _, rest = asked.field("surface").partition("/")
    if kind == "message":
        channel_id, _, ts = rest.partition("/")
        conversation = asked.desk.conversation(asked.person, channel_id)
        for message in asked.desk.workspace.visible(asked.person, conversation):
            if message.ts == ts:
                return message
    views = asked.desk.state.views
    for view in (views.top(asked.person.id), views.homes.get(asked.person.id)):
        if kind == "view" and view is not None and view.id == rest:
            return view
    raise NotVisibleError(f"{asked.person.name} sees no {asked.field('surface')}")


def _remember(asked: Asked, surface: Surface) -> None:
    """A click in a form sends what stands in it."""
    if isinstance(surface, View) and surface.kind == "modal" and not asked.field("confirmed"):
        keep(asked.desk.state, asked.person, surface, asked.fields)


def _with_confirmation(
    asked: Asked, surface: Surface, action: str, act: Callable[[], Exchange | None]
) -> Response | None:
    """Do it, or ask first where the element wants that."""
    try:
        exchange = act()
    except NotConfirmedError:
        return _ask(asked, surface, action)
    if exchange is not None and exchange.problem:
        return note(asked, f"{asked.desk.state.bot.real_name} did not respond. Try it again.")
    return None


def _ask(asked: Asked, surface: Surface, action: str) -> Response:
    place = find_place(surface.blocks, asked.field("element"))
    kept = {"surface", "element", place.path}
    fields = [(name, value) for name in kept for value in asked.fields.get(name, [])]
    question = place.element["confirm"]
    html = draw(
        "parts/confirm.html", asked.desk.state, question=question, fields=fields, action=action
    )
    return HTMLResponse(html, headers={"HX-Retarget": "#confirm", "HX-Reswap": "innerHTML"})
