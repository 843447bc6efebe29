"""Every Web API method that the workspace answers, with the scopes that grant it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.playground.methods import chat, connection, conversations, users, views
from bot.playground.methods.arguments import Arguments
from bot.playground.state import State


class TokenKind(Enum):
    """Which of the app's tokens a method wants."""

    NONE = "none"
    BOT = "bot"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Method:
    """A method: any one of ``scopes`` grants it.

    Where the scope depends on the type of the conversation, the function itself asks for it.
    """

    name: str
    function: Callable[[State, Arguments], dict[str, Any]]
    scopes: tuple[str, ...] = ()
    token: TokenKind = TokenKind.BOT


METHODS = (
    Method("api.test", connection.api_test, token=TokenKind.NONE),
    Method("auth.test", connection.auth_test),
    Method("apps.connections.open", connection.open_connection, token=TokenKind.APP),
    Method("chat.postMessage", chat.post_message, ("chat:write",)),
    Method("chat.postEphemeral", chat.post_ephemeral, ("chat:write",)),
    Method("chat.update", chat.update, ("chat:write",)),
    Method("chat.delete", chat.delete, ("chat:write",)),
    Method("chat.getPermalink", chat.get_permalink),
    Method("conversations.open", conversations.open_direct),
    Method("conversations.info", conversations.info),
    Method("conversations.history", conversations.history),
    Method("conversations.replies", conversations.replies),
    Method("conversations.list", conversations.list_all),
    Method("conversations.members", conversations.members),
    Method("conversations.join", conversations.join, ("channels:join",)),
    Method("users.conversations", conversations.list_joined),
    Method("users.info", users.info, ("users:read",)),
    Method("users.list", users.list_all, ("users:read",)),
    Method("users.lookupByEmail", users.lookup_by_email, ("users:read.email",)),
    Method("team.info", users.team_info, ("team:read",)),
    Method("views.open", views.open_view),
    Method("views.push", views.push),
    Method("views.update", views.update),
    Method("views.publish", views.publish),
)

BY_NAME = {method.name: method for method in METHODS}
