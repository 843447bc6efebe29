"""How what a rule looks at is kept: as plain values, and back."""

from __future__ import annotations

import json
from typing import Any

from storage.alerts.kinds import find_kind, find_metric
from storage.alerts.rule import Watch
from storage.metrics.answer import Filter, SegmentValues
from storage.metrics.definition import Segment
from storage.periods import Grain


def watch_content(watch: Watch) -> dict[str, Any]:
    """All but the kind and the metric, which are kept beside it."""
    return {
        "grain": watch.grain.value,
        "filters": [{"segment": f.segment.value, "values": list(f.values)} for f in watch.filters],
        "by": [segment.value for segment in watch.by],
        "number": watch.number,
    }


def kept_watch(kind_key: str, metric_key: str, content: dict[str, Any]) -> Watch | None:
    """What a kept rule looks at; None where its kind or its metric is no more."""
    kind = find_kind(kind_key)
    if kind is None:
        return None
    metric = find_metric(kind, metric_key)
    if metric is None and not kind.sources:
        return None
    return Watch(
        kind,
        metric,
        Grain(content["grain"]),
        tuple(Filter(Segment(f["segment"]), tuple(f["values"])) for f in content["filters"]),
        tuple(Segment(each) for each in content["by"]),
        content["number"],
    )


def segment_text(segment: SegmentValues) -> str:
    """A segment as it is kept, such as ``[["team", "billing"]]``."""
    return json.dumps([[kind.value, value] for kind, value in segment], ensure_ascii=False)


def segment_of(text: str) -> SegmentValues:
    return tuple((Segment(kind), value) for kind, value in json.loads(text))
