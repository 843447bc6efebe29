"""How Slack encodes what a person types: entities, and ids for the names it knows."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.playground.people import Person
from bot.playground.state import State

MENTION = re.compile(r"(?<!\S)([@#])([\w.-]*\w)")
LINK = re.compile(r"(?<!\S)(https?://[^\s<>|]+)")
EVERYBODY = frozenset({"channel", "here", "everyone"})


def encode_entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode_command_text(state: State, person: Person, text: str) -> str:
    """Command text where the manifest says ``should_escape``.

    Example: ``role @ana in #billing`` becomes ``role <@U123|ana> in <#C123|billing>``.
    """
    encoded = LINK.sub(r"<\1>", encode_entities(text))
    return MENTION.sub(_named(state, person, with_name=True), encoded)


def encode_message_text(state: State, person: Person, text: str) -> str:
    """Message text: mentions carry the id alone."""
    encoded = LINK.sub(r"<\1>", encode_entities(text))
    return MENTION.sub(_named(state, person, with_name=False), encoded)


def _named(state: State, person: Person, *, with_name: bool) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        sign, name = match.groups()
        if sign == "@" and name in EVERYBODY:
            return f"<!{name}>"
        found = _user_id(state, name) if sign == "@" else _channel_id(state, person, name)
        if found is None:
            return match.group()
        return f"<{sign}{found}|{name}>" if with_name else f"<{sign}{found}>"

    return replace


def _user_id(state: State, name: str) -> str | None:
    """Slack's own client offers names whatever their case."""
    wanted = name.casefold()
    named = (user.id for user in state.people.values() if user.name.casefold() == wanted)
    return next(named, None)


def _channel_id(state: State, person: Person, name: str) -> str | None:
    for conversation in state.conversations.values():
        is_named = conversation.name == name and not conversation.kind.is_direct
        if is_named and conversation.is_visible_to(person):
            return conversation.id
    return None
