"""The pretend workspace in a process of its own, and the bot's process's hold on it.

What it remembers grows with all that happens; in the bot's process it would be taken for the bot's.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.playground import Message, Workspace, serve
from bot.playground.errors import PlaygroundError
from jobs.posting import EVENT_TYPE
from tests.soak.company import Company
from tests.soak.people import ANSWERED, Act, Hands, People

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
AT_ONCE = 6
SLACK_WAITS_SECONDS = 30
"""Slack has 3; here a busy machine must not be taken for a bot that does not answer."""
LATEST_KEPT = 3000


@dataclass(frozen=True, slots=True)
class Access:
    """What the bot is told of the workspace."""

    api_url: str
    bot_token: str
    signing_secret: str


@dataclass
class TownClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Town:
    """The workspace; every public method can be called from the bot's process."""

    def __init__(self, workspace: Workspace, clock: TownClock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._hands: Hands | None = None
        self._pool = ThreadPoolExecutor(AT_ONCE)
        self._asked: Counter[str] = Counter()
        self._before = 0
        self._digests: Counter[tuple[str, str]] = Counter()

    def access(self) -> Access:
        workspace = self._workspace
        return Access(workspace.api_url, workspace.bot_token, workspace.signing_secret)

    def populate(self, company: Company) -> People:
        """Adds everybody, and returns their ids."""
        people = People.move_in(self._workspace, company)
        self._hands = Hands(self._workspace, people)
        return people

    def connect(self, url: str) -> None:
        self._workspace.connect_http(url)

    def move(self, now: datetime) -> None:
        self._clock.now = now

    def live(self, acts: Sequence[Act]) -> list[str]:
        """Has people do this, several at once; returns what went otherwise than it should."""
        state = self._workspace.state
        with state.changed:
            self._before = len(state.messages)
        self._asked = Counter(act.who for act in acts if act.how in ANSWERED)
        found = list(self._pool.map(self._do, acts))
        with state.changed:
            state.calls.clear()
            state.exchanges.clear()
        return [problem for problem in found if problem]

    def unanswered(self) -> list[str]:
        """Who asked of late and was not answered as often."""
        state = self._workspace.state
        with state.changed:
            messages = state.messages[self._before :]
        answered = Counter(map(self._reader, messages))
        return sorted((self._asked - answered).elements())

    def tidy(self) -> None:
        """Counts the digests that came since it was done last, and throws most of what is old."""
        state = self._workspace.state
        with state.changing():
            self._digests.update(filter(None, map(self._digest, state.messages)))
            for each in state.messages:
                each.metadata = None
            del state.messages[:-LATEST_KEPT]
            state.response_tickets.clear()
            state.triggers.clear()

    def digests(self) -> Counter[tuple[str, str]]:
        """How often each digest came, by recipient and heading."""
        return self._digests

    def _do(self, act: Act) -> str:
        try:
            problem: str = getattr(self._hands, act.how)(act.who, act.what)
        except (PlaygroundError, TimeoutError, AssertionError) as error:
            problem = str(error) or type(error).__name__
        return f"{act.how} {act.what}: {problem}" if problem else ""

    def _reader(self, message: Message) -> str:
        """Who alone reads it; nobody for what people wrote."""
        if not message.bot_id:
            return ""
        return message.ephemeral_for or self._partner(message.channel_id)

    def _partner(self, channel_id: str) -> str:
        """Who is in a direct message with the bot; else the conversation itself."""
        conversation = self._workspace.state.conversations[channel_id]
        others = conversation.members - {self._workspace.bot.id}
        return min(others) if conversation.kind.is_direct and len(others) == 1 else channel_id

    def _digest(self, message: Message) -> tuple[str, str] | None:
        """Whose a delivery is and its heading; None for what is none, or has none."""
        if not message.metadata or message.metadata["event_type"] != EVENT_TYPE:
            return None
        header = message.blocks[0] if message.blocks else {}
        is_headed = header.get("type") == "header"
        return (self._partner(message.channel_id), header["text"]["text"]) if is_headed else None


class Line:
    """The bot's end: what ``Town`` can do, over a pipe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def call(self, name: str, *given: object) -> Any:
        """Raises:
        RuntimeError: it went wrong over there.
        """
        self._connection.send((name, given))
        is_well, result = self._connection.recv()
        if not is_well:
            raise RuntimeError(f"{name}: {result}")
        return result


@contextmanager
def founded(now: datetime) -> Iterator[Line]:
    """A town until the block ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, now), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Line(ours)
    finally:
        ours.close()
        process.join(10)
        process.terminate()


def _run(connection: Connection, now: datetime) -> None:
    clock = TownClock(now)
    with serve(MANIFEST, clock, patience_seconds=SLACK_WAITS_SECONDS) as workspace:
        town = Town(workspace, clock)
        while (asked := _received(connection)) is not None:
            name, given = asked
            connection.send(_outcome(getattr(town, name), given))


def _received(connection: Connection) -> tuple[str, tuple[Any, ...]] | None:
    try:
        received: tuple[str, tuple[Any, ...]] = connection.recv()
    except EOFError:
        return None
    return received


def _outcome(act: Callable[..., Any], given: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, act(*given)
    except (PlaygroundError, LookupError, TypeError, ValueError, AttributeError) as error:
        return False, f"{type(error).__name__}: {error}"
