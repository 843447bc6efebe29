"""The agents that a channel needs, said for a phone: the peak, what lacks, and the week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.blocks import numbers
from bot.blocks.answer import exactly
from bot.blocks.dates import hour_name, period_name, weekday_name
from bot.blocks.names import listed
from bot.blocks.questions import INSIGHTS
from bot.blocks.report import NOBODY, Report, heading, hours_a_line, week_grid
from bot.blocks.summary import upper
from bot.blocks.table import Grid
from bot.request.insights import Insight
from bot.request.requests import Reasons, Staffing
from storage.insights.plan import WORKED_IN_PARALLEL
from storage.insights.staffing import FoundStaffing, HalfHour
from storage.metrics.answer import Filter, Question
from storage.metrics.catalog import VOLUME
from storage.metrics.definition import Segment
from storage.periods import local_day

NOUNS = {"phone": "calls", "chat": "chats", "in_person": "visits"}
MOST_NAMED = 3
BUSY_SHARE = 0.5
"""Of the peak's contacts: in a quieter half hour, who waits for a call is hardly seen."""
LACKING_AGENTS = 0.5
FEWEST_LOST = 3
HIGHER_SHARE = 0.9
OTHERS = {"phone": "chat", "chat": "phone", "in_person": "phone"}


def staffing_report(found: FoundStaffing) -> Report:
    return Report(
        heading(INSIGHTS[Staffing], found.scope),
        tuple(
            part for part in (_peak(found), _lacking(found), _lost(found), _doubt(found)) if part
        ),
        _small_print(found),
        week=_week(found),
        offers=tuple(_offers(found)),
    )


def _noun(found: FoundStaffing) -> str:
    return NOUNS[found.plan.channel]


def _shown(found: FoundStaffing) -> list[HalfHour]:
    return [each for each in found.half_hours if each.needed]


def _peak(found: FoundStaffing) -> str:
    shown = _shown(found)
    if not shown:
        return "Every half hour has fewer than 3 agents behind it and is withheld."
    peak = max(shown, key=lambda each: each.contacts)
    needed = peak.needed.agents if peak.needed else 0
    target = found.plan.target
    return (
        f"The week's peak is {_at(peak)}: {numbers.mean(peak.contacts)} {_noun(found)} in half an"
        f" hour need {_agents(needed)} to answer {_percent(target.share)} within"
        f" {numbers.duration(target.seconds)}; {numbers.mean(peak.there)} were there."
        f" With {_percent(found.plan.shrinkage)} shrinkage, schedule {peak.scheduled}."
    )


def _lacking(found: FoundStaffing) -> str:
    shown = _shown(found)
    if not shown:
        return ""
    bound = BUSY_SHARE * max(each.contacts for each in shown)
    busy = [each for each in shown if each.contacts >= bound]
    short = [each for each in busy if each.lacking >= LACKING_AGENTS]
    if not short:
        return "In every busy half hour as many agents were there as needed."
    most = sorted(short, key=lambda each: -each.lacking)[:MOST_NAMED]
    named = [
        f"{_at(each)} ({each.needed.agents if each.needed else 0} needed,"
        f" {numbers.mean(each.there)} there)"
        for each in most
    ]
    return f"Of the busy half hours, agents lack most on {listed(named)}."


