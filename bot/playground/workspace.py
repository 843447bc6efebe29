"""The pretend workspace: who and what there is, what people do, and what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.playground import clicking, forms, signed_http, talking
from bot.playground.acting import Actor
from bot.playground.conversations import Conversation, Kind
from bot.playground.delivery import Delivery
from bot.playground.errors import NotVisibleError
from bot.playground.looking import Surface, find_surface
from bot.playground.manifest import Manifest
from bot.playground.messages import Message
from bot.playground.people import Person, Team
from bot.playground.record import Attempt, Call, Exchange
from bot.playground.state import State
from bot.playground.trouble import Trouble
from bot.playground.views import View
from storage.periods import Clock

T = TypeVar("T")

User = Person | str
Channel = Conversation | str


class Workspace:
    """A Slack workspace with the app installed as its manifest declares.

    People and conversations are given as objects or by id. ``patience_seconds`` is how long
    Slack waits for an acknowledgement, in real time; all else goes by ``clock``.
    """

    def __init__(self, manifest: Manifest, clock: Clock, patience_seconds: float = 3.0) -> None:
        self.state = State(manifest, clock, patience_seconds)
        self._delivery = Delivery(self.state)

    @property
    def api_url(self) -> str:
        """For ``WebClient(base_url=...)`` and ``SLACK_API_URL``."""
        return f"{self.state.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.state.credentials.bot_token

    @property
    def app_token(self) -> str:
        return self.state.credentials.app_token

    @property
    def signing_secret(self) -> str:
        return self.state.credentials.signing_secret

    @property
    def team(self) -> Team:
        return self.state.team

    @property
    def bot(self) -> Person:
        return self.state.bot

    @property
    def calls(self) -> list[Call]:
        """Every Web API call and every use of a ``response_url``, in order."""
        with self.state.changed:
            return list(self.state.calls)

    @property
    def exchanges(self) -> list[Exchange]:
        """Every request sent to the app, in order."""
        with self.state.changed:
            return list(self.state.exchanges)

    @property
    def messages(self) -> list[Message]:
        """Every message of every conversation, in order."""
        with self.state.changed:
            return list(self.state.messages)

    @property
    def trouble(self) -> Trouble:
        """What is to go wrong next."""
        return self.state.trouble

    @property
    def open_sockets(self) -> int:
        return self.state.sockets.open_count

    def add_team(self, name: str) -> Team:
        """Another organisation, for people and shared channels."""
        domain = name.lower().replace(" ", "-")
        with self.state.changing():
            team = Team(self.state.identifiers.next_id("T"), name, domain)
            self.state.teams[team.id] = team
        return team

    def add_person(
        self,
        name: str,
        *,
        real_name: str | None = None,
        email: str | None = None,
        team: Team | None = None,
        **traits: Any,
    ) -> Person:
        """A person; ``traits`` are fields of ``Person``: ``is_admin``, ``is_restricted``."""
        with self.state.changing():
            person = Person(
                id=self.state.identifiers.next_id("U"),
                team_id=(team or self.state.team).id,
                name=name,
                real_name=real_name or name.title(),
                email=email or f"{name}@example.com",
                is_stranger=team is not None,
                **traits,
            )
            self.state.people[person.id] = person
        return person

    def change_person(self, user: User, **traits: Any) -> Person:
        """The person with other traits from now on: deactivated, made an admin, renamed."""
        with self.state.changing():
            person = replace(self.state.person(user), **traits)
            self.state.people[person.id] = person
        return person

    def add_channel(
        self,
        name: str,
        members: Iterable[User] = (),
        *,
        with_bot: bool = False,
        is_private: bool = False,
        is_archived: bool = False,
        shared_with: Iterable[Team] = (),
    ) -> Conversation:
        with self.state.changing():
            kind = Kind.PRIVATE if is_private else Kind.PUBLIC
            ids = {self.state.person(member).id for member in members}
            ids |= {self.state.bot.id} if with_bot else set()
            conversation = self.state.add_conversation("C", name, kind, ids)
            conversation.is_archived = is_archived
            conversation.shared_with = tuple(team.id for team in shared_with)
        return conversation

    def invite(self, channel: Channel, *users: User) -> None:
        """Let people, or the app's bot, into a conversation."""
        with self.state.changing():
            members = self.state.conversation(channel).members
            members |= {self.state.person(user).id for user in users}

    def direct(self, *users: User) -> Conversation:
        """The direct message between the app and one person, or between several people."""
        with self.state.changed:
            ids = {self.state.person(user).id for user in users}
            return self.state.direct_conversation(ids if len(ids) > 1 else ids | {self.bot.id})

    def command(self, user: User, channel: Channel, typed: str) -> Exchange:
        """Type a slash command, such as ``/kpi fcr weekly``, in a conversation."""
        actor = self._actor(user)
        conversation = self.state.conversation_of(actor.person, channel)
        return talking.run_command(actor, conversation, typed)

    def post(
        self, user: User, channel: Channel, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """Write a message; the app hears of it where the manifest subscribes to it."""
        actor = self._actor(user)
        conversation = self.state.conversation_of(actor.person, channel)
        message, _ = talking.write(actor, conversation, text, thread_ts)
        return message

    def mention(self, user: User, channel: Channel, text: str) -> Exchange:
        """Write to the app by name in a channel."""
        return self._write("app_mention", user, channel, f"@{self.bot.name} {text}")

    def message_app(self, user: User, text: str) -> Exchange:
        """Write to the app in the direct message with it."""
        return self._write("message.im", user, self.direct(user), text)

    def open_home(self, user: User, *, tab: str = "home") -> Exchange:
        return talking.open_home(self._actor(user), tab)

    def click(
        self, user: User, what: str, on: Surface | None = None, *, confirm: bool = False
    ) -> Exchange:
        """Press the button of that text or action id.

        Without ``on`` it is looked for in the open modal, or else in the newest message that the
        person sees with such an element.
        """
        actor = self._actor(user)
        surface = find_surface(self.state, actor.person, what, on)
        return clicking.press(actor, what, surface, confirm=confirm)

    def shortcut(self, user: User, message: Message, name: str) -> Exchange:
        """Choose an entry of the app in a message's menu."""
        return clicking.use_shortcut(self._actor(user), message, name)

    def choose(
        self,
        user: User,
        what: str,
        choice: Any,
        on: Surface | None = None,
        *,
        confirm: bool = False,
    ) -> Exchange | None:
        """Choose an option by its text or value, or a person, channel, date or text as it is.

        None where nothing is sent yet: in a form's input.
        """
        actor = self._actor(user)
        surface = find_surface(self.state, actor.person, what, on)
        return clicking.choose(actor, what, choice, surface, confirm=confirm)

    def fill(self, user: User, values: Mapping[str, Any]) -> None:
        """Fill in the open modal: label or action id to a text or a choice."""
        for what, choice in values.items():
            self.choose(user, what, choice, on=self.modal(user))

    def submit(self, user: User, values: Mapping[str, Any] | None = None) -> Exchange:
        """Fill in the open modal and submit it."""
        self.fill(user, values or {})
        return forms.submit(self._actor(user))

    def close(self, user: User) -> Exchange | None:
        return forms.close(self._actor(user))

    def visible(self, user: User, channel: Channel) -> list[Message]:
        """The messages that this person sees there, oldest first; none where they cannot look."""
        person, conversation = self.state.person(user), self.state.conversation(channel)
        with self.state.changed:
            return self.state.visible_messages(person, conversation)

    def modal(self, user: User) -> View:
        """The modal on top for this person."""
        return forms.open_modal(self.state, self.state.person(user))

    def has_modal(self, user: User) -> bool:
        return self.state.views.top(self.state.person(user).id) is not None

    def home(self, user: User) -> View | None:
        """The Home tab as published for this person."""
        return self.state.views.homes.get(self.state.person(user).id)

    def connect_http(self, url: str) -> None:
        """Send requests to this address; several addresses take turns."""
        self._delivery.add_url(url)

    def refresh_sockets(self) -> None:
        """Tell every open Socket Mode connection that it ends soon."""
        self.state.sockets.refresh()

    def drop_sockets(self) -> None:
        """Cut every Socket Mode connection without announcing it."""
        self.state.sockets.drop()

    def redeliver(self) -> list[Exchange]:
        """Send again the unheard events whose time has come, by the clock."""
        return self._delivery.redeliver()

    def send_raw(self, url: str, body: str, headers: Mapping[str, str]) -> Attempt:
        """Send what an attacker would; ``signed_http.sign`` makes a signature to spoil."""
        return signed_http.post(url, body, headers, self.state.patience_seconds)

    def wait_for(self, predicate: Callable[[], T], seconds: float = 30.0) -> T:
        """What ``predicate`` gives once it is true; TimeoutError if it does not become so."""
        return self.state.wait_for(predicate, seconds)

    def _actor(self, user: User) -> Actor:
        return Actor(self.state.acting(user), self.state, self._delivery)

    def _write(self, event: str, user: User, channel: Channel, text: str) -> Exchange:
        talking.refuse_undeclared_event(self.state, event)
        actor = self._actor(user)
        conversation = self.state.conversation_of(actor.person, channel)
        _, exchanges = talking.write(actor, conversation, text)
        if not exchanges:
            raise NotVisibleError(f"the app is not in {conversation.name}")
        return exchanges[-1]
