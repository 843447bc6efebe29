"""api.test, auth.test and apps.connections.open: who is calling, and where to connect."""

from __future__ import annotations

from typing import Any

from bot.playground.errors import RefusedError
from bot.playground.methods.arguments import Arguments
from bot.playground.state import State

Answer = dict[str, Any]


def api_test(_state: State, arguments: Arguments) -> Answer:
    error = arguments.text("error")
    if error:
        raise RefusedError(error, args=dict(arguments.values))
    return {"args": dict(arguments.values)}


def auth_test(state: State, _arguments: Arguments) -> Answer:
    return {
        "url": f"https://{state.team.domain}.slack.com/",
        "team": state.team.name,
        "user": state.bot.name,
        "team_id": state.team.id,
        "user_id": state.bot.id,
        "bot_id": state.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(state: State, _arguments: Arguments) -> Answer:
    """A Socket Mode address that is good for one connection."""
    return {"url": state.sockets.new_address()}
