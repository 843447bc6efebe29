"""Who a Slack user is to us: the profile from Slack, the roles and the agents from the stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import Engine, func, select

from storage.access import Member, Role, RoleGrant
from storage.facts.tables import agents
from storage.operations.engine import reading
from storage.operations.members import has_named_admin, roles_of
from storage.periods import Clock

PROFILE_LIFE = timedelta(minutes=5)
MOST_PROFILES = 20_000
ADMIN = RoleGrant(Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a user; ``email`` is in lower case, and empty where Slack hides it."""

    team_id: str
    email: str
    is_guest: bool
    is_workspace_admin: bool
    is_stranger: bool


class Members:
    """Finds members. Profiles are kept for five minutes, roles are read anew each time."""

    def __init__(
        self,
        client: WebClient,
        own_team_id: str,
        *,
        facts: Engine,
        operations: Engine,
        admins: frozenset[str],
        clock: Clock,
    ) -> None:
        self._client = client
        self._own_team_id = own_team_id
        self._facts = facts
        self._operations = operations
        self._admins = admins
        self._clock = clock
        self._profiles: dict[str, tuple[datetime, Profile]] = {}
        self._lock = Lock()

    def find(self, user_id: str) -> Member:
        """The member with everything that an access decision needs."""
        profile = self._profile(user_id)
        is_own = profile.team_id == self._own_team_id and not profile.is_stranger
        if profile.is_guest or not is_own:
            return Member(
                profile.team_id,
                user_id,
                is_guest=profile.is_guest,
                is_own_organisation=is_own,
            )
        ids, teams = self._agent(profile.email)
        return Member(
            profile.team_id,
            user_id,
            roles=self._roles(user_id, profile),
            agent_ids=ids,
            agent_teams=teams,
        )

    def _roles(self, user_id: str, profile: Profile) -> frozenset[RoleGrant]:
        """Roles given, and admin by the environment or, until one is named, by the workspace."""
        names = {user_id, profile.email} - {""}
        with reading(self._operations) as session:
            given = roles_of(session, names)
            by_workspace = profile.is_workspace_admin and not has_named_admin(session)
        return given | {ADMIN} if by_workspace or names & self._admins else given

    def _agent(self, email: str) -> tuple[frozenset[str], frozenset[str]]:
        """The ids and teams that the loaded data has for an address."""
        if not email:
            return frozenset(), frozenset()
        statement = select(agents.c.agent_id, agents.c.team).where(
            func.lower(agents.c.email) == email
        )
        with self._facts.connect() as connection:
            rows = connection.execute(statement).all()
        return (
            frozenset(agent_id for agent_id, _team in rows),
            frozenset(team for _agent_id, team in rows if team),
        )

    def _profile(self, user_id: str) -> Profile:
        now = self._clock()
        with self._lock:
            kept = self._profiles.get(user_id)
        if kept and now - PROFILE_LIFE < kept[0] <= now:
            return kept[1]
        profile = _profile(self._client.users_info(user=user_id)["user"])
        with self._lock:
            if len(self._profiles) >= MOST_PROFILES:
                self._profiles.clear()
            self._profiles[user_id] = (now, profile)
        return profile


def _profile(user: Mapping[str, Any]) -> Profile:
    return Profile(
        team_id=user.get("team_id", ""),
        email=(user.get("profile", {}).get("email") or "").lower(),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_workspace_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_stranger=bool(user.get("is_stranger") or user.get("is_bot")),
    )
