"""How segments stand to a rule, by the very figures that are answered in Slack. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import pairwise

from sqlalchemy import select

from storage.alerts.rule import Evaluated, Finding, Sight, Silence, Standing, Watch
from storage.facts.tables import coverage
from storage.metrics.answer import Answer, Change, Filter, Query, Row, SegmentValues
from storage.metrics.definition import Metric, Segment
from storage.metrics.query import answer
from storage.metrics.target import Verdict
from storage.periods import resolve

GONE_AFTER = timedelta(weeks=8)
"""A source that has been silent for so long is waited for no more."""
EDGE = 0.1
"""Of a usual range: nearer than this to the limit a figure has not come back yet."""
LATER_THAN_EVER = 1.1
"""How much longer than ever before a source is silent when it is said to have stopped."""


def answered(sight: Sight, *further: Segment) -> Answer:
    """What ``/kpi`` answers to a rule's question, under the rights of a channel."""
    question = sight.question
    if question is None:
        raise ValueError("a rule about sources asks no question")
    period = resolve(question.period, sight.now, sight.settings.timezone)
    query = Query(question.metric, period, question.filters, (*question.by, *further))
    return answer(
        sight.connection,
        query,
        sight.now,
        sight.settings,
        withhold_small_groups=True,
        targets=sight.targets,
    )


def against_target(sight: Sight) -> Evaluated:
    """Missed is crossed and met is clear; what is near the bound, or too small, is neither."""
    found = answered(sight)
    return _by_row(found, [_to_target(row.verdict) for row in found.rows])


def _to_target(verdict: Verdict | None) -> Standing:
    match verdict:
        case Verdict.MISSED:
            return Standing.CROSSED
        case Verdict.MET:
            return Standing.CLEAR
        case _:
            return Standing.UNSURE


def against_usual(sight: Sight) -> Evaluated:
    """Outside its limits, or the eighth in a row on one side, by the rule of every answer."""
    found = answered(sight)
    return _by_row(found, [to_usual(row, found.query.metric) for row in found.rows])


def to_usual(row: Row, metric: Metric) -> Standing:
    """How a figure stands to its usual range; at its edge it neither left nor came back."""
    if row.usual_range is None or row.value is None:
        return Standing.UNSURE
    match row.change:
        case Change.UP | Change.DOWN:
            return Standing.CROSSED
        case Change.FLAT:
            is_well_within = _is_well_within(row.value, row.usual_range, metric)
            return Standing.CLEAR if is_well_within else Standing.UNSURE
        case _:
            return Standing.UNSURE


def _is_well_within(value: float, limits: tuple[float, float], metric: Metric) -> bool:
    """Not at the edge of its range; where no figure can be beyond a limit, that is no edge."""
    low, high = limits
    lowest, highest = metric.bounds
    margin = EDGE * (high - low)
    is_above = low <= lowest or value >= low + margin
    return is_above and (high == highest or value <= high - margin)


def growing(sight: Sight) -> Evaluated:
    """Higher at the end of each of so many days than the day before.

    It is clear again once it is no higher than that many days before.
    """
    found = answered(sight)
    days = number_of(sight.watch)
    smallest = sight.settings.smallest_sample(found.query.metric.key)
    return Evaluated(
        tuple(_growing(row, found, days, smallest) for row in found.rows)
        if _is_whole(found)
        else (),
        answer=found,
    )


def _growing(row: Row, found: Answer, days: int, smallest: int) -> Finding:
    values = [point.value for point in found.trend if point.segment == row.segment][-days - 1 :]
    known = [value for value in values if value is not None]
    if row.withheld or row.value is None or len(known) <= days:
        return Finding(row.segment, Standing.UNSURE, row.value, row)
    standing = Standing.UNSURE
    if all(after > before for before, after in pairwise(known)):
        standing = Standing.CROSSED if row.value >= smallest else Standing.UNSURE
    elif row.value <= known[0]:
        standing = Standing.CLEAR
    return Finding(row.segment, standing, row.value, row, since=known[0])


def lost_in_an_hour(sight: Sight) -> Evaluated:
    """An hour of today or yesterday with so many; clear after a whole day without one."""
    found = answered(sight, Segment.HOUR)
    least = number_of(sight.watch)
    today = found.running.rows if found.running else ()
    hours = [*_hours(found.rows, is_today=False), *_hours(today, is_today=True)]
    is_whole = _is_whole(found)
    standing = Standing.CLEAR if is_whole else Standing.UNSURE
    findings = [_worst(of_one, least, standing) for of_one in _by_segment(hours)]
    return Evaluated(tuple(findings), absent=standing, answer=found)


