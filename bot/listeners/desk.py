"""What every listener works with."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.answering import Answering
from bot.channels import Channels
from bot.members import Members
from storage.periods import Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to each listener as it is registered."""

    members: Members
    answering: Answering
    channels: Channels
    operations: Engine
    clock: Clock
    bot_user_id: str
