"""What an alert rule found, in sentences: how it crossed, why, and how it came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.blocks import numbers
from bot.blocks.alert_names import place_name
from bot.blocks.clauses import (
    clause,
    counts,
    metric_in_sentence,
    previous_value,
    shown_value,
    verdict,
)
from bot.blocks.dates import day_name, hour_name, instant_name, period_label, weekday_name
from bot.blocks.goals import target_name
from bot.blocks.names import asked_period_name
from bot.blocks.summary import sentence
from bot.blocks.untrusted import name
from bot.blocks.why import told_sentences
from storage.alerts.rule import Evaluated, Finding, Sight, Standing, Watch
from storage.alerts.standings import against_target, number_of
from storage.metrics.answer import Answer, Change, Row
from storage.metrics.explanation import Explanation
from storage.periods import Grain, local_day

MOST_REASONS = 2
MOVED = {Change.UP, Change.DOWN}
"""Changes that fall into parts worth telling; what varies by chance does not."""


def crossing_sentence(finding: Finding, found: Evaluated, sight: Sight) -> str:
    """``Team billing: first contact resolution, week 46, 68 %, misses its target of 75 %.``."""
    return sentence(_told(finding, found, sight, is_back=finding.standing is Standing.CLEAR))


def reasons(finding: Finding, found: Evaluated, explanation: Explanation | None) -> list[str]:
    """Why, in two lines at most: the largest parts, or what the figure stands beside."""
    if finding.silence is not None:
        longest = numbers.duration(finding.silence.longest_seconds)
        return [f"It was never awaited for longer than {longest} in the 8 weeks before."]
    if finding.hour and found.answer is not None:
        return [_whole_day(finding, found.answer)]
    if explanation is None or found.answer is None or finding.row is None:
        return []
    if finding.since is None and finding.row.change not in MOVED:
        return _steady(finding.row, found.answer)
    return told_sentences(explanation)[:MOST_REASONS]


def _steady(row: Row, answer: Answer) -> list[str]:
    """What did not change has no parts to be told: it was missed before, too, or nearly."""
    if row.previous is None or answer.query.period.grain is Grain.RANGE:
        return []
    grain = answer.query.period.grain.value
    return [f"{previous_value(row, answer)} the {grain} before: no clear change."]


def _whole_day(finding: Finding, answer: Answer) -> str:
    """``12 in the whole day so far, 3 the day before.``."""
    today = _in_all(finding, answer.running.rows if answer.running else ())
    yesterday = _in_all(finding, answer.rows)
    if finding.is_today:
        return f"{today} in the whole day so far, {yesterday} the day before."
    return f"{yesterday} in that whole day, {today} today so far."


def _in_all(finding: Finding, rows: Sequence[Row]) -> str:
    own = (row for row in rows if set(finding.segment) <= set(row.segment))
    return numbers.count(sum(row.value or 0.0 for row in own))


def absent_sentence(place: str, watch: Watch) -> str:
    """That a segment has nothing to report any more: no call lost at all."""
    subject = watch.metric.name if watch.metric else "Data"
    return sentence(f"{subject}{f', {place}' if place else ''}: none for a whole day")


def _told(finding: Finding, found: Evaluated, sight: Sight, *, is_back: bool) -> str:
    if finding.silence is not None:
        return _silence(finding, sight, is_back=is_back)
    answer, row = found.answer, finding.row
    if answer is None or row is None:
        raise ValueError("a finding about a metric comes with its answer")
    subject = _subject(finding, answer)
    if finding.hour:
        return _lost(finding, subject, sight, is_back=is_back)
    if finding.since is not None:
        return _grown(finding, subject, answer, sight.watch, is_back=is_back)
    if sight.watch.kind.judge is against_target:
        return _against_target(row, subject, answer, is_back=is_back)
    return _against_usual(row, subject, answer, is_back=is_back)


def _subject(finding: Finding, answer: Answer) -> str:
    """``first contact resolution, team billing``; the segments go last, as they tell apart."""
    place = place_name(finding.segment, answer.query.filters)
    return ", ".join(filter(None, (answer.query.metric.name, place)))


def _against_target(row: Row, subject: str, answer: Answer, *, is_back: bool) -> str:
    if row.target is None:
        raise ValueError("there is a target where it is met or missed")
    bound = target_name(row.target, answer.query.metric)
    verb = "meets its target again" if is_back else "misses its target"
    told = f"{subject}: {shown_value(row, answer)} {verb} ({bound})"
    return f"{told}, {_when(answer)}{_behind(row, answer)}"


def _against_usual(row: Row, subject: str, answer: Answer, *, is_back: bool) -> str:
    if is_back and row.usual_range:
        low, high = row.usual_range
        usual = numbers.span(answer.query.metric.unit, low, high, answer.currency)
        now = shown_value(row, answer)
        told = f"{subject}: {now} is back within its usual range ({usual})"
        return f"{told}, {_when(answer)}"
    metric = answer.query.metric
    named = (metric.name, place_name((), answer.query.filters), _when(answer))
    head = ", ".join(filter(None, named))
    moved = clause(row, answer).removeprefix(f"{metric_in_sentence(metric)} ")
    good = verdict(metric, row.change)
    return f"{head}: {moved}{f', which is {good}' if good else ''}"


def _when(answer: Answer) -> str:
    """The period by a name that stays true: a day is told by its date, not as yesterday."""
    period = answer.query.period
    return period_label(period) if period.grain is Grain.DAY else asked_period_name(answer)


def _behind(row: Row, answer: Answer) -> str:
    """``, n = 412 contacts``; a count has no sample of its own."""
    if counts(answer.query.metric):
        return ""
    return f", n = {numbers.count(row.n)} {answer.query.metric.noun}"


def _grown(finding: Finding, subject: str, answer: Answer, watch: Watch, *, is_back: bool) -> str:
    now, before = numbers.count(finding.value or 0), numbers.count(finding.since or 0)
    days = number_of(watch)
    if is_back:
        return f"{subject}: {now}, no higher than {days} days before ({before}) any more"
    told = f"{subject}: {now}, higher every day for {days} days (from {before})"
    return f"{told}, {_when(answer)}"


def _lost(finding: Finding, subject: str, sight: Sight, *, is_back: bool) -> str:
    if is_back:
        return f"{subject}: fewer than {number_of(sight.watch)} in every hour for a whole day"
    start, end = hour_name(int(finding.hour)), hour_name((int(finding.hour) + 1) % 24)
    today = local_day(sight.now, sight.settings.timezone)
    day = today if finding.is_today else today - timedelta(days=1)
    when = f"{weekday_name(day.weekday())} {day_name(day, today)}"
    return f"{subject}: {numbers.count(finding.value or 0)} between {start} and {end}, {when}"


def _silence(finding: Finding, sight: Sight, *, is_back: bool) -> str:
    if finding.silence is None:
        raise ValueError("a silent source comes with its silence")
    source, fact = name(finding.silence.source), finding.silence.fact.replace("_", " ")
    until = instant_name(finding.silence.until, sight.now, sight.settings.timezone)
    if is_back:
        return f"data arrives again from {source}: {fact} until {until}"
    silent = numbers.duration(finding.value or 0.0)
    return f"data stopped arriving from {source}: no {fact} since {until}, {silent} ago"