def _hours(rows: Iterable[Row], *, is_today: bool) -> list[Finding]:
    """Each row of an hour as a finding of its segment without the hour."""
    return [
        Finding(
            tuple(each for each in row.segment if each[0] is not Segment.HOUR),
            Standing.UNSURE,
            row.value,
            row,
            hour=hour,
            is_today=is_today,
        )
        for row in rows
        if (hour := dict(row.segment)[Segment.HOUR]) is not None
    ]


def _by_segment(hours: Iterable[Finding]) -> Iterable[list[Finding]]:
    groups: dict[SegmentValues, list[Finding]] = {}
    for each in hours:
        groups.setdefault(each.segment, []).append(each)
    return groups.values()


def _worst(hours: Sequence[Finding], least: int, otherwise: Standing) -> Finding:
    """The hour with most, the newest of equals; with a withheld one nothing is clear."""
    worst = max(hours, key=lambda each: (each.value or 0.0, each.is_today, each.hour))
    if (worst.value or 0.0) >= least:
        return replace(worst, standing=Standing.CROSSED)
    is_withheld = any(each.row and each.row.withheld for each in hours)
    return replace(worst, standing=Standing.UNSURE if is_withheld else otherwise)


def stopped(sight: Sight) -> Evaluated:
    """Sources that are silent for longer than they ever were, by the facts that they give."""
    statement = (
        select(coverage.c.source, coverage.c.fact, coverage.c.until, coverage.c.longest_gap_seconds)
        .where(coverage.c.longest_gap_seconds > 0)
        .order_by(coverage.c.source, coverage.c.fact)
    )
    for chosen in sight.watch.filters:
        statement = statement.where(coverage.c.source.in_(chosen.values))
    findings: dict[str, Finding] = {}
    for source, fact, until, gap in sight.connection.execute(statement):
        kept = Silence(source, fact, until.replace(tzinfo=UTC), gap)
        each = _silent(kept, sight)
        findings[source] = max(findings.get(source, each), each, key=_urgency)
    return Evaluated(tuple(findings.values()))


def _silent(kept: Silence, sight: Sight) -> Finding:
    """A source that is loaded now and then is awaited as long as it ever was."""
    segment = ((Segment.SOURCE, kept.source),)
    awaited = sight.longest_loads.get((kept.source, kept.fact), 0.0)
    silent_seconds = (sight.now - kept.until).total_seconds()
    if awaited is None:
        return Finding(segment, Standing.UNSURE, silent_seconds, silence=kept)
    longest = replace(kept, longest_seconds=max(kept.longest_seconds, awaited))
    is_late = silent_seconds > LATER_THAN_EVER * longest.longest_seconds
    standing = Standing.CROSSED if is_late else Standing.CLEAR
    return Finding(segment, standing, silent_seconds, silence=longest)


def _urgency(finding: Finding) -> tuple[bool, float]:
    return finding.standing is Standing.CROSSED, finding.value or 0.0


def _by_row(found: Answer, standings: Sequence[Standing]) -> Evaluated:
    """A finding for each row; none before the data of the period is there."""
    findings = (
        Finding(row.segment, _sure(row, standing), row.value, row)
        for row, standing in zip(found.rows, standings, strict=True)
    )
    return Evaluated(tuple(findings) if _is_whole(found) else (), answer=found)


def _sure(row: Row, standing: Standing) -> Standing:
    return Standing.UNSURE if row.withheld or row.small_sample else standing


def _is_whole(found: Answer) -> bool:
    """Whether the period's data has come from every source that is still alive."""
    end = found.query.period.end
    alive = [each for each in found.freshness if each.until > end - GONE_AFTER]
    reached = (each.until + timedelta(seconds=each.longest_gap_seconds) for each in alive)
    return bool(alive) and all(until >= end for until in reached)


def number_of(watch: Watch) -> int:
    """The number of a rule, as it was chosen or else by default."""
    if watch.number is not None:
        return watch.number
    if watch.kind.number is None:
        raise ValueError(f"a rule of kind {watch.kind.key} has no number")
    return watch.kind.number.default


def narrowed_to(filters: tuple[Filter, ...], segment: SegmentValues) -> tuple[Filter, ...]:
    """Filters for one segment alone, where that has a value."""
    own = {kind: value for kind, value in segment if value is not None}
    kept = (each for each in filters if each.segment not in own)
    return (*kept, *(Filter(kind, (value,)) for kind, value in own.items()))
