"""An answer and the catalogue as JSON for scripts.

Times are ISO 8601 in UTC, rates lie between 0 and 1, durations are seconds, no data is null.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from storage.metrics.answer import Answer, Previous, Row, Running, SegmentValues, TrendPoint
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Metric
from storage.metrics.in_force import in_force
from storage.periods import Period
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
    """The currency of money, and the facts that would be needed and have never been loaded."""
    currency = {"currency": answer.currency} if answer.currency else {}
    missing = {"never_loaded": list(answer.never_loaded)} if answer.never_loaded else {}
    return currency | missing


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
            for aside in metric.asides
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


def _segment(segment: SegmentValues) -> Json:
    return {kind.value: value for kind, value in segment}


def period_json(period: Period) -> Json:
    return {"start": instant_json(period.start), "end": instant_json(period.end)}


def instant_json(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
