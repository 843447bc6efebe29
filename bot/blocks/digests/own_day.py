"""An agent's own day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.blocks import numbers
from bot.blocks.actions import ASK, ROWS
from bot.blocks.behind import page_value
from bot.blocks.dates import dated_name, period_name
from bot.blocks.digests.page import Offer, Page
from bot.blocks.untrusted import name
from bot.request import words
from storage.digests.agent_days import AgentDay, Waiting
from storage.digests.audiences import entry_of
from storage.digests.told import OwnDay, Timing
from storage.metrics.answer import MYSELF, Filter, Question
from storage.metrics.definition import Aggregation, Audience, Segment
from storage.periods import Grain, PeriodChoice, Which, local_day

LONGEST_ID = 60
_NUMBERS = {1: "One customer", 2: "Two customers", 3: "Three customers"}


def own_day_page(part: OwnDay, timing: Timing) -> Page:
    day = part.day
    listed = tuple(_waiting(each, timing) for each in day.oldest) if day.pending > 1 else ()
    return Page(
        title="",
        said=tuple(filter(None, (_work(day, timing), _quality(day)))),
        listed=listed,
        small_print=(
            f"Only you get this. Times in {timing.period.timezone}.",
            _schedule(day),
        ),
        offers=tuple(_offers(day, timing)),
    )


def _work(day: AgentDay, timing: Timing) -> str:
    when = "today" if _is_today(timing) else f"on {_named(timing)}"
    return f"Resolved {when}: {numbers.count(day.resolved)}. {_pending(day, timing)}"


def _pending(day: AgentDay, timing: Timing) -> str:
    if not day.pending:
        return "Nothing waits on you."
    shown, since = _waiting(day.oldest[0], timing)
    if day.pending == 1:
        return f"Waiting on you: 1, {since} ({shown})."
    return f"Waiting on you: {numbers.count(day.pending)}, the oldest {since}."


def _waiting(each: Waiting, timing: Timing) -> tuple[str, str]:
    """Its id as it is kept, and since when it waits."""
    timezone = timing.period.timezone
    today = local_day(timing.now, timezone)
    since = dated_name(local_day(each.opened_at, timezone), today)
    return name(each.contact_id, LONGEST_ID), f"since {since}"


def _quality(day: AgentDay) -> str:
    told = []
    if day.adherence is not None:
        told.append(f"In schedule {numbers.rate(day.adherence, 1)} of the day.")
    if day.answers:
        told.append(f"{_customers(day.answers)} rated you: {_satisfied(day)}.")
    return " ".join(told)


def _customers(number: int) -> str:
    return _NUMBERS.get(number, f"{number} customers")


def _satisfied(day: AgentDay) -> str:
    if day.satisfied == day.answers:
        return {1: "satisfied", 2: "both satisfied"}.get(day.answers, "all satisfied")
    if not day.satisfied:
        return {1: "not satisfied", 2: "neither satisfied"}.get(day.answers, "none satisfied")
    return f"{day.satisfied} satisfied, {day.answers - day.satisfied} not"


def _schedule(day: AgentDay) -> str:
    return "In schedule: time worked inside it / time scheduled." if day.scheduled_seconds else ""


def _is_today(timing: Timing) -> bool:
    end = timing.now - timedelta(microseconds=1)
    return timing.period.first_day == local_day(end, timing.period.timezone)


def _named(timing: Timing) -> str:
    return period_name(timing.period, timing.period.first_day)


def _offers(day: AgentDay, timing: Timing) -> Iterator[Offer]:
    """The contacts that wait, one by one, and the day's figures."""
    pending, *others = sorted(
        entry_of(Audience.AGENTS).metrics,
        key=lambda metric: metric.aggregation is not Aggregation.STOCK,
    )
    choice = PeriodChoice(Grain.DAY, Which.EXACT, timing.period.first_day)
    own = (Filter(Segment.AGENT, (MYSELF,)),)
    if day.pending and (value := page_value(Question(pending, choice, own), None)):
        yield "Show what waits", ROWS, value
    if day.resolved:
        resolved = next(each for each in others if each.aggregation is Aggregation.COUNT)
        yield resolved.abbreviation, ASK, words(Question(resolved, choice, own))
