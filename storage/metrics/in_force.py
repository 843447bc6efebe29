"""What the settings make of a metric's words: ``{service_level}`` becomes ``20 seconds``."""

from __future__ import annotations

from storage.metrics.definition import Aside, Metric
from storage.settings import Settings


def in_force(words: str, settings: Settings) -> str:
    """A formula or small print with the figures that hold here."""
    days = _many(settings.repeat_contact_days, "day")
    issue = "" if settings.repeat_contact_any_issue else "about the same issue "
    return words.format(
        service_level=_many(settings.service_level_seconds, "second"),
        short_abandon=_many(settings.short_abandon_seconds, "second"),
        repeat=f"{issue}within {days}",
    )


def asides_in_force(metric: Metric, settings: Settings) -> tuple[Aside, ...]:
    """What stands beside a metric here: business time only where there is a calendar."""
    return tuple(a for a in metric.asides if settings.calendars or not a.is_business_time)


def _many(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
