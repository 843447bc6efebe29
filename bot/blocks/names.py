"""What metrics, segments and rows are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.blocks.dates import days_name, elapsed_name, period_name
from bot.blocks.untrusted import name
from bot.request.segments import label
from storage.metrics.answer import ALL_CHANNELS, Answer, Filter, Query, SegmentValues
from storage.metrics.definition import Aggregation, Metric, Segment
from storage.periods import Grain, Period, local_day

LONGEST_TITLE = 150
_CHANNELS = {"email": "e-mail", "in_person": "in person", "sms": "SMS"}


def value_name(
    segment: Segment, value: str | None, agent_names: Mapping[str, str], longest: int = 40
) -> str:
    """A segment's value for a person: ``e-mail``, ``09:00``, ``Monday``, ``team not given``."""
    if value is None:
        return f"{label(segment)} not given"
    match segment:
        case Segment.CHANNEL:
            return channel_word(value, longest)
        case Segment.HOUR:
            return f"{name(value, longest)}:00"
        case Segment.WEEKDAY:
            return name(value.capitalize(), longest)
        case Segment.AGENT:
            return name(agent_names.get(value, value), longest)
        case _:
            return name(value, longest)


def channel_word(channel: str, longest: int = 40) -> str:
    """``phone``, ``e-mail``."""
    return name(_CHANNELS.get(channel, channel), longest)


def row_name(segment: SegmentValues, answer: Answer) -> str:
    """``phone, Billing``; empty for a figure over everything that was asked for."""
    shown = shown_segments(segment, answer)
    return ", ".join(value_name(kind, value, answer.agent_names) for kind, value in shown)


def series_name(segment: SegmentValues, answer: Answer) -> str:
    """The same for a legend, where there is no room to say what is not given."""
    return ", ".join(
        value_name(kind, value, answer.agent_names) if value is not None else "not given"
        for kind, value in shown_segments(segment, answer)
    )


def shown_segments(segment: SegmentValues, answer: Answer) -> SegmentValues:
    """Without what a filter fixes: it stands in the title, and in every row alike."""
    fixed = {
        (chosen.segment, chosen.values[0])
        for chosen in answer.query.filters
        if len(chosen.values) == 1
    }
    return tuple(each for each in segment if each not in fixed)


def filter_name(chosen: Filter, agent_names: Mapping[str, str]) -> str:
    """``phone and chat``, ``team Billing``."""
    if chosen.segment is Segment.CHANNEL and chosen.values == (ALL_CHANNELS,):
        return "all channels mixed"
    values = [value_name(chosen.segment, value, agent_names) for value in chosen.values]
    if len(values) > 3:
        values = [*values[:2], f"{len(values) - 2} more"]
    plain = {Segment.CHANNEL, Segment.WEEKDAY, Segment.HOUR}
    named = listed(values)
    return named if chosen.segment in plain else f"{label(chosen.segment)} {named}"


def listed(names: Sequence[str]) -> str:
    """``a, b and c``; there is at least one."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def title(answer: Answer) -> str:
    """The heading: ``First contact resolution, phone, week 46 (9 to 15 Nov)``."""
    return _title(answer.query, answer.agent_names, asked_period_name(answer))


def _title(query: Query, agent_names: Mapping[str, str], period: str) -> str:
    filters = [filter_name(chosen, agent_names) for chosen in query.filters]
    room = LONGEST_TITLE - len(query.metric.name) - len(period) - 4
    kept = name(", ".join(filters), room) if filters else ""
    return ", ".join(part for part in (query.metric.name, kept, period) if part)


def asked_period_name(answer: Answer) -> str:
    """The asked period; what is open is open at its end, or now."""
    period = answer.query.period
    is_stock = answer.query.metric.aggregation is Aggregation.STOCK
    if period.contains(answer.asked_at):
        return "now" if is_stock else running_name(period, answer)
    named = period_in_sentence(answer)
    if is_stock and period.grain is Grain.RANGE:
        today = local_day(answer.asked_at, period.timezone)
        named = days_name(period.last_day, period.last_day, today)
    return f"end of {named}" if is_stock else named


def period_in_sentence(answer: Answer) -> str:
    """The asked period itself: ``week 46 (9 to 15 Nov)``, ``this week so far (Mon to Wed)``."""
    period = answer.query.period
    if period.contains(answer.asked_at):
        return running_name(period, answer)
    return period_name(period, local_day(answer.asked_at, period.timezone))


def running_name(period: Period, answer: Answer) -> str:
    """``this week so far (Mon to Wed)``."""
    today = local_day(answer.asked_at, period.timezone)
    elapsed = elapsed_name(period, answer.asked_at, today)
    if period.grain is Grain.RANGE:
        return f"{period_name(period, today)}, so far"
    named = "today" if period.grain is Grain.DAY else f"this {period.grain.value}"
    return f"{named} so far ({elapsed})"


def full_name(metric: Metric) -> str:
    """The name with its abbreviation, where that is another word."""
    short = metric.abbreviation
    return metric.name if short == metric.name else f"{metric.name} ({short})"
