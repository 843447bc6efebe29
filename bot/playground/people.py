"""People and the organisations they belong to, as Slack describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Team:
    """An organisation's workspace; the first one is where the app is installed."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Person:
    """A user, the app's own bot user included.

    ``is_restricted`` is a guest, ``is_ultra_restricted`` a guest of a single channel,
    ``is_stranger`` someone of another organisation.
    """

    id: str
    team_id: str
    name: str
    real_name: str
    email: str | None = None
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    tz: str = "UTC"

    @property
    def sees_only_joined_channels(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted or self.is_stranger


def describe_person(person: Person, *, with_email: bool) -> dict[str, Any]:
    """The ``user`` object of the Web API; the e-mail only where the token may read it."""
    if person.deleted:
        return _identity(person, with_email=with_email)
    return _identity(person, with_email=with_email) | {
        "tz": person.tz,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
    }


def _identity(person: Person, *, with_email: bool) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "real_name": person.real_name,
        "display_name": person.name,
        "team": person.team_id,
    }
    if with_email and person.email and not person.is_stranger:
        profile["email"] = person.email
    user = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "profile": profile,
    }
    return user | {"is_stranger": True} if person.is_stranger else user
