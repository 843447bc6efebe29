"""Which period a digest talks about on the day that it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import assert_never

from storage.cadences.cadence import (
    Cadence,
    EveryDay,
    EveryWorkingDay,
    LastDay,
    NthDay,
    Weekdays,
)
from storage.cadences.occurrences import Occurrence
from storage.periods import Grain, Period, PeriodChoice, Which, local_day, period_of, resolve

_DAY = timedelta(days=1)


def usual_choice(cadence: Cadence) -> PeriodChoice:
    """What a cadence tells where nobody chose: on mondays the last week, on the 3rd the last month.

    On the last day of a month or quarter it is the running one.
    """
    match cadence.days:
        case Weekdays((_,)):
            return PeriodChoice(Grain.WEEK)
        case EveryDay() | EveryWorkingDay() | Weekdays():
            return PeriodChoice(Grain.DAY)
        case NthDay(grain=grain):
            return PeriodChoice(grain)
        case LastDay(grain=grain):
            return PeriodChoice(grain, Which.THIS)
        case _:
            assert_never(cadence.days)


def period_told(
    choice: PeriodChoice, cadence: Cadence, occurrence: Occurrence, timezone: str
) -> Period:
    """The period in the organisation's ``timezone``, where the reader's may be another.

    The last one is always finished when it is told. The last day is the working day before
    (Friday, on a Monday), or yesterday where the cadence keeps no weekends. This day, for a note
    at its end, is the reader's: 17:30 in New York still tells the day that is over in Berlin.
    """
    today = local_day(occurrence.due_at, timezone)
    if choice.which is Which.THIS:
        return period_of(choice.grain, min(today, occurrence.day), timezone)
    if choice.grain is Grain.DAY and choice.which is Which.LAST:
        return period_of(Grain.DAY, _last_day(cadence, today), timezone)
    return resolve(choice, occurrence.due_at, timezone)


def _last_day(cadence: Cadence, today: date) -> date:
    day = today - _DAY
    while not (isinstance(cadence.days, EveryDay) or cadence.works_on(day)):
        day -= _DAY
    return day
