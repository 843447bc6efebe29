"""A cadence: on which days, at what local time, in which zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum

from storage.calendar_settings import UnfitCalendarError, holiday_place
from storage.calendars import working_days
from storage.errors import UserError
from storage.periods import Grain, zone

MOST_WORKING_DAYS = 23
"""The most that a month has."""


class Weekday(Enum):
    """In the calendar's order, and never by number: schedulers disagree on which day is 0."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_IN_ORDER = tuple(Weekday)


def weekday_of(day: date) -> Weekday:
    return _IN_ORDER[day.weekday()]


@dataclass(frozen=True, slots=True)
class EveryDay:
    """Weekends and holidays too."""


@dataclass(frozen=True, slots=True)
class EveryWorkingDay:
    """Not at weekends, nor on holidays where the cadence names a country."""


@dataclass(frozen=True, slots=True)
class Weekdays:
    """One or several, put in order. A holiday makes no difference to them."""

    days: tuple[Weekday, ...]

    def __post_init__(self) -> None:
        if not self.days:
            raise UserError("No weekday is chosen.", "Choose one or more, such as mondays.")
        ordered = tuple(each for each in Weekday if each in self.days)
        object.__setattr__(self, "days", ordered)


@dataclass(frozen=True, slots=True)
class NthDay:
    """The ``number``-th day, or working day, of each month, or of each quarter's first month.

    A month that has fewer has it on its last one: the 31st is 28 February.
    """

    number: int
    working: bool = False
    grain: Grain = Grain.MONTH

    def __post_init__(self) -> None:
        _check_grain(self.grain)
        most, kind = (MOST_WORKING_DAYS, "working day") if self.working else (31, "day")
        if not 1 <= self.number <= most:
            raise UserError(
                f"No month has a {kind} {self.number}.",
                f"Choose one from 1 to {most}, or the last.",
            )


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day, or working day, of each month or quarter."""

    working: bool = False
    grain: Grain = Grain.MONTH

    def __post_init__(self) -> None:
        _check_grain(self.grain)


Days = EveryDay | EveryWorkingDay | Weekdays | NthDay | LastDay


@dataclass(frozen=True, slots=True)
class PostingHours:
    """Local times between which something may be posted, both included; over midnight too."""

    opens: time
    closes: time

    def __contains__(self, local: time) -> bool:
        if self.opens <= self.closes:
            return self.opens <= local <= self.closes
        return local >= self.opens or local <= self.closes


@dataclass(frozen=True, slots=True)
class Cadence:
    """Once on each of ``days``, ``at`` a local time in ``timezone``, to the minute.

    ``country`` says whose holidays and weekends the working days leave out: ``DE``, ``DE-BE``.
    """

    days: Days
    at: time
    timezone: str
    country: str = ""
    posting_hours: PostingHours | None = None

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.at != time(self.at.hour, self.at.minute):
            raise ValueError("a cadence is local and to the minute")
        if self.country:
            object.__setattr__(self, "country", _known_country(self.country))
        hours = self.posting_hours
        if hours is not None and self.at not in hours:
            raise UserError(
                f"{self.at:%H:%M} lies outside of the hours for posting,"
                f" {hours.opens:%H:%M} to {hours.closes:%H:%M}.",
                "Choose a time within them.",
            )

    def works_on(self, day: date) -> bool:
        return day in working_days(self.country, day.year)

    def may_post(self, instant: datetime) -> bool:
        """Whether an instant lies within the hours for posting, by the minute."""
        local = instant.astimezone(zone(self.timezone))
        return self.posting_hours is None or time(local.hour, local.minute) in self.posting_hours


def _check_grain(grain: Grain) -> None:
    if grain not in {Grain.MONTH, Grain.QUARTER}:
        raise ValueError("days are counted in months and quarters")


def _known_country(name: str) -> str:
    try:
        return holiday_place(name)
    except UnfitCalendarError as error:
        raise UserError(f"The country for holidays {error}") from error
