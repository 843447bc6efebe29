"""What the settings make of a metric's words: ``{service_level}`` becomes ``20 seconds``."""

from __future__ import annotations

from string import Formatter

from storage.metrics.definition import Aside, Metric
from storage.settings import Settings


def in_force(words: str, settings: Settings) -> str:
    """A formula or small print with the figures that hold here."""
    return words.format(**_values(settings))


def shaping(metric: Metric, settings: Settings) -> dict[str, str]:
    """The settings that shape a metric's figures, each with the value that holds here."""
    values = _values(settings)
    fields = Formatter().parse(f"{metric.formula} {metric.small_print}")
    named = {field: values[field] for _, field, _, _ in fields if field}
    return named | {"smallest sample": f"{settings.smallest_sample(metric.key)} {metric.noun}"}


def _values(settings: Settings) -> dict[str, str]:
    days = _many(settings.repeat_contact_days, "day")
    issue = "" if settings.repeat_contact_any_issue else "about the same issue "
    times = {
        "service_level_seconds": settings.service_level_seconds,
        "short_abandon_seconds": settings.short_abandon_seconds,
    }
    told = {key.removesuffix("_seconds"): _many(each, "second") for key, each in times.items()}
    return told | {"repeat": f"{issue}within {days}"}


def asides_in_force(metric: Metric, settings: Settings) -> tuple[Aside, ...]:
    """What stands beside a metric here: business time only where there is a calendar."""
    return tuple(a for a in metric.asides if settings.calendars or not a.is_business_time)


def _many(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
