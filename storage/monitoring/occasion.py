"""What is being done in this thread: a request of somebody's, or a job's turn, by a reference."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from secrets import token_hex

REFERENCE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Occasion:
    """``reference`` stands in all log lines of it; ``surface`` says where it came from.

    A surface is one of our own words, such as ``/kpi`` or ``event app_mention``, never a person's.
    """

    reference: str
    surface: str


_now: ContextVar[Occasion | None] = ContextVar("occasion", default=None)


def current() -> Occasion | None:
    """What this thread is at; None between two."""
    return _now.get()


@contextmanager
def occasion(surface: str) -> Iterator[Occasion]:
    """One of its own until the block ends, with a new reference."""
    begun = Occasion(token_hex(REFERENCE_BYTES), surface)
    before = _now.set(begun)
    try:
        yield begun
    finally:
        _now.reset(before)
