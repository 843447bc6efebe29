"""Where a person can go: channels, direct messages, the app; and what they have not read yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.playground.conversations import Conversation, Kind
from bot.playground.page.desk import Desk
from bot.playground.people import Person
from bot.playground.state import State


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the sidebar: where it leads and what it says."""

    address: str
    name: str
    kind: str
    unread: int = 0
    is_current: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Sidebar:
    """All lines by section."""

    channels: tuple[Item, ...]
    others: tuple[Item, ...]
    direct: tuple[Item, ...]
    app: Item


def sidebar(desk: Desk, person: Person, place: str) -> Sidebar:
    """The sidebar as ``person`` sees it while in ``place``."""
    state = desk.state
    with state.changed:
        unread = _unread(desk, person)
        visible = [each for each in state.conversations.values() if each.is_visible_to(person)]
        items = [(each, _item(state, person, each, place, unread)) for each in visible]
        channels = [(each, item) for each, item in items if not each.kind.is_direct]
        joined = [item for each, item in channels if person.id in each.members]
        others = [item for each, item in channels if person.id not in each.members]
        return Sidebar(
            tuple(sorted(joined, key=lambda item: item.name)),
            tuple(sorted(others, key=lambda item: item.name)),
            tuple(_direct(desk, person, items)),
            _app(state, person, place, unread),
        )


def name_of(state: State, person: Person, conversation: Conversation) -> str:
    """A channel's name, or who else is in a direct message."""
    if not conversation.kind.is_direct:
        return conversation.name
    others = sorted(conversation.members - {person.id})
    return ", ".join(state.people[each].real_name for each in others) or person.real_name


def app_conversation(state: State, person: Person) -> Conversation | None:
    """The direct message with the app, once there is one."""
    both = {person.id, state.bot.id}
    for conversation in state.conversations.values():
        if conversation.kind is Kind.DIRECT and conversation.members == both:
            return conversation
    return None


def first_place(desk: Desk, person: Person) -> str:
    """Where somebody starts: the first channel that they are in and the app too, else any."""
    joined = [
        each
        for each in desk.state.conversations.values()
        if person.id in each.members and not each.kind.is_direct
    ]
    joined.sort(key=lambda each: desk.state.bot.id not in each.members)
    return joined[0].id if joined else "home"


def _unread(desk: Desk, person: Person) -> Counter[str]:
    """How many messages of others are new to this person, by conversation."""
    until = desk.reading.until
    return Counter(
        message.channel_id
        for message in desk.state.messages
        if message.ts > until(person.id, message.channel_id)
        and message.user_id != person.id
        and message.ephemeral_for in {None, person.id}
    )


def _item(
    state: State, person: Person, conversation: Conversation, place: str, unread: Counter[str]
) -> Item:
    is_joined = person.id in conversation.members
    return Item(
        conversation.id,
        name_of(state, person, conversation),
        conversation.kind.value,
        unread[conversation.id] if is_joined else 0,
        is_current=place == conversation.id,
        is_shared=bool(conversation.shared_with),
    )


def _direct(desk: Desk, person: Person, items: list[tuple[Conversation, Item]]) -> list[Item]:
    """Open direct messages, and colleagues with whom one can be opened."""
    state = desk.state
    with_people = [
        (each, item)
        for each, item in items
        if each.kind.is_direct and state.bot.id not in each.members
    ]
    met = {other for each, _ in with_people if each.kind is Kind.DIRECT for other in each.members}
    colleagues = [
        Item(f"with/{acting.id}", acting.name, Kind.DIRECT.value)
        for acting in desk.people
        if acting.id not in met | {person.id} and state.person(acting.id).team_id == person.team_id
    ]
    found = [item for _, item in with_people] + colleagues
    return sorted(found, key=lambda item: item.name)


def _app(state: State, person: Person, place: str, unread: Counter[str]) -> Item:
    direct = app_conversation(state, person)
    news = unread[direct.id] if direct else 0
    has_home = state.manifest.has_home_tab
    address = direct.id if direct and (news or not has_home) else "home"
    is_current = place == "home" or (direct is not None and place == direct.id)
    return Item(address, state.bot.real_name, "app", news, is_current=is_current)
