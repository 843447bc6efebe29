"""The small print of an answer: formula, sample, marks, notes, and how fresh the data is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.blocks import numbers
from bot.blocks.calendars import calendars_named
from bot.blocks.clauses import counts
from bot.blocks.dates import instant_name
from bot.blocks.names import listed
from bot.blocks.untrusted import name
from storage.metrics.answer import Answer, Change, Note, Row, SourceFreshness
from storage.metrics.definition import Segment, Unit
from storage.metrics.in_force import in_force
from storage.metrics.sample import has_interval
from storage.metrics.target import Verdict
from storage.periods import Grain

MOST_SOURCES = 4
LONGEST_SOURCE = 100
NEAR_MEANS = "≈ near: the sample can't tell which side of the target the figure is on."
BASELINES = {
    Grain.DAY: "the same weekday of the 12 weeks before",
    Grain.WEEK: "the 12 weeks before",
    Grain.MONTH: "the 12 months before",
    Grain.QUARTER: "the 12 quarters before",
    Grain.YEAR: "the 12 years before",
    Grain.RANGE: "the 12 stretches before",
}


def small_print(answer: Answer) -> str:
    metric = answer.query.metric
    lines = (
        f"{metric.kind.value.capitalize()} figure.",
        in_force(metric.formula, answer.settings),
        in_force(metric.small_print, answer.settings),
        _calendar_line(answer),
        _sample_line(answer),
        *_legend(answer),
        *_note_lines(answer),
        _benchmark(answer),
        freshness_line(answer),
    )
    return " ".join(line for line in lines if line)


def mixed_line(answers: Iterable[Answer]) -> str:
    """In which of several figures surveys of both purposes are mixed; nothing where in none."""
    mixed = (each for each in answers if Note.MIXED_PURPOSES in each.notes)
    names = dict.fromkeys(each.query.metric.abbreviation for each in mixed)
    return f"{_MIXED} in {listed(list(names))}." if names else ""


def _calendar_line(answer: Answer) -> str:
    """Whose calendars business time goes by, where there is any."""
    keys = [aside.key for aside in answer.query.metric.asides if aside.is_business_time]
    if not any(row.asides.get(key) is not None for row in answer.rows for key in keys):
        return ""
    asked = (each.values for each in answer.query.filters if each.segment is Segment.TEAM)
    teams = [team for values in asked for team in values]
    return f"Business time is by the calendar of {calendars_named(answer.settings, teams)}."


def _note_lines(answer: Answer) -> list[str]:
    """Notes that the metric's own small print does not explain already."""
    explained = {Note.DERIVED, Note.RESTATED} if answer.query.metric.small_print else set()
    return [_NOTES[note] for note in answer.notes if note not in explained]


def _legend(answer: Answer) -> list[str]:
    """What the marks and ranges mean, where the table has them."""
    rows, grain = answer.rows, answer.query.period.grain
    metric, marks = answer.query.metric, {mark_of(row) for row in rows}
    is_sampled = has_interval(metric.aggregation)
    little = f"too few {metric.noun} now or before" if is_sampled else "too little history"
    lines = [
        (any(row.usual_range for row in rows), f"Usual range: what {BASELINES[grain]} suggest."),
        (any(is_unsure(row) for row in rows), "Likely range: where the figure lies, 95 % sure."),
        (any(row.verdict is Verdict.NEAR for row in rows), NEAR_MEANS),
        (Change.FLAT in marks, "● no clear change."),
        (Change.UNCLEAR in marks, f"◌ {little} to call a change."),
    ]
    return [line for holds, line in lines if holds]


def _benchmark(answer: Answer) -> str:
    """An industry's figure, only where the own usual range stands beside it."""
    metric = answer.query.metric
    chosen = answer.settings.benchmark_of(metric.key)
    if chosen is None or not any(row.usual_range for row in answer.rows):
        return ""
    value = chosen.value / 100 if metric.unit is Unit.RATE else chosen.value
    told = f"{name(chosen.label)} {numbers.bound(metric.unit, value)}"
    return f"Benchmark: {told} ({name(chosen.source, LONGEST_SOURCE)}, {chosen.year})."


def mark_of(row: Row) -> Change | None:
    """The change that a row is marked with: a small sample is unclear, with or without one."""
    return row.change or (Change.UNCLEAR if row.small_sample else None)


def is_unsure(row: Row) -> bool:
    """Whether a row's interval matters: its sample is too small to call a change."""
    return row.interval is not None and (row.small_sample or row.change is Change.UNCLEAR)


def freshness_line(answer: Answer) -> str:
    """Up to when each source's data reaches, and the zone that the times are in."""
    return sources_line(answer.freshness, answer.asked_at, answer.query.period.timezone)


def sources_line(freshness: Sequence[SourceFreshness], now: datetime, timezone: str) -> str:
    """The same of any sources."""
    if not freshness:
        return f"Times in {timezone}."
    sources = ", ".join(
        f"{instant_name(source.until, now, timezone)} ({name(source.source)})"
        for source in freshness[:MOST_SOURCES]
    )
    more = len(freshness) - MOST_SOURCES
    rest = f" and {more} more source{'s' if more > 1 else ''}" if more > 0 else ""
    return f"Data until {sources}{rest}. Times in {timezone}."


def _sample_line(answer: Answer) -> str:
    """How many rows stand behind the figures; nothing where the figure is that number itself."""
    total = sum(row.n for row in answer.rows)
    if counts(answer.query.metric) or not total:
        return ""
    noun = answer.query.metric.noun
    return f"n = {numbers.count(total)} {noun.removesuffix('s') if total == 1 else noun}."


_MIXED = "Surveys after a contact and about the relationship are mixed"
_NOTES = {
    Note.MIXED_CHANNELS: "All channels are mixed into one figure, as asked.",
    Note.MIXED_PURPOSES: f"{_MIXED} here.",
    Note.PROVISIONAL: "The newest days may still change as repeat contacts are counted.",
    Note.RESTATED: "Past figures can still change when a contact is reopened.",
    Note.INCOMPLETE: "A source ends before this period does, so figures are incomplete.",
    Note.DERIVED: "Where the data does not state it, it is worked out from later contacts.",
    Note.SOME_WITHHELD: "Figures with fewer than 3 agents behind them are withheld.",
}
