"""How many agents a channel needs in each half hour of the week, beside those that were there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.errors import UserError
from storage.insights.erlang import Load, Staff, scheduled, staff_for
from storage.insights.half_hours import (
    DAYS_A_WEEK,
    SLOT_SECONDS,
    SLOTS_A_DAY,
    Place,
    agents_there,
    read_presence,
    read_slots,
    seen_days,
)
from storage.insights.plan import WEEKS, Plan
from storage.insights.scope import OPENED, Scope, all_withheld
from storage.periods import Grain, Period, local_day


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half hour of the week: ``weekday`` 0 is Monday, ``slot`` 0 starts at midnight.

    ``offered`` and ``lost`` are of all the weeks together, ``contacts`` and ``there`` the mean of
    one. What is withheld has no figures; ``needed`` is None where nobody came.
    """

    weekday: int
    slot: int
    contacts: float = 0.0
    offered: int = 0
    lost: int = 0
    there: float = 0.0
    needed: Staff | None = None
    scheduled: int = 0
    withheld: bool = False

    @property
    def lacking(self) -> float:
        """How many agents were missing on average; 0 where enough were there."""
        return max(0.0, self.needed.agents - self.there) if self.needed else 0.0


@dataclass(frozen=True, slots=True)
class FoundStaffing:
    """The whole week, 336 half hours from Monday 00:00; ``scope.period`` is what was looked at.

    ``staffed_known`` is the share of the agents' days whose staffed time the data has.
    """

    scope: Scope
    plan: Plan
    handle_seconds: float
    handled: int
    half_hours: tuple[HalfHour, ...]
    staffed_known: float

    @property
    def weeks(self) -> float:
        period = self.scope.period
        return (period.end_day - period.first_day).days / DAYS_A_WEEK


def find_staffing(connection: Connection, asked: Scope, plan: Plan) -> FoundStaffing:
    """The agents needed and those there, from the complete days of the asked period.

    Raises:
        UserError: there are no contacts, or no handle times, to work it out from.
        NotAllowedError: so few agents stand behind the figures that they are withheld.
    """
    scope = _complete_days(asked)
    slots = read_slots(connection, scope)
    if slots.empty:
        raise _no_contacts(connection, scope, plan.channel)
    handled = int(slots["handled"].sum())
    if not handled:
        raise _no_handle_times(plan.channel)
    presence, people = read_presence(connection, scope)
    if scope.is_withheld(people):
        raise all_withheld()
    scope = _without_empty_weeks(scope, *seen_days(slots))
    found = {(row["weekday"], row["slot"]): row for row in slots.to_dict("records")}
    half_hours = _half_hours(scope, found, agents_there(presence))
    mean = float(slots["seconds"].sum()) / handled
    staffed = [_staffed(each, mean, plan) for each in half_hours]
    known = float(presence["staffed"].notna().mean()) if len(presence) else 0.0
    return FoundStaffing(scope, plan, mean, handled, tuple(staffed), known)


def _complete_days(scope: Scope) -> Scope:
    """A day that still runs would count as one with fewer contacts."""
    today = local_day(scope.now, scope.period.timezone)
    end = min(scope.period.end_day, today)
    if end <= scope.period.first_day:
        raise UserError("That period has no complete day yet.", "Ask for an earlier one.")
    return _of_days(scope, scope.period.first_day, end)


def _of_days(scope: Scope, first: date, end: date) -> Scope:
    return replace(scope, period=Period(first, end, Grain.RANGE, scope.period.timezone))


def _without_empty_weeks(scope: Scope, seen_first: date, seen_last: date) -> Scope:
    """Without whole weeks at either end that the data does not have."""
    week = timedelta(days=DAYS_A_WEEK)
    first, end = scope.period.first_day, scope.period.end_day
    before = (seen_first - first) // week
    after = (end - timedelta(days=1) - seen_last) // week
    return _of_days(scope, first + before * week, end - after * week)


def _half_hours(
    scope: Scope, found: Mapping[Any, Any], there: Mapping[Place, float]
) -> list[HalfHour]:
    period = scope.period
    length = (period.end_day - period.first_day).days
    days = Counter((period.first_day + timedelta(days=n)).weekday() for n in range(length))
    return [
        _half_hour(scope, (day, slot), found.get((day, slot)), days[day], there)
        for day in range(DAYS_A_WEEK)
        for slot in range(SLOTS_A_DAY)
    ]


def _half_hour(
    scope: Scope, place: Place, row: Any, days: int, there: Mapping[Place, float]
) -> HalfHour:
    present = there.get(place, 0.0) / days if days else 0.0
    if row is None:
        return HalfHour(*place, there=present)
    if scope.is_withheld(int(row["agents"])):
        return HalfHour(*place, withheld=True)
    offered = int(row["offered"])
    return HalfHour(*place, offered / days, offered, int(row["lost"]), present)


def _staffed(half_hour: HalfHour, handle_seconds: float, plan: Plan) -> HalfHour:
    if not half_hour.contacts:
        return half_hour
    needed = staff_for(Load(half_hour.contacts, SLOT_SECONDS, handle_seconds), plan.target)
    return replace(half_hour, needed=needed, scheduled=scheduled(needed.agents, plan.shrinkage))


def _no_handle_times(channel: str) -> UserError:
    return UserError(
        f"No {channel} contact of these days has a handle time, so the agents needed can't be"
        " worked out.",
        "Load handle_seconds, or talk, hold and wrap-up seconds, with the contacts.",
    )


def _no_contacts(connection: Connection, scope: Scope, channel: str) -> UserError:
    period = scope.period
    sentence = f"There are no {channel} contacts from {period.first_day} to {period.last_day}."
    newest = connection.scalar(select(func.max(OPENED)).where(*scope.kept(scope.start, scope.end)))
    if newest is None:
        return UserError(sentence, "Load contacts of this channel, or ask for another one.")
    last = newest.date()
    first = last - timedelta(weeks=WEEKS, days=-1)
    step = f"The newest one is of {last}. Add days, such as: from {first} to {last}."
    return UserError(sentence, step)
