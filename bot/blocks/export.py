"""An answer and the catalogue as JSON for scripts.

Times are ISO 8601 in UTC, rates lie between 0 and 1, durations are seconds, no data is null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.blocks.why import why_sentences
from storage.metrics.answer import (
    Answer,
    HiddenDifference,
    Previous,
    Row,
    Running,
    SegmentValues,
    TrendPoint,
)
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.explanation import Explanation, Figure, Part
from storage.metrics.in_force import asides_in_force, in_force
from storage.periods import Period, same_stretch
from storage.settings import Settings

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """Rows are of ``query.period`` alone; ``segment`` names what a row is split by."""
    query = answer.query
    return {
        "query": {
            "metric": query.metric.key,
            "grain": query.period.grain.value,
            "period": period_json(query.period) | {"complete": answer.complete},
            "timezone": query.period.timezone,
            "filters": {chosen.segment.value: list(chosen.values) for chosen in query.filters},
            "by": [segment.value for segment in query.by],
        },
        "rows": [_row(row) for row in answer.rows],
        "running": _running(answer.running) if answer.running else None,
        "trend": [_point(point) for point in answer.trend],
        "fresh_until": instant_json(answer.fresh_until) if answer.fresh_until else None,
        "sources": {each.source: instant_json(each.until) for each in answer.freshness},
        "notes": [note.value for note in answer.notes],
        "asked_at": instant_json(answer.asked_at),
    } | _where_it_applies(answer)


def _where_it_applies(answer: Answer) -> Json:
    """The currency of money, facts that are needed and were never loaded, and what is hidden."""
    currency = {"currency": answer.currency} if answer.currency else {}
    missing = {"never_loaded": list(answer.never_loaded)} if answer.never_loaded else {}
    hidden = [_difference(each) for each in answer.hidden]
    return currency | missing | ({"differences": hidden} if hidden else {})


def why_json(found: Explanation) -> Json:
    """The parts of each dimension add up to ``change``, which is that of the total."""
    query, row = found.total.query, found.total.rows[0]
    return {
        "metric": query.metric.key,
        "of_mean": found.is_of_mean,
        "period": period_json(query.period) | {"complete": found.total.complete},
        "compared_with": _compared_with(found.total),
        "timezone": query.period.timezone,
        "filters": {chosen.segment.value: list(chosen.values) for chosen in query.filters},
        "before": _figure(found.before),
        "after": _figure(found.after),
        "change": found.change,
        "verdict": row.change.value if row.change else None,
        "usual_range": list(row.usual_range) if row.usual_range else None,
        "small_sample": row.small_sample,
        "paradox": found.paradox.value if found.paradox else None,
        "sentence": " ".join(why_sentences(found)),
        "told": [_part(part) for part in found.told],
        "by": [
            {"dimension": each.segment.value, "parts": [_part(part) for part in each.parts]}
            for each in found.dimensions
        ],
    }


def _compared_with(answer: Answer) -> Json:
    period = answer.query.period
    if not period.contains(answer.asked_at):
        return period_json(period.shifted(-1))
    start, end = same_stretch(period, answer.asked_at)
    return {"start": instant_json(start), "end": instant_json(end)}


def _figure(figure: Figure) -> Json:
    return {"value": figure.value, "n": figure.n}


def _part(part: Part) -> Json:
    return {
        "segment": _segment(part.segment),
        "before": _figure(part.before),
        "after": _figure(part.after),
        "rate_part": part.rate_part,
        "mix_part": part.mix_part,
        "shares": {"before": part.shares[0], "after": part.shares[1]},
        "folded": part.is_folded,
    }


def metrics_json(settings: Settings) -> list[Json]:
    return [_metric(metric, settings) for metric in METRICS]


def _metric(metric: Metric, settings: Settings) -> Json:
    return {
        "key": metric.key,
        "abbreviation": metric.abbreviation,
        "name": metric.name,
        "description": metric.description,
        "formula": in_force(metric.formula, settings),
        "counted": metric.counted,
        "unit": metric.unit.value,
        "better": metric.better.value,
        "kind": metric.kind.value,
        "segments": [segment.value for segment in metric.segments],
        "synonyms": list(metric.synonyms),
        "asides": [
            {"key": aside.key, "name": aside.name, "unit": aside.unit.value}
            for aside in asides_in_force(metric, settings)
        ],
        "channels_apart": metric.channels_apart,
    }


def _row(row: Row) -> Json:
    return {
        "segment": _segment(row.segment),
        "value": row.value,
        "n": row.n,
        "interval": list(row.interval) if row.interval else None,
        "previous": _previous(row.previous) if row.previous else None,
        "change": row.change.value if row.change else None,
        "usual_range": list(row.usual_range) if row.usual_range else None,
        "asides": dict(row.asides),
        "aside_samples": dict(row.aside_samples),
        "aside_intervals": {key: list(found) for key, found in row.aside_intervals.items()},
        "small_sample": row.small_sample,
        "withheld": row.withheld,
        "usual_level": row.usual_level,
        "run": row.run,
        "target": _target(row),
    }


def _target(row: Row) -> Json | None:
    if row.target is None:
        return None
    verdict = row.verdict.value if row.verdict else None
    return {"low": row.target.low, "high": row.target.high, "verdict": verdict}


def _previous(previous: Previous) -> Json:
    return {"value": previous.value, "n": previous.n}


def _running(running: Running) -> Json:
    period = period_json(running.period) | {"complete": False, "until": instant_json(running.until)}
    return {"period": period, "rows": [_row(row) for row in running.rows]}


def _point(point: TrendPoint) -> Json:
    return {
        "start": instant_json(point.period.start),
        "segment": _segment(point.segment),
        "value": point.value,
        "n": point.n,
    }


def _difference(difference: HiddenDifference) -> Json:
    """What a row's figure hides: two groups of it that differ by more than their intervals."""
    return {
        "segment": _segment(difference.segment),
        "by": difference.split.value,
        "groups": [
            {"group": each.name, "value": each.value, "n": each.n, "interval": list(each.interval)}
            for each in difference.groups
        ],
    }


def _segment(segment: SegmentValues) -> Json:
    return {kind.value: value for kind, value in segment}


def period_json(period: Period) -> Json:
    return {"start": instant_json(period.start), "end": instant_json(period.end)}


def instant_json(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