def _lost(found: FoundStaffing) -> str:
    """By hours: half an hour of eight weeks loses too few to tell."""
    offered: defaultdict[tuple[int, int], int] = defaultdict(int)
    lost: defaultdict[tuple[int, int], int] = defaultdict(int)
    for each in found.half_hours:
        offered[each.weekday, each.slot // 2] += each.offered
        lost[each.weekday, each.slot // 2] += each.lost
    total, all_offered = sum(lost.values()), sum(offered.values())
    if not total:
        return f"No {_noun(found)} were lost." if all_offered else ""
    share = f"{numbers.rate(total / all_offered, all_offered)} of all {_noun(found)} are lost"
    hours = [hour for hour in sorted(lost, key=lambda at: -lost[at]) if lost[hour] >= FEWEST_LOST]
    if not hours:
        return f"{upper(share)}."
    named = [
        f"{weekday_name(day)} {hour_name(hour)}"
        f" ({numbers.count(lost[day, hour])} of {numbers.count(offered[day, hour])})"
        for day, hour in hours[:MOST_NAMED]
    ]
    return f"{upper(share)}, most in the hours from {listed(named)}."


def _doubt(found: FoundStaffing) -> str:
    if found.plan.channel not in WORKED_IN_PARALLEL:
        return ""
    return "This assumes one chat at a time; where agents hold several at once, fewer are needed."


def _week(found: FoundStaffing) -> Grid:
    active = _active_hours(found)
    length = hours_a_line(active)
    starts = sorted({hour - hour % length for hour in active})
    return week_grid([(hour_name(at), _line(found, at, length)) for at in starts])


def _line(found: FoundStaffing, hour: int, length: int) -> Callable[[int], str]:
    """The half hour of those hours that needs most, of each weekday."""
    within = [each for each in found.half_hours if hour <= each.slot / 2 < hour + length]

    def show(day: int) -> str:
        return _cell([each for each in within if each.weekday == day])

    return show


def _cell(half_hours: Sequence[HalfHour]) -> str:
    staffed = [(each.needed.agents, each) for each in half_hours if each.needed]
    if not staffed:
        return numbers.NO_VALUE if any(each.withheld for each in half_hours) else NOBODY
    needed, peak = max(staffed, key=lambda each: (each[0], each[1].contacts))
    return f"{numbers.count(needed)}/{numbers.mean(peak.there)}"


def _small_print(found: FoundStaffing) -> str:
    withheld = any(each.withheld for each in found.half_hours)
    lines = (
        _model(found),
        _measured(found),
        _seen(found),
        _of_the_table(found),
        f"{numbers.NO_VALUE} is withheld: fewer than 3 agents." if withheld else "",
        f"Times in {found.scope.period.timezone}.",
    )
    return " ".join(line for line in lines if line)


def _model(found: FoundStaffing) -> str:
    target = found.plan.target
    return (
        f"Needed: Erlang C for {_percent(target.share)} within {numbers.duration(target.seconds)};"
        f" it assumes that {_noun(found)} come at random and that nobody gives up."
    )


def _measured(found: FoundStaffing) -> str:
    scope = found.scope
    days = period_name(scope.period, local_day(scope.now, scope.period.timezone))
    short = numbers.duration(scope.settings.short_abandon_seconds)
    return (
        f"{upper(_noun(found))}: mean of {_weeks(found)}, {days}; who gave up in under {short} is"
        f" left out. Handle time: {numbers.duration(found.handle_seconds)}, mean of"
        f" {numbers.count(found.handled)}."
    )


def _seen(found: FoundStaffing) -> str:
    return (
        f"There: agents from their first to their last half hour with {_noun(found)} of the day,"
        f" {_staffed_time(found)}; who works on other channels too counts in full."
    )


def _of_the_table(found: FoundStaffing) -> str:
    length = hours_a_line(_active_hours(found))
    line = "an hour" if length == 1 else f"{length} hours"
    return f"Table: agents needed/there, of {line} the half hour that needs most."


def _active_hours(found: FoundStaffing) -> list[int]:
    """The hours of the day with contacts."""
    return sorted({each.slot // 2 for each in found.half_hours if each.needed or each.withheld})


def _staffed_time(found: FoundStaffing) -> str:
    if not found.staffed_known:
        return "as the data has no staffed times"
    if found.staffed_known < 1:
        known = numbers.rate(found.staffed_known, found.handled)
        return f"no longer than their staffed time (known for {known} of their days)"
    return "no longer than their staffed time"


def _offers(found: FoundStaffing) -> list[tuple[str, Insight]]:
    scope, plan = found.scope, found.plan
    question = Question(VOLUME, exactly(scope.period), scope.filters)
    asked = Staffing(question, plan.target.share, plan.target.seconds, plan.shrinkage)
    other = OTHERS[plan.channel]
    rest = tuple(each for each in scope.filters if each.segment is not Segment.CHANNEL)
    elsewhere = replace(question, filters=(Filter(Segment.CHANNEL, (other,)), *rest))
    offered: list[tuple[str, Insight]] = []
    if plan.target.share < HIGHER_SHARE:
        label = f"{_percent(HIGHER_SHARE)} in {numbers.duration(plan.target.seconds)}"
        offered.append((label, replace(asked, share=HIGHER_SHARE)))
    offered.append((other.capitalize(), replace(asked, question=elsewhere)))
    offered.append(("Reasons", Reasons(question)))
    return offered


def _at(half_hour: HalfHour) -> str:
    return f"{weekday_name(half_hour.weekday)} {hour_name(half_hour.slot / 2)}"


def _agents(number: int) -> str:
    return f"{numbers.count(number)} agent{'' if number == 1 else 's'}"


def _weeks(found: FoundStaffing) -> str:
    return f"{numbers.mean(found.weeks)} week{'' if found.weeks == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
