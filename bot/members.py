"""Who a Slack user is: the profile from Slack, kept for five minutes, and what the stores say."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from slack_sdk import WebClient

from bot.stores import Stores
from storage.membership import member_of
from storage.operations.engine import reading
from storage.operations.slack_people import KnownPerson, as_told
from storage.periods import Clock, local_day
from storage.roles import Member

PROFILE_LIFE = timedelta(minutes=5)
MOST_PROFILES = 20_000


class Members:
    """Finds members by their Slack user id. Roles are read anew each time."""

    def __init__(self, client: WebClient, own_team_id: str, stores: Stores, clock: Clock) -> None:
        self._client = client
        self._own_team_id = own_team_id
        self._stores = stores
        self._clock = clock
        self._profiles: dict[str, tuple[datetime, KnownPerson]] = {}
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

    def _looked_up(self, user_id: str) -> KnownPerson:
        now = self._clock()
        with self._lock:
            self._forget_old(now)
            kept = self._profiles.get(user_id)
        if kept and _is_fresh(kept[0], now):
            return kept[1]
        user = self._client.users_info(user=user_id)["user"]
        known = as_told(user, self._own_team_id)
        with self._lock:
            if len(self._profiles) >= MOST_PROFILES:
                self._profiles.clear()
            self._profiles.pop(user_id, None)
            self._profiles[user_id] = (now, known)
        return known

    def _forget_old(self, now: datetime) -> None:
        """The oldest come first, as each is put at the end when it was looked up."""
        while self._profiles:
            oldest = next(iter(self._profiles))
            if _is_fresh(self._profiles[oldest][0], now):
                return
            del self._profiles[oldest]


def _is_fresh(looked_up_at: datetime, now: datetime) -> bool:
    return now - PROFILE_LIFE < looked_up_at <= now
