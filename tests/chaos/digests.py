"""Digests under force: bots are killed and Slack breaks off, and each digest arrives once.

``python -m tests.chaos.digests --rounds 20`` closes with
``rounds 20, due 1000, lost 0, doubled 0``.
What arrived is counted in the pretend workspace, never by the bots.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import Engine

from bot.playground import Conversation, Person, Workspace, serve
from storage.cadences.cadence import Cadence, EveryDay
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Audience
from storage.operations import digests
from storage.operations.audit import By
from storage.operations.channels import name_teams
from storage.operations.digests import DigestOrder
from storage.operations.engine import open_operations, writing
from storage.operations.handover import CLAIM
from storage.operations.occurrences import CLAIMED_FOR
from storage.periods import Grain
from storage.roles import WHOLE_ORGANISATION
from tests.chaos.fleet import ROOT, Fleet, fleet
from tests.postgresql import shared_server

BOTS = 3
CALL_SECONDS = 0.1
KILLED_WITHIN_SECONDS = 3.0
PATIENCE_SECONDS = 5 * CLAIMED_FOR.total_seconds()
SETTLED_AFTER = 3
"""So many rounds later all that a round had due is there, but for what was hit hardest."""
NAME = re.compile(r"Round \d+, digest (?P<digest>\d+)")
SETTINGS = "messages_per_minute = 60000\n"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be tried; ``share`` is how many of Slack's answers go wrong."""

    rounds: int
    digests: int = 50
    seed: int = 1
    share: float = 0.1
    logs: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, as seen in the workspace."""

    rounds: int
    due: int
    lost: int
    doubled: int
    kills: int
    troubles: int
    seconds: float
    unexpected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"rounds {self.rounds}, due {self.due}, lost {self.lost}, doubled {self.doubled}"


@dataclass
class Trial:
    """The bots, the workspace, and what is due there."""

    order: Order
    workspace: Workspace
    operations: Engine
    bots: Fleet
    channels: list[Conversation]
    owner: Person
    random: Random
    digests: dict[str, int] = field(default_factory=dict)

    def run(self) -> Outcome:
        began = monotonic()
        self.bots.wait_until_ready()
        for number in range(1, self.order.rounds + 1):
            self._round(number)
            if number > SETTLED_AFTER:
                self._retire(number - SETTLED_AFTER)
            print(f"round {number}: {self._arrived()} of {number * len(self.channels)}", flush=True)
        self._wait_for_the_last()
        return self._outcome(monotonic() - began)

    def _round(self, number: int) -> None:
        """All digests are due, and each bot is killed at some moment and starts again.

        The next round begins when most are there; the stragglers arrive during it.
        """
        moments = sorted(
            (self.random.uniform(0, KILLED_WITHIN_SECONDS), member) for member in range(BOTS)
        )
        self._make_due(number)
        began = monotonic()
        for moment, member in moments:
            while monotonic() - began < moment:
                self.bots.pass_time(0.005)
            self.bots.members[member].kill()
        self.bots.wait_until_ready()
        most = number * len(self.channels) - len(self.channels) // 5
        self._wait_until(lambda: self._arrived() >= most)

    def _make_due(self, number: int) -> None:
        """Digests that were made just before the minute at which they are due, all at once."""
        due_at = datetime.now(UTC).replace(second=0, microsecond=0)
        cadence = Cadence(EveryDay(), due_at.time(), "UTC")
        by = By(self.owner.id, due_at - timedelta(seconds=1))
        with writing(self.operations) as session:
            for position, channel in enumerate(self.channels):
                name = f"Round {number}, digest {position}"
                order = DigestOrder(
                    name, Audience.OWN, cadence, Grain.DAY, channel.id, (VOLUME.key,)
                )
                self.digests[name] = digests.make(session, order, by)

    def _retire(self, number: int) -> None:
        """What arrived is not due again, so that the last rounds find as few as the first."""
        by = By(self.owner.id, datetime.now(UTC))
        with writing(self.operations) as session:
            for position in range(len(self.channels)):
                name = f"Round {number}, digest {position}"
                if name in self._found():
                    digests.delete(session, self.digests[name], 1, by)

    def _wait_for_the_last(self) -> None:
        """Until all are there; and then as long as a second one could still be on its way."""
        self._wait_until(lambda: self._arrived() >= self._due)
        settled = monotonic() + 2 * CLAIM.total_seconds()
        self._wait_until(lambda: monotonic() >= settled)

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE_SECONDS
        while not is_so() and monotonic() < deadline:
            self.bots.pass_time(0.2)

    @property
    def _due(self) -> int:
        return self.order.rounds * len(self.channels)

    def _arrived(self) -> int:
        return len(self._found())

    def _found(self) -> Counter[str]:
        """How often each digest is there, by what its message says in its own channel."""
        positions = {channel.id: n for n, channel in enumerate(self.channels)}
        return Counter(
            named.group()
            for message in self.workspace.messages
            if (named := NAME.match(message.text))
            and int(named["digest"]) == positions.get(message.channel_id)
        )

    def _outcome(self, seconds: float) -> Outcome:
        found = self._found()
        return Outcome(
            rounds=self.order.rounds,
            due=self._due,
            lost=self._due - len(found),
            doubled=len(self.workspace.messages) - len(found),
            kills=sum(member.kills for member in self.bots.members),
            troubles=self.workspace.trouble.happened,
            seconds=seconds,
            unexpected=tuple(self.bots.unexpected),
        )


@contextmanager
def trial(order: Order) -> Iterator[Trial]:
    """Bots on an empty PostgreSQL server, in a workspace with a channel for each digest."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="carekpi-chaos-")))
        (folder / "carekpi.toml").write_text(SETTINGS)
        server = stack.enter_context(shared_server(folder))
        urls = [stack.enter_context(server.database()) for _ in range(2)]
        operations = open_operations(urls[1])
        stack.callback(operations.dispose)
        workspace = stack.enter_context(serve(ROOT / "manifest.yml"))
        channels = [workspace.add_channel(f"care-{n}", with_bot=True) for n in range(order.digests)]
        owner = workspace.add_person("eva")
        by = By("chaos", datetime.now(UTC))
        with writing(operations) as session:
            for channel in channels:
                name_teams(session, channel.id, frozenset({WHOLE_ORGANISATION}), by)
        workspace.trouble.slow(CALL_SECONDS)
        workspace.trouble.at_random(order.share, order.seed)
        environ = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": workspace.api_url,
            "CAREKPI_FACTS_URL": urls[0],
            "CAREKPI_OPERATIONS_URL": urls[1],
        }
        bots = stack.enter_context(fleet(folder, order.logs or folder, BOTS, environ))
        yield Trial(order, workspace, operations, bots, channels, owner, Random(order.seed))


def run(order: Order) -> Outcome:
    with trial(order) as running:
        return running.run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.digests", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--digests", type=int, default=50, help="how many are due in each round")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the troubles")
    parser.add_argument("--logs", type=Path, help="a folder where the bots' logs are to stay")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    outcome = run(Order(given.rounds, given.digests, given.seed, logs=given.logs))
    print(f"{outcome.kills} kills, {outcome.troubles} calls in trouble, {outcome.seconds:.0f} s")
    print("\n".join(outcome.unexpected))
    print(outcome)
    return 1 if outcome.lost or outcome.doubled else 0


if __name__ == "__main__":
    sys.exit(main())
