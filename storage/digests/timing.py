"""Which period a digest tells, and as of when."""

from __future__ import annotations

from datetime import datetime, time

from storage.cadences.occurrences import Occurrence
from storage.cadences.telling import period_told, usual_choice
from storage.digests.told import Timing
from storage.metrics.definition import Audience
from storage.operations.digests import DigestOrder
from storage.periods import Grain, PeriodChoice, Which, zone

NOON = time(12)


def timing_of(
    order: DigestOrder, due_at: datetime, now: datetime, timezone: str, *, is_late: bool = False
) -> Timing:
    """What is told where it is due at an instant, with the periods of ``timezone``.

    A digest run by hand is due when it is asked for.
    """
    cadence = order.cadence
    local = due_at.astimezone(zone(cadence.timezone)).replace(tzinfo=None)
    occurrence = Occurrence(local.isoformat(timespec="minutes"), due_at)
    period = period_told(_choice(order), cadence, occurrence, timezone)
    return Timing(period, due_at, now, cadence.timezone, is_late)


def _choice(order: DigestOrder) -> PeriodChoice:
    """The last period; the running one where the cadence ends it, as an agent's note at 17:30."""
    usual = usual_choice(order.cadence)
    if usual.grain is order.grain and usual.which is Which.THIS:
        return usual
    ends_the_day = order.audience is Audience.AGENTS and order.cadence.at >= NOON
    if order.grain is Grain.DAY and ends_the_day:
        return PeriodChoice(Grain.DAY, Which.THIS)
    return PeriodChoice(order.grain)
