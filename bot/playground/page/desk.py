"""What every request to the page works with: the workspace, the people, and what they have read."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.conversations import Conversation
from bot.playground.people import Person
from bot.playground.state import State
from bot.playground.workspace import Workspace

MoveClock = Callable[[datetime], None]


class NotThereError(Exception):
    """The address names a person, a place or a message that is not there for them."""


@dataclass(frozen=True, slots=True)
class ActingPerson:
    """Somebody whom one may act as: their id in the workspace, their name, and what they are."""

    id: str
    name: str
    what: str


@dataclass(slots=True)
class Reading:
    """Up to which message each person has read each conversation; before ``start``, all of it."""

    start: str
    last: dict[tuple[str, str], str] = field(default_factory=dict)

    def until(self, person_id: str, channel_id: str) -> str:
        return self.last.get((person_id, channel_id), self.start)

    def has_read(self, person_id: str, channel_id: str, ts: str) -> bool:
        """Whether that is news."""
        is_news = ts > self.until(person_id, channel_id)
        if is_news:
            self.last[person_id, channel_id] = ts
        return is_news


@dataclass(frozen=True, slots=True)
class Desk:
    """The page's own things; ``token`` is new at each start."""

    workspace: Workspace
    people: tuple[ActingPerson, ...]
    move_clock: MoveClock | None
    reading: Reading
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def state(self) -> State:
        return self.workspace.state

    def acting(self, person_id: str) -> ActingPerson:
        for acting in self.people:
            if acting.id == person_id:
                return acting
        raise NotThereError(f"nobody here is {person_id}")

    def person(self, person_id: str) -> Person:
        return self.state.person(self.acting(person_id).id)

    def conversation(self, person: Person, channel_id: str) -> Conversation:
        """A conversation that this person may look into."""
        found = self.state.conversations.get(channel_id)
        if found is None or not found.is_visible_to(person):
            raise NotThereError(f"{person.name} sees no conversation {channel_id}")
        return found

    def announce(self) -> None:
        """Tell every open page to look again, where something changed that is not the state."""
        with self.state.changing():
            pass


def open_desk(
    workspace: Workspace, people: Sequence[ActingPerson], move_clock: MoveClock | None
) -> Desk:
    """A desk for these people; what was posted before counts as read."""
    with workspace.state.changed:
        messages = workspace.state.messages
        start = messages[-1].ts if messages else "0"
    return Desk(workspace, tuple(people), move_clock, Reading(start))
