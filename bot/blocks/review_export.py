"""A review as JSON for scripts."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks.export import Json, answer_json, instant_json, period_json, why_json
from bot.blocks.insight_export import reasons_json
from bot.blocks.review import pieces
from bot.blocks.review_questions import asked_about
from storage.insights.review import FoundReview, Point
from storage.insights.topics import topics
from storage.metrics.answer import Row
from storage.metrics.definition import Metric


def review_json(found: FoundReview) -> Json:
    """``points`` are the strongest first; the others are metrics by what became of them.

    ``rows`` of a point are all of its metric's; ``moved``, ``missed`` and ``newly_met`` name those
    that it is a point for. ``sentence`` is what is said of it.
    """
    scope = found.scope
    said = pieces(found)[1:]
    return {
        "query": {
            "asked": "review",
            "period": period_json(scope.period),
            "timezone": scope.period.timezone,
            "filters": {chosen.segment.value: list(chosen.values) for chosen in scope.filters},
        },
        "points": [
            _point(point, piece.lines) for point, piece in zip(found.points, said, strict=False)
        ],
        "moved_less": _keys(found.also),
        "steady": _keys(found.steady),
        "unclear": _keys(found.unclear),
        "no_data": _keys(found.empty),
        "left_out": _keys(found.left_out),
        "reasons": reasons_json(found.reasons)["reasons"],
        "questions": [asked_about(topic, found) for topic in topics(found)],
        "asked_at": instant_json(scope.now),
    }


def _point(point: Point, lines: tuple[str, ...]) -> Json:
    return {
        "metric": point.metric.key,
        "kind": point.metric.kind.value,
        "sentence": " ".join(lines),
        "moved": _segments(point.moved),
        "missed": _segments(point.missed),
        "newly_met": _segments(point.newly_met),
        "missed_in_a_row": point.missed_in_a_row,
        "rows": answer_json(point.answer)["rows"],
        "why": why_json(point.why) if point.why else None,
    }


def _segments(rows: Iterable[Row]) -> list[dict[str, str | None]]:
    return [{segment.value: value for segment, value in row.segment} for row in rows]


def _keys(metrics: Iterable[Metric]) -> list[str]:
    return [metric.key for metric in metrics]
