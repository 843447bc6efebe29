"""The workspace's state, under one lock; whoever changes it tells those who wait."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from bot.playground.conversations import Conversation, Kind
from bot.playground.errors import NotVisibleError, PlaygroundError
from bot.playground.manifest import Manifest
from bot.playground.messages import Message
from bot.playground.people import Person, Team
from bot.playground.record import Call, Exchange
from bot.playground.sockets import Sockets
from bot.playground.tickets import ResponseTicket, Trigger
from bot.playground.trouble import Trouble
from bot.playground.views import Views
from storage.periods import Clock

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Credentials:
    """The app's secrets, new at each start."""

    bot_token: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(24)}")
    app_token: str = field(default_factory=lambda: f"xapp-1-{secrets.token_hex(32)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))


class Identifiers:
    """Slack's ids: a letter for the kind and ten characters; timestamps are ids of messages."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._last_microsecond = 0

    def next_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):010X}"

    def next_ts(self) -> str:
        """The clock's time to the microsecond, pushed on where the clock stands still."""
        now = round(self._clock().timestamp() * 1_000_000)
        self._last_microsecond = max(now, self._last_microsecond + 1)
        seconds, microseconds = divmod(self._last_microsecond, 1_000_000)
        return f"{seconds}.{microseconds:06d}"


class State:
    """Everything the workspace knows. Hold ``changed`` to read or to write more than one thing."""

    def __init__(self, manifest: Manifest, clock: Clock, patience_seconds: float) -> None:
        self.manifest = manifest
        self.clock = clock
        self.patience_seconds = patience_seconds
        self.changed = threading.Condition(threading.RLock())
        self._changes = 0
        self._watchers: list[Callable[[], None]] = []
        self.credentials = Credentials()
        self.identifiers = Identifiers(clock)
        self.team = Team(self.identifiers.next_id("T"), "CareKPI playground", "playground")
        self.app_id = self.identifiers.next_id("A")
        self.bot_id = self.identifiers.next_id("B")
        self.bot = Person(
            id=self.identifiers.next_id("U"),
            team_id=self.team.id,
            name=manifest.app_name.lower(),
            real_name=manifest.app_name,
            is_bot=True,
        )
        self.teams: dict[str, Team] = {self.team.id: self.team}
        self.people: dict[str, Person] = {self.bot.id: self.bot}
        self.conversations: dict[str, Conversation] = {}
        self.messages: list[Message] = []
        self.views = Views()
        self.triggers: dict[str, Trigger] = {}
        self.response_tickets: dict[str, ResponseTicket] = {}
        self.trouble = Trouble()
        self.sockets = Sockets(self.changed, self.app_id)
        self.base_url = ""
        self.calls: list[Call] = []
        self.exchanges: list[Exchange] = []

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock, and wake whoever waits when done."""
        with self.changed:
            try:
                yield
            finally:
                self._changes += 1
                self.changed.notify_all()
                for tell in tuple(self._watchers):
                    tell()

    @property
    def changes(self) -> int:
        """How often anything has changed so far."""
        return self._changes

    @contextmanager
    def watching(self, tell: Callable[[], None]) -> Iterator[None]:
        """Call ``tell`` after every change until the block ends; under the lock, so be brief."""
        with self.changed:
            self._watchers.append(tell)
        try:
            yield
        finally:
            with self.changed:
                self._watchers.remove(tell)

    def wait_for(self, predicate: Callable[[], T], seconds: float) -> T:
        """What ``predicate`` gives once it is true.

        It is looked at after every change here, and now and then, for it may ask of the app too;
        the lock is not held meanwhile, so that it may call the Web API.
        """
        deadline = time.monotonic() + seconds
        seen = self._changes
        while not (result := predicate()):
            if time.monotonic() >= deadline:
                raise TimeoutError(f"not so after {seconds} seconds")
            seen = self._wait_for_change(seen)
        return result

    def _wait_for_change(self, seen: int) -> int:
        """Wait a moment for more changes than ``seen``; how many there are now."""
        with self.changed:
            self.changed.wait_for(lambda: self._changes != seen, LOOK_AGAIN_SECONDS)
            return self._changes

    def person(self, user: Person | str) -> Person:
        """The person as the workspace knows them now."""
        user_id = user if isinstance(user, str) else user.id
        found = self.people.get(user_id)
        if found is None:
            raise PlaygroundError(f"there is no person {user_id}")
        return found

    def acting(self, user: Person | str) -> Person:
        """A person who does something; a deactivated account cannot."""
        person = self.person(user)
        if person.deleted:
            raise PlaygroundError(f"{person.name} is deactivated and can do nothing")
        return person

    def conversation(self, channel: Conversation | str) -> Conversation:
        channel_id = channel if isinstance(channel, str) else channel.id
        found = self.conversations.get(channel_id)
        if found is None:
            raise PlaygroundError(f"there is no conversation {channel_id}")
        return found

    def conversation_of(self, person: Person, channel: Conversation | str) -> Conversation:
        """A conversation in which that person can write."""
        found = self.conversation(channel)
        if person.id not in found.members:
            raise NotVisibleError(f"{person.name} is not in {found.name}")
        if found.is_archived:
            raise PlaygroundError(f"nobody can write in {found.name}: it is archived")
        return found

    def direct_conversation(self, user_ids: set[str]) -> Conversation:
        """The one direct message between these people, opened where there is none yet."""
        for conversation in self.conversations.values():
            if conversation.kind.is_direct and conversation.members == user_ids:
                return conversation
        kind = Kind.DIRECT if len(user_ids) <= 2 else Kind.GROUP_DIRECT
        prefix = "D" if kind is Kind.DIRECT else "G"
        names = "--".join(sorted(self.people[user_id].name for user_id in user_ids))
        with self.changing():
            return self.add_conversation(prefix, f"mpdm-{names}-1", kind, user_ids)

    def add_conversation(
        self, prefix: str, name: str, kind: Kind, members: set[str]
    ) -> Conversation:
        conversation = Conversation(
            id=self.identifiers.next_id(prefix),
            name=name,
            kind=kind,
            created=int(self.clock().timestamp()),
            members=set(members),
        )
        self.conversations[conversation.id] = conversation
        return conversation

    def visible_messages(self, person: Person, conversation: Conversation) -> list[Message]:
        """What that person sees there, oldest first."""
        if not conversation.is_visible_to(person):
            return []
        return [
            message
            for message in self.messages
            if message.channel_id == conversation.id and message.ephemeral_for in {None, person.id}
        ]
