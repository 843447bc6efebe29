"""A digest as it is read, before it becomes blocks or text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from slackblocks import Block

from bot.blocks.dates import clock_time, instant_name, period_name
from bot.blocks.names import LONGEST_TITLE, filter_name, listed
from bot.blocks.untrusted import name
from storage.digests.told import Timing, Told
from storage.periods import Grain, local_day

MOST_OFFERED = 5
Offer = tuple[str, str, str]
"""A button's label, action and value."""


@dataclass(frozen=True, slots=True)
class Page:
    """What moved goes first; ``listed`` are the other figures, each a name and what it is.

    ``behind`` are sentences under them, beside the charts.
    """

    title: str
    said: tuple[str, ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    charts: tuple[Block, ...] = ()
    behind: tuple[str, ...] = ()
    small_print: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()

    def followed_by(self, other: Page) -> Page:
        """With what another part of the digest adds."""
        return replace(
            self,
            said=(*self.said, *other.said),
            listed=(*self.listed, *other.listed),
            charts=(*self.charts, *other.charts),
            behind=(*self.behind, *other.behind),
            small_print=(*self.small_print, *other.small_print),
            offers=(*self.offers, *other.offers),
        )


def page_title(told: Told) -> str:
    """``Care this week, team billing, week 46 (9 to 15 Nov)``."""
    timing, timezone = told.timing, told.timing.period.timezone
    period = period_name(timing.period, local_day(timing.now, timezone))
    if timing.period.contains(timing.now):
        is_day = timing.period.grain is Grain.DAY
        period = f"today ({period})" if is_day else f"{period} so far"
    folded = told.name.casefold()
    filters = [
        filter_name(each, {})
        for each in told.filters
        if not all(value.casefold() in folded for value in each.values)
    ]
    room = LONGEST_TITLE - len(period) - 2
    return f"{name(', '.join((told.name, *filters)), room)}, {period}"


def late_remark(timing: Timing) -> str:
    """That it comes late, where it does."""
    if not timing.is_late:
        return ""
    due = instant_name(timing.due_at, timing.now, timing.timezone)
    return f"This comes late: it was due {due} ({timing.timezone})."


def zone_remark(timing: Timing) -> str:
    """Whose clock it goes by, where that is not the one of its days and weeks."""
    days_of = timing.period.timezone
    if timing.timezone == days_of:
        return ""
    due = clock_time(timing.due_at, timing.timezone)
    return f"Due at {due} in {timing.timezone}; its days and weeks are those of {days_of}."


def left_out_remark(told: Told) -> str:
    if not told.left_out:
        return ""
    names = listed([each[:1].lower() + each[1:] for each in told.left_out])
    return f"Not told here, or not kept for this: {names}."
