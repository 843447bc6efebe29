"""A digest in a list for a terminal: when it is due next, and what became of it last."""

from __future__ import annotations

from datetime import datetime

from bot.blocks.dates import instant_name
from bot.blocks.digest_names import audience_name, scope_name
from bot.blocks.digest_runs import counted
from bot.blocks.summary import upper
from bot.blocks.untrusted import name
from storage.cadences.occurrences import next_occurrence
from storage.cadences.writing import described
from storage.digests.audiences import entry_of
from storage.metrics.definition import Audience
from storage.operations.digest_models import OccurrenceState, PlanState
from storage.operations.digests import Digest
from storage.operations.occurrences import Run

LONGEST_NAME = 80


def digest_lines(digest: Digest, last: Run | None, now: datetime) -> list[str]:
    order = digest.order
    told = ", ".join(filter(None, (audience_name(order), scope_name(order))))
    of_each = digest.owner if order.audience is Audience.OWN else entry_of(order.audience).of_each
    return [
        f"{digest.id}  {name(order.name, LONGEST_NAME)}",
        f"   {upper(told)}, to {order.channel_id or of_each}",
        f"   {upper(described(order.cadence))}. {_next(digest, now)}",
        f"   Last: {_last(digest, last, now)}",
    ]


def _next(digest: Digest, now: datetime) -> str:
    if digest.state is PlanState.PAUSED:
        return "Paused."
    cadence = digest.order.cadence
    due_at = next_occurrence(cadence, max(now, digest.decided_until)).due_at
    return f"Next: {instant_name(due_at, now, cadence.timezone)}."


def _last(digest: Digest, last: Run | None, now: datetime) -> str:
    if last is None:
        return "never."
    when = instant_name(last.due_at, now, digest.order.cadence.timezone)
    late = ", late" if last.is_late else ""
    return f"{when}{late}, {_outcome(last)}"


def _outcome(run: Run) -> str:
    """``skipped. Nothing new since the last one.``, ``4,980 sent, 20 failed.``."""
    if run.state is OccurrenceState.DUE:
        return "waiting."
    if run.state is not OccurrenceState.PLANNED:
        return f"{run.state.value}. {run.reason}".strip()
    return f"{counted(run.deliveries)}."
