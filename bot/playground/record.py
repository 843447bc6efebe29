"""What happened, in order: every Web API call, and every request sent to the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Payload = dict[str, Any]

DID_NOT_RESPOND = "The app did not respond."


@dataclass(frozen=True, slots=True)
class Call:
    """A Web API call (or a use of a ``response_url``) and its answer; tokens are left out."""

    method: str
    arguments: Payload
    status: int
    answer: Payload
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request: ``status`` is None where no answer came in time."""

    status: int | None
    body: Payload | str | None
    seconds: float

    @property
    def is_acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Exchange:
    """A request to the app and what came of it.

    ``problem`` is what the person is told where the answer was late, missing or unusable.
    """

    kind: str
    payload: Payload
    at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    problem: str | None = None

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    @property
    def is_acknowledged(self) -> bool:
        return any(attempt.is_acknowledged for attempt in self.attempts)

    @property
    def status(self) -> int | None:
        return self.last.status

    @property
    def body(self) -> Payload | str | None:
        return self.last.body

    @property
    def seconds(self) -> float:
        return self.last.seconds
