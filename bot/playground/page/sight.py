"""What one open page shows, in pieces that are drawn only where they have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.playground.conversations import Conversation
from bot.playground.page.desk import Desk
from bot.playground.page.drawing import draw
from bot.playground.page.inspector import Event, events
from bot.playground.page.modals import draw_home, draw_modal, home_mark, modal_mark
from bot.playground.page.moving import clock_says
from bot.playground.page.sidebar import Sidebar, sidebar
from bot.playground.page.timeline import Entry, conversation_entries, thread_entries
from bot.playground.people import Person

FOLLOWED = 300
"""How many of the newest messages are watched for changes; older ones change with a reload."""


class Piece(NamedTuple):
    """A part of the page: ``mark`` is another one when it is to be drawn anew."""

    mark: str
    draw: Callable[[], str]
    says: str = ""


Pieces = dict[str, Piece]


@dataclass(frozen=True, slots=True)
class Sight:
    """Where somebody looks: a conversation or ``home``, a thread beside it, the inspector."""

    desk: Desk
    person_id: str
    place: str
    thread: str = ""
    is_inspecting: bool = False

    @property
    def person(self) -> Person:
        return self.desk.person(self.person_id)

    @property
    def conversation(self) -> Conversation | None:
        if self.place == "home":
            return None
        return self.desk.conversation(self.person, self.place)

    @property
    def root(self) -> str:
        return f"/{self.person_id}/"


def lists(sight: Sight) -> dict[str, Pieces]:
    """The lists on the page by name: messages, the thread, the exchanges."""
    found: dict[str, Pieces] = {}
    desk, person, conversation = sight.desk, sight.person, sight.conversation
    if conversation is not None:
        entries, _ = conversation_entries(desk.state, person, conversation, most=FOLLOWED)
        found["messages"] = _messages(sight, "messages", entries)
        read(sight)
    if conversation is not None and sight.thread:
        entries = thread_entries(desk.state, person, conversation, sight.thread)
        found["thread"] = _messages(sight, "thread", entries)
    if sight.is_inspecting:
        found["exchanges"] = {
            event.key: Piece(event.mark, _drawing_event(sight, event))
            for event in events(desk, person)
        }
    return found


def read(sight: Sight) -> None:
    """What somebody looks at is read, on their other pages too."""
    conversation = sight.conversation
    if conversation is None:
        return
    desk = sight.desk
    seen = desk.workspace.visible(sight.person, conversation)
    if seen and desk.reading.has_read(sight.person_id, conversation.id, seen[-1].ts):
        desk.announce()


def fills(sight: Sight) -> Pieces:
    """The parts of the page that are drawn as a whole, by their id."""
    desk, person = sight.desk, sight.person
    bar, time = sidebar(desk, person, sight.place), clock_says(desk, person)
    found = {
        "sidebar": Piece(repr(bar), lambda: draw_sidebar(sight, bar)),
        "clock-says": Piece(time, lambda: time),
        "modal-place": Piece(modal_mark(desk, person), lambda: draw_modal(desk, person)),
    }
    if sight.place == "home":
        found["home"] = Piece(home_mark(desk, person), lambda: draw_home(desk, person))
    return found


def draw_sidebar(sight: Sight, bar: Sidebar) -> str:
    return draw("parts/sidebar.html", sight.desk.state, bar=bar, root=sight.root)


def draw_event(sight: Sight, event: Event) -> str:
    return draw("parts/exchange.html", sight.desk.state, event=event, root=sight.root)


def _messages(sight: Sight, name: str, entries: list[Entry]) -> Pieces:
    return {
        entry.key: Piece(
            entry.mark,
            _drawing_entry(sight, name, entry),
            f"{entry.author.real_name}: {entry.message.text}",
        )
        for entry in entries
    }


def _drawing_entry(sight: Sight, name: str, entry: Entry) -> Callable[[], str]:
    state, viewer = sight.desk.state, sight.person
    return lambda: draw("parts/message.html", state, entry=entry, list=name, viewer=viewer)


def _drawing_event(sight: Sight, event: Event) -> Callable[[], str]:
    return lambda: draw_event(sight, event)
