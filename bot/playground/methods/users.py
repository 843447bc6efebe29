"""users.* and team.info: who there is."""

from __future__ import annotations

from typing import Any

from bot.playground.errors import RefusedError
from bot.playground.methods.access import known_person
from bot.playground.methods.arguments import Arguments
from bot.playground.methods.pages import page
from bot.playground.people import Person, describe_person
from bot.playground.state import State

Answer = dict[str, Any]


def info(state: State, arguments: Arguments) -> Answer:
    return {"user": _describe(state, known_person(state, arguments.required("user")))}


def list_all(state: State, arguments: Arguments) -> Answer:
    """The own team, deactivated accounts and the bot included; not other organisations."""
    own = [person for person in state.people.values() if person.team_id == state.team.id]
    shown, cursor = page(own, arguments)
    return {
        "members": [_describe(state, person) for person in shown],
        "cache_ts": int(state.clock().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(state: State, arguments: Arguments) -> Answer:
    """Active members of the own team by e-mail, in whatever case it is written."""
    email = arguments.required("email").lower()
    for person in state.people.values():
        is_own = person.team_id == state.team.id and not person.deleted
        if is_own and (person.email or "").lower() == email:
            return {"user": _describe(state, person)}
    raise RefusedError("users_not_found")


def team_info(state: State, arguments: Arguments) -> Answer:
    asked_for = arguments.text("team")
    if asked_for and asked_for != state.team.id:
        raise RefusedError("team_not_found")
    team = {"id": state.team.id, "name": state.team.name, "domain": state.team.domain}
    return {"team": team}


def _describe(state: State, person: Person) -> dict[str, Any]:
    with_email = "users:read.email" in state.manifest.scopes
    return describe_person(person, with_email=with_email)
