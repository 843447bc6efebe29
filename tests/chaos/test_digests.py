"""Bots under force in small: killed at every step, with a clock that is moved on by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from slack_sdk import WebClient

from bot.blocks.message import Message
from jobs.calls import client_for_jobs
from jobs.courier import Courier, Manner
from jobs.posting import Posted, Posting
from storage.operations import outbox
from storage.operations.engine import reading
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from tests.chaos.digests import Outcome
from tests.jobs.conftest import NOW, PostOffice, office

__all__ = ["office"]

DUE = 16
BOTS = 3
SEED = 3
PATIENCE = timedelta(minutes=30)


class KilledError(BaseException):
    """The process ends here; nothing that it would have done is done."""


class DeadlyPosting(Posting):
    """A process that is killed now and then, before it posts or after."""

    def __init__(self, client: WebClient, random: Random) -> None:
        super().__init__(client)
        self._random = random

    def post(
        self, channel_id: str, message: Message, delivery_id: str, thread_ts: str | None
    ) -> Posted:
        self._may_be_killed()
        posted = super().post(channel_id, message, delivery_id, thread_ts)
        self._may_be_killed()
        return posted

    def _may_be_killed(self) -> None:
        if self._random.random() < 0.15:
            raise KilledError


def test_each_arrives_once_though_bots_are_killed_and_slack_breaks_off(
    office: PostOffice,
) -> None:
    random = Random(SEED)
    posting = DeadlyPosting(
        client_for_jobs(office.workspace.bot_token, office.workspace.api_url), random
    )
    manner = Manner(Pacing(messages_per_minute=6000))
    bots = [Courier(office.operations, posting, office.clock, manner) for _ in range(BOTS)]
    for number in range(DUE):
        office.put(f"{number}", to=office.workspace.add_channel(f"c{number}", with_bot=True).id)
    office.workspace.trouble.at_random(0.25, SEED)
    kills = 0
    while _states(office) != {DeliveryState.SENT: DUE} and office.clock() < NOW + PATIENCE:
        kills += sum(_is_killed(bot) for bot in bots)
        office.clock.move(seconds=5)
    found = Counter(message.text for message in office.workspace.messages)
    assert found == {f"message {number}": 1 for number in range(DUE)}
    assert office.workspace.trouble.happened >= 5
    assert kills >= 5


def test_outcome_is_told_in_one_line() -> None:
    outcome = Outcome(rounds=20, due=1000, lost=0, doubled=0, kills=60, troubles=130, seconds=500)
    assert str(outcome) == "rounds 20, due 1000, lost 0, doubled 0"


def _is_killed(bot: Courier) -> bool:
    """Lets it deliver all it can; whether it was killed at that."""
    try:
        bot.deliver_due()
    except KilledError:
        return True
    return False


def _states(office: PostOffice) -> dict[DeliveryState, int]:
    with reading(office.operations) as session:
        return outbox.states(session, "test:1")
