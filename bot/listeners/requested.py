"""One line in the log for each request of Slack's: where it came from, and what became of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Any

from bot.surfaces import surface_of
from storage.monitoring.occasion import occasion

logger = logging.getLogger("carekpi.requests")


class Outcome(Enum):
    """What became of a request; ``REFUSED`` is a sentence that says why there is no answer."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAULT = "fault"


@dataclass(slots=True)
class Requested:
    """A request while it is seen to; all that is logged meanwhile bears its reference."""

    reference: str
    outcome: Outcome = Outcome.ANSWERED


@contextmanager
def requested(body: Mapping[str, Any]) -> Iterator[Requested]:
    """Until the block ends, which is when the person has got an answer or will get none."""
    begun = perf_counter()
    with occasion(surface_of(body)) as now:
        request = Requested(now.reference)
        try:
            yield request
        except BaseException:
            request.outcome = Outcome.FAULT
            raise
        finally:
            _log(now.surface, request.outcome, round((perf_counter() - begun) * 1000))


def _log(surface: str, outcome: Outcome, milliseconds: int) -> None:
    fields = {"event": "request", "outcome": outcome.value, "milliseconds": milliseconds}
    told = (surface, outcome.value, milliseconds)
    logger.info("%s: %s in %s ms", *told, extra={"fields": fields})
