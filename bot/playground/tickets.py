"""What Slack hands out with an interaction: a trigger id and a ``response_url``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.messages import Message

TRIGGER_LIFETIME = timedelta(seconds=3)
RESPONSE_URL_LIFETIME = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class Trigger:
    """A trigger id: good for one view, for three seconds.

    ``view_id`` is the modal that it was given out in, which alone allows to push another.
    """

    id: str
    user_id: str
    issued_at: datetime
    view_id: str | None = None
    is_used: bool = False

    def is_old(self, now: datetime) -> bool:
        return now - self.issued_at > TRIGGER_LIFETIME


@dataclass(slots=True)
class ResponseTicket:
    """A ``response_url``: good for five answers within 30 minutes.

    ``message`` is the clicked message, which ``replace_original`` and ``delete_original`` mean.
    """

    id: str
    channel_id: str
    user_id: str
    issued_at: datetime
    message: Message | None = None
    uses: int = 0

    def is_old(self, now: datetime) -> bool:
        return now - self.issued_at > RESPONSE_URL_LIFETIME
