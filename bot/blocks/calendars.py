"""The calendars of the settings, by the teams that go by them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks.names import listed
from bot.blocks.untrusted import name
from storage.calendars import EVERY_TEAM
from storage.settings import Settings

MOST_CALENDARS = 3


def calendars_named(settings: Settings, teams: Sequence[str] = ()) -> str:
    """``billing (Europe/Berlin) and of every other team (UTC)``: of some teams, or of all."""
    asked = {settings.calendar_name(team) for team in teams}
    kept = [each for each in settings.calendars if not teams or each in asked]
    told = [f"{_whose(each, len(kept))} ({_where(each, settings)})" for each in kept]
    if len(told) > MOST_CALENDARS:
        told = [*told[: MOST_CALENDARS - 1], f"{len(told) - MOST_CALENDARS + 1} more teams"]
    return listed(told)


def _whose(team: str, calendars: int) -> str:
    if team != EVERY_TEAM:
        return name(team)
    return "every team" if calendars == 1 else "every other team"


def _where(team: str, settings: Settings) -> str:
    calendar = settings.calendars[team]
    return ", ".join(filter(None, (calendar.timezone, _holidays(calendar.holidays))))


def _holidays(place: str) -> str:
    return f"holidays of {place}" if place else ""
