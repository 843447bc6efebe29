"""Who a Slack user is: the profile from Slack, kept for five minutes, and what the stores say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk import WebClient

from bot.stores import Stores
from storage.membership import Profile, member_of
from storage.operations.engine import reading
from storage.periods import Clock, local_day
from storage.roles import Member

PROFILE_LIFE = timedelta(minutes=5)
MOST_PROFILES = 20_000


@dataclass(frozen=True, slots=True)
class _Known:
    """What Slack said of a person, and when."""

    at: datetime
    profile: Profile
    timezone: str


class Members:
    """Finds members by their Slack user id. Roles are read anew each time."""

    def __init__(self, client: WebClient, own_team_id: str, stores: Stores, clock: Clock) -> None:
        self._client = client
        self._own_team_id = own_team_id
        self._stores = stores
        self._clock = clock
        self._profiles: dict[str, _Known] = {}
        self._lock = Lock()

    def find(self, user_id: str) -> Member:
        """The member with everything that an access decision needs."""
        profile = self._looked_up(user_id).profile
        stores = self._stores
        with reading(stores.operations) as session, stores.facts.connect() as facts:
            return member_of(
                profile,
                session,
                facts,
                named_admins=stores.admins,
                today=local_day(self._clock(), stores.settings.timezone),
            )

    def names(self, user_id: str) -> frozenset[str]:
        """What roles may have been given to this person by."""
        return self._looked_up(user_id).profile.names

    def timezone(self, user_id: str) -> str:
        """The zone in the person's own profile; the organisation's where Slack names none."""
        return self._looked_up(user_id).timezone or self._stores.settings.timezone

    def _looked_up(self, user_id: str) -> _Known:
        now = self._clock()
        with self._lock:
            kept = self._profiles.get(user_id)
        if kept and now - PROFILE_LIFE < kept.at <= now:
            return kept
        user = self._client.users_info(user=user_id)["user"]
        known = _Known(now, self._as_profile(user), str(user.get("tz") or ""))
        with self._lock:
            if len(self._profiles) >= MOST_PROFILES:
                self._profiles.clear()
            self._profiles[user_id] = known
        return known

    def _as_profile(self, user: Mapping[str, Any]) -> Profile:
        team_id = str(user.get("team_id", ""))
        is_stranger = bool(user.get("is_stranger") or user.get("is_bot") or user.get("deleted"))
        return Profile(
            slack_team_id=team_id,
            slack_user_id=str(user["id"]),
            email=user.get("profile", {}).get("email"),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_own_organisation=team_id == self._own_team_id and not is_stranger,
            is_workspace_admin=bool(user.get("is_admin") or user.get("is_owner")),
        )
