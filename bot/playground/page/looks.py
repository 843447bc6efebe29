"""The pages that a person opens, and the parts of them that are fetched later."""

from __future__ import annotations

from typing import Any, cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.playground.conversations import Conversation, Kind
from bot.playground.page.asking import Asked, answering
from bot.playground.page.desk import Desk, NotThereError
from bot.playground.page.drawing import draw
from bot.playground.page.inspector import details, events
from bot.playground.page.moving import JUMPS, clock_says
from bot.playground.page.sidebar import app_conversation, first_place, name_of, sidebar
from bot.playground.page.sight import Sight, read
from bot.playground.page.timeline import conversation_entries, thread_entries
from bot.playground.people import Person

READ_ONLY = "Sending messages to this app has been turned off."
ARCHIVED = "This channel is archived. Nobody can write here any more."


def look(asked: Asked) -> Response:
    """A conversation or the Home tab, with what stands beside it."""
    desk, person = asked.desk, asked.person
    if asked.place != "home" and not _sees(desk, person, asked.place):
        return RedirectResponse(f"/{person.id}/{first_place(desk, person)}", 303)
    thread, is_inspecting = asked.query.get("thread", ""), bool(asked.query.get("inspect"))
    sight = Sight(desk, person.id, asked.place, thread, is_inspecting=is_inspecting)
    return HTMLResponse(_page(sight))


def look_earlier(asked: Asked) -> Response:
    """The hundred messages before one."""
    conversation = asked.desk.conversation(asked.person, asked.place)
    shown, has_more = conversation_entries(
        asked.desk.state, asked.person, conversation, before=asked.query.get("before")
    )
    html = draw(
        "parts/earlier.html",
        asked.desk.state,
        entries=shown,
        has_more=has_more,
        place=asked.place,
        list="messages",
        viewer=asked.person,
        conversation=conversation,
        title=name_of(asked.desk.state, asked.person, conversation),
        commands=asked.desk.state.manifest.commands,
        closed=_closed(asked.desk, conversation),
    )
    return HTMLResponse(html)


def look_into(asked: Asked) -> Response:
    """Everything about one exchange with the app."""
    number = asked.path["number"]
    if not number.isdecimal():
        raise NotThereError("there is no such exchange")
    parts = details(asked.desk, asked.path["kind"], int(number))
    return HTMLResponse(draw("parts/exchange_detail.html", asked.desk.state, parts=parts))


def go_to_app(asked: Asked) -> Response:
    """The direct message with the app, opened where there is none yet."""
    direct = asked.desk.workspace.direct(asked.person)
    return RedirectResponse(f"/{asked.person.id}/{direct.id}", 303)


def go_to_person(asked: Asked) -> Response:
    """The direct message with a colleague."""
    other = asked.desk.person(asked.path["other"])
    direct = asked.desk.workspace.direct(asked.person, other)
    return RedirectResponse(f"/{asked.person.id}/{direct.id}", 303)


async def start(request: Request) -> Response:
    """Where the first of the people starts."""
    desk = cast("Desk", request.app.state.desk)
    person = desk.person(desk.people[0].id)
    return RedirectResponse(f"/{person.id}/{first_place(desk, person)}", 303)


ROUTES = [
    Route("/", start),
    Route("/{person}/messages", answering(go_to_app)),
    Route("/{person}/with/{other}", answering(go_to_person)),
    Route("/{person}/inspect/{kind}/{number}", answering(look_into)),
    Route("/{person}/{place}/earlier", answering(look_earlier)),
    Route("/{person}/{place}", answering(look)),
]


def _page(sight: Sight) -> str:
    desk, person, conversation = sight.desk, sight.person, sight.conversation
    read(sight)
    seen = desk.state.changes
    bar = sidebar(desk, person, sight.place)
    direct = app_conversation(desk.state, person)
    is_app = conversation is None or conversation is direct
    return draw(
        "page.html",
        desk.state,
        seen=seen,
        sight=sight,
        root=sight.root,
        acting=desk.acting(person.id),
        desk=desk,
        viewer=person,
        conversation=conversation,
        is_app=is_app,
        title=desk.state.bot.real_name if is_app else _title(desk, person, conversation),
        bar=bar,
        events=events(desk, person) if sight.is_inspecting else [],
        clock=clock_says(desk, person),
        jumps=JUMPS if desk.move_clock else {},
        commands=desk.state.manifest.commands,
        mentions=_mentions(desk, person),
        modal=desk.state.views.top(person.id),
        home=desk.state.views.homes.get(person.id),
        **_talk(sight),
    )


def _talk(sight: Sight) -> dict[str, Any]:
    """The messages, the thread beside them, and what can be written."""
    desk, person, conversation = sight.desk, sight.person, sight.conversation
    if conversation is None:
        return {"entries": [], "has_more": False, "thread": [], "closed": "", "can_join": False}
    entries, has_more = conversation_entries(desk.state, person, conversation)
    thread = thread_entries(desk.state, person, conversation, sight.thread) if sight.thread else []
    return {
        "entries": entries,
        "has_more": has_more,
        "thread": thread,
        "closed": _closed(desk, conversation),
        "can_join": person.id not in conversation.members,
    }


def _closed(desk: Desk, conversation: Conversation) -> str:
    """Why nobody can write here, if so."""
    if conversation.is_archived:
        return ARCHIVED
    manifest = desk.state.manifest
    is_with_app = conversation.kind is Kind.DIRECT and desk.state.bot.id in conversation.members
    if is_with_app and (manifest.is_messages_tab_read_only or not manifest.has_messages_tab):
        return READ_ONLY
    return ""


def _title(desk: Desk, person: Person, conversation: Conversation | None) -> str:
    return name_of(desk.state, person, conversation) if conversation else ""


def _sees(desk: Desk, person: Person, channel_id: str) -> bool:
    conversation = desk.state.conversations.get(channel_id)
    if conversation is None:
        raise NotThereError(f"there is no conversation {channel_id}")
    return conversation.is_visible_to(person)


def _mentions(desk: Desk, person: Person) -> list[tuple[str, str, str]]:
    """What the composer completes after ``@`` and ``#``: what is typed, and what it means."""
    state = desk.state
    people = [(f"@{each.name}", each.real_name, "person") for each in state.people.values()]
    channels = [
        (f"#{each.name}", f"{len(each.members)} members", "channel")
        for each in state.conversations.values()
        if not each.kind.is_direct and each.is_visible_to(person)
    ]
    return sorted(people) + sorted(channels)
