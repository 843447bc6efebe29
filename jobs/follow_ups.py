"""Low answers: given to who looks after them, told of in private, and copied into the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from bot.blocks.follow_ups import follow_up_message, unowned_message
from bot.blocks.message import Json, Message
from bot.blocks.targets import Reader
from jobs.courier import Renderers
from jobs.scheduler import Job
from storage.operations.engine import alone, reading
from storage.operations.follow_ups import FOLLOW_UP
from storage.periods import Clock, local_day
from storage.settings import Settings
from storage.surveys.assigning import UNOWNED, assign_follow_ups
from storage.surveys.followed import followed
from storage.surveys.loop_copying import copy_follow_ups, find_next_answers

ASSIGNING = "assign follow-ups"
ASSIGN_EVERY = timedelta(seconds=5)
LOOK_EVERY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class FollowUpDesk:
    """What follow-ups are worked on with; ``named_admins`` are those of ``CAREKPI_ADMINS``."""

    facts: Engine
    operations: Engine
    settings: Settings
    clock: Clock
    named_admins: frozenset[str] = frozenset()


def assigning_follow_ups(desk: FollowUpDesk) -> Job:
    """Tells within seconds of a low answer, and brings what changed into the facts.

    Of several processes one does so for all.
    """

    def assign() -> None:
        now = desk.clock()
        today = local_day(now, desk.settings.timezone)
        with alone(desk.operations, ASSIGNING) as is_ours:
            if is_ours:
                assign_follow_ups(desk.facts, desk.operations, desk.named_admins, now, today)
                copy_follow_ups(desk.facts, desk.operations, now)

    return Job(ASSIGNING, ASSIGN_EVERY, assign)


def finding_next_answers(desk: FollowUpDesk) -> Job:
    """Looks what customers answered once somebody had looked after a low answer."""

    def find() -> None:
        find_next_answers(desk.facts, desk.operations, desk.clock())

    return Job("find answers after follow-ups", LOOK_EVERY, find)


def rendering_follow_ups(desk: FollowUpDesk) -> Renderers:
    """What makes the notes, as things stand when they are sent."""

    def render(content: Json) -> Message:
        with reading(desk.operations) as session, desk.facts.connect() as facts:
            found = followed(session, facts, str(content["invitation"]))
        reader = Reader(desk.clock(), desk.settings.timezone)
        return follow_up_message(found, str(content["reader"]), reader)

    return {
        FOLLOW_UP: render,
        UNOWNED: lambda content: unowned_message(str(content["team"])),
    }
