"""What a call may touch: granted scopes, and conversations as the bot sees them."""

from __future__ import annotations

from bot.playground.conversations import Conversation, Kind
from bot.playground.errors import RefusedError
from bot.playground.people import Person
from bot.playground.state import State


def need_scope(state: State, *scopes: str) -> None:
    """Refuse unless one of the scopes is granted."""
    if not scopes or any(scope in state.manifest.scopes for scope in scopes):
        return
    provided = ",".join(state.manifest.scopes)
    raise RefusedError("missing_scope", needed=",".join(scopes), provided=provided)


def visible_conversation(state: State, channel_id: str) -> Conversation:
    """A conversation that the bot may know of: public ones, and those it is in."""
    found = state.conversations.get(channel_id)
    if found is None or not found.is_visible_to(state.bot):
        raise RefusedError("channel_not_found")
    return found


def conversation_to_write(state: State, channel: str) -> Conversation:
    """Where the bot may post: by id, by ``#name``, or a person's id for the direct message."""
    conversation = _named_conversation(state, channel)
    if state.bot.id not in conversation.members:
        is_open = conversation.kind is Kind.PUBLIC
        if not (is_open and "chat:write.public" in state.manifest.scopes):
            raise RefusedError("not_in_channel")
    if conversation.is_archived:
        raise RefusedError("is_archived")
    if conversation.kind is Kind.DIRECT and not state.manifest.has_messages_tab:
        raise RefusedError("messages_tab_disabled")
    return conversation


def conversation_to_read(state: State, channel_id: str) -> Conversation:
    """A conversation whose messages the bot may read."""
    conversation = visible_conversation(state, channel_id)
    need_scope(state, f"{conversation.kind.scope}:history")
    if state.bot.id not in conversation.members:
        raise RefusedError("not_in_channel")
    return conversation


def known_person(state: State, user_id: str) -> Person:
    """A user of the own team, or one from elsewhere who shares a conversation with the bot."""
    person = state.people.get(user_id)
    if person is None:
        raise RefusedError("user_not_found")
    if person.team_id != state.team.id and not _shares_conversation(state, person):
        raise RefusedError("user_not_visible")
    return person


def _shares_conversation(state: State, person: Person) -> bool:
    both = {person.id, state.bot.id}
    return any(both <= found.members for found in state.conversations.values())


def _named_conversation(state: State, channel: str) -> Conversation:
    if channel.startswith("#"):
        for conversation in state.conversations.values():
            if conversation.name == channel[1:] and conversation.is_visible_to(state.bot):
                return conversation
        raise RefusedError("channel_not_found")
    if channel in state.people:
        return direct_with_bot(state, {channel})
    return visible_conversation(state, channel)


def direct_with_bot(state: State, user_ids: set[str]) -> Conversation:
    """The direct message with these people; nobody opens one with a deactivated account."""
    for user_id in user_ids:
        if known_person(state, user_id).deleted:
            raise RefusedError("user_disabled")
    if user_ids == {state.bot.id}:
        raise RefusedError("cannot_dm_bot")
    return state.direct_conversation(user_ids | {state.bot.id})
