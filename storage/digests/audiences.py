"""Whom digests are for, one entry each: what they are told, how often, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from storage.cadences.cadence import Cadence, Days, EveryDay, NthDay, Weekday, Weekdays
from storage.digests.sections import Section, contacted, figures, figures_and_year, low_answers
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Audience, Metric
from storage.periods import Grain


@dataclass(frozen=True, slots=True)
class AudienceEntry:
    """What a digest for somebody is unless its maker says otherwise.

    ``of_each`` tells where it goes without a conversation: to each of them, in a direct message.
    ``is_personal`` ones never go into a conversation, and have no sections: each is told the own
    day alone.
    """

    audience: Audience
    title: str
    description: str
    of_each: str
    days: Days
    at: time
    grain: Grain
    sections: tuple[Section, ...] = ()
    is_personal: bool = False

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Those that the catalogue declares for this audience."""
        return tuple(metric for metric in METRICS if self.audience in metric.audiences)

    def cadence(self, timezone: str, country: str = "") -> Cadence:
        return Cadence(self.days, self.at, timezone, country)


AUDIENCES: tuple[AudienceEntry, ...] = (
    AudienceEntry(
        Audience.EXECUTIVE,
        title="For executives",
        description="The month in a few figures, with the year's trend, and what moved and why.",
        of_each="each executive",
        days=NthDay(3, working=True),
        at=time(9),
        grain=Grain.MONTH,
        sections=(figures_and_year,),
    ),
    AudienceEntry(
        Audience.TEAM,
        title="For a team",
        description="The week of a team: its figures beside its own baseline, and why it was"
        " contacted.",
        of_each="each lead, about their own teams",
        days=Weekdays((Weekday.MONDAY,)),
        at=time(9),
        grain=Grain.WEEK,
        sections=(figures, low_answers, contacted),
    ),
    AudienceEntry(
        Audience.AGENTS,
        title="For agents, each their own day",
        description="What waits, what was resolved, the schedule and the own customers' answers;"
        " only on days with a shift.",
        of_each="each agent",
        days=EveryDay(),
        at=time(17, 30),
        grain=Grain.DAY,
        is_personal=True,
    ),
    AudienceEntry(
        Audience.OWN,
        title="My own choice of metrics",
        description="The metrics and the segment that you choose.",
        of_each="yourself",
        days=Weekdays((Weekday.MONDAY,)),
        at=time(9),
        grain=Grain.WEEK,
        sections=(figures,),
    ),
)

_ENTRIES = {entry.audience: entry for entry in AUDIENCES}


def entry_of(audience: Audience) -> AudienceEntry:
    return _ENTRIES[audience]
