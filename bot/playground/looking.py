"""Where a person's click goes: what they see, the nearest first."""

from __future__ import annotations

from bot.playground.blockkit.elements import places
from bot.playground.errors import NotVisibleError
from bot.playground.messages import Message
from bot.playground.people import Person
from bot.playground.state import State
from bot.playground.views import View

Surface = Message | View


def find_surface(state: State, person: Person, what: str, on: Surface | None) -> Surface:
    """Where the person sees an element of that name: there, or the nearest where ``on`` is None.

    An open modal covers the messages; of messages the newest comes first.
    """
    with state.changed:
        modal = state.views.top(person.id)
        messages = _messages_seen(state, person)
        home = state.views.homes.get(person.id)
        seen: list[Surface] = [modal] if modal is not None else [*messages]
        if on is not None:
            seen = [surface for surface in (modal, home, *messages) if surface is on]
        for surface in seen:
            if any(what in place.names() for place in places(surface.blocks)):
                return surface
    raise NotVisibleError(f'{person.name} sees no element "{what}"')


def _messages_seen(state: State, person: Person) -> list[Message]:
    seen = [
        message
        for conversation in state.conversations.values()
        for message in state.visible_messages(person, conversation)
    ]
    return sorted(seen, key=lambda message: message.ts, reverse=True)
