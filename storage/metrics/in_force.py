"""What the settings make of a metric's words: ``{service_level}`` becomes ``20 seconds``."""

from __future__ import annotations

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


def _many(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"
