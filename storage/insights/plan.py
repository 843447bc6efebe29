"""What is planned for when a channel is staffed."""

from __future__ import annotations

from dataclasses import dataclass

from storage.errors import UserError
from storage.insights.erlang import Target

WEEKS = 8
WAITED_ON = ("phone", "in_person", "chat")
"""Channels whose customers wait in a line until somebody is free, as Erlang C assumes."""
WORKED_IN_PARALLEL = frozenset({"chat"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned for; ``shrinkage`` is the share of paid time that is not worked."""

    channel: str
    target: Target
    shrinkage: float


def check_channel(channel: str) -> None:
    """Refuses a channel on which nobody waits for a free agent."""
    if channel not in WAITED_ON:
        raise UserError(
            "Erlang C is for channels where customers wait until somebody is free; on this"
            " channel they leave a message that is answered later.",
            "Ask for staffing phone, or how the backlog of this channel stands.",
        )
