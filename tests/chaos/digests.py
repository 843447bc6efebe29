"""Digests under force: bots are killed and Slack breaks off, and each digest arrives once.

``python -m tests.chaos.digests --rounds 20`` closes with ``rounds 20, due 1000, lost 0, doubled 0``.
What arrived is counted in the pretend workspace, never by the bots.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import Engine

from bot.playground import Conversation, Workspace, serve
from jobs.posting import EVENT_TYPE
from storage.operations.engine import open_operations, writing
from storage.operations.outbox import Parcel, Priority, enqueue
from tests.chaos.fleet import ROOT, Fleet, fleet
from tests.postgresql import shared_server

BOTS = 3
CALL_SECONDS = 0.1
KILLED_WITHIN_SECONDS = 3.0
PATIENCE_SECONDS = 300.0
SETTINGS = "messages_per_minute = 60000\n"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be tried; ``share`` is how many of Slack's answers go wrong."""

    rounds: int
    digests: int = 50
    seed: int = 1
    share: float = 0.1


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
    random: Random

    def run(self) -> Outcome:
        began = monotonic()
        self.bots.wait_until_ready()
        for number in range(1, self.order.rounds + 1):
            self._round(number)
            print(f"round {number}: {self._arrived()} of {number * len(self.channels)}", flush=True)
        self._wait_for_the_last()
        return self._outcome(monotonic() - began)

    def _round(self, number: int) -> None:
        """All digests are due, and each bot is killed at some moment and starts again."""
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

    def _make_due(self, number: int) -> None:
        parcels = [
            Parcel(
                key=f"round {number}: {channel.id}",
                kind="digest",
                priority=Priority.DIGEST,
                recipient=channel.id,
                about="chaos",
                content={"message": {"text": f"Round {number}"}},
            )
            for channel in self.channels
        ]
        with writing(self.operations) as session:
            enqueue(session, parcels, datetime.now(UTC))

    def _wait_for_the_last(self) -> None:
        """Until all are there; and then as long as a second one could still be on its way."""
        deadline = monotonic() + PATIENCE_SECONDS
        while self._arrived() < self._due and monotonic() < deadline:
            self.bots.pass_time(0.5)
        settled = monotonic() + 2 * CLAIM.total_seconds()
        while monotonic() < settled:
            self.bots.pass_time(0.5)
