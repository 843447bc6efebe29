"""What an insight looks at: a period, filters, and whether small groups are withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, case, cast, extract
from sqlalchemy.engine import Connection

from storage.errors import NotAllowedError
from storage.facts.tables import contacts
from storage.metrics.answer import Filter
from storage.metrics.counting import INBOUND, NOT_ABANDONED
from storage.metrics.definition import Segment
from storage.metrics.sample import is_small_group
from storage.metrics.samples import has_several_ids
from storage.metrics.segments import Splitting, local_time, naive, person
from storage.periods import Period
from storage.settings import Settings

OPENED = contacts.c.opened_at
HANDLED = and_(NOT_ABANDONED, contacts.c.handle_seconds > 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """Decided already: the filters are what this person may see of what was asked."""

    period: Period
    filters: tuple[Filter, ...]
    now: datetime
    settings: Settings
    withhold_small_groups: bool = False

    @property
    def start(self) -> datetime:
        return self.period.start

    @property
    def end(self) -> datetime:
        """Where the period ends, or now."""
        return min(self.period.end, self.now)

    def values(self, segment: Segment) -> tuple[str, ...]:
        return next((each.values for each in self.filters if each.segment is segment), ())

    def customers_contacts(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[ColumnElement[bool]]:
        """Conditions of the inbound contacts looked at, opened in ``[start, end)``."""
        first, last = start or self.start, end or self.end
        return [naive(first) <= OPENED, naive(last) > OPENED, *self.kept(first, last)]

    def kept(self, start: datetime, end: datetime) -> list[ColumnElement[bool]]:
        """The same without bounds; hours and weekdays are right for ``[start, end)``."""
        splitting = Splitting(OPENED, start, end, self.period.timezone)
        conditions = (splitting.condition(chosen) for chosen in self.filters)
        return [INBOUND, *(each for each in conditions if each is not None)]

    def clock(self) -> Clock:
        return Clock(local_time(OPENED, self.start, self.end, self.period.timezone))

    def behind(self, connection: Connection) -> ColumnElement[Any]:
        """Who stands behind a contact; people are told apart only where groups are withheld."""
        apart = self.withhold_small_groups and has_several_ids(connection)
        return person(contacts) if apart else contacts.c.agent_id

    def is_withheld(self, agents: int) -> bool:
        return self.withhold_small_groups and is_small_group(agents)


def all_withheld() -> NotAllowedError:
    return NotAllowedError(
        "Fewer than 3 agents stand behind these figures, so they are withheld.",
        "Ask for more teams together.",
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """The parts of a contact's local time, as every engine works them out."""

    local: ColumnElement[Any]

    @property
    def day(self) -> ColumnElement[date]:
        return cast(self.local, Date)

    @property
    def weekday(self) -> ColumnElement[int]:
        """0 is Monday."""
        return cast(extract("isodow", self.local), Integer) - 1

    @property
    def hour(self) -> ColumnElement[int]:
        return cast(extract("hour", self.local), Integer)

    @property
    def half_hour(self) -> ColumnElement[int]:
        """0 starts at midnight, 47 at 23:30."""
        later = case((extract("minute", self.local) >= 30, 1), else_=0)
        return self.hour * 2 + later
