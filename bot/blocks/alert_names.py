"""What alert rules and their segments are called."""

from __future__ import annotations

from bot.blocks.clauses import metric_in_sentence
from bot.blocks.names import filter_name, listed, value_name
from bot.blocks.summary import upper
from bot.request.periods import ADVERBS
from bot.request.segments import label
from storage.alerts.rule import Watch
from storage.metrics.answer import Filter, SegmentValues
from storage.metrics.definition import Segment

_NO_NAMES: dict[str, str] = {}


def watch_name(watch: Watch) -> str:
    """``First contact resolution misses its target, weekly, by team``."""
    parts = [_subject(watch)]
    if len(watch.kind.grains) > 1:
        parts.append(ADVERBS[watch.grain])
    parts += [filter_name(each, _NO_NAMES) for each in watch.filters]
    if watch.by:
        parts.append(f"by {listed([label(each) for each in watch.by])}")
    return ", ".join(parts)


def _subject(watch: Watch) -> str:
    kind, metric = watch.kind, watch.metric
    if metric is None:
        return kind.title
    if kind.number is None:
        return f"{metric.name} {kind.title}"
    if kind.number.noun == "days":
        return f"{metric.name} {kind.title}, {watch.number} days"
    return f"{metric.name}, {watch.number} or more {kind.title}"


def place_name(segment: SegmentValues, filters: tuple[Filter, ...]) -> str:
    """What a segment is called beside what the rule is filtered by: ``team billing, phone``."""
    own = {kind for kind, _ in segment}
    fixed = [filter_name(each, _NO_NAMES) for each in filters if each.segment not in own]
    return ", ".join([*(_value(kind, value) for kind, value in segment), *fixed])


def _value(kind: Segment, value: str | None) -> str:
    shown = value_name(kind, value, _NO_NAMES)
    return shown if kind is Segment.CHANNEL or value is None else f"{label(kind)} {shown}"


def subject_in_sentence(watch: Watch) -> str:
    """``first contact resolution``; of sources the data itself."""
    return "data" if watch.metric is None else metric_in_sentence(watch.metric)


def kept_name(watch: Watch | None, name: str) -> str:
    """A rule's name; of one that watches nothing any more as it was kept."""
    return watch_name(watch) if watch else upper(name.removeprefix("alert "))
