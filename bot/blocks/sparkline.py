"""A trend drawn in text, for where no chart may stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import numbers
from bot.blocks.dates import PLURALS
from bot.blocks.message import Json
from storage.metrics.answer import Answer, SegmentValues

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""A period without a figure: no bar, for the lowest one would read as a value."""
FEWEST = 3
"""Fewer figures are no trend."""


def sparkline(values: Sequence[float | None]) -> str:
    """A bar for each value, between the lowest and the highest of them: ``▁▃·█``."""
    known = [value for value in values if value is not None]
    if not known:
        return GAP * len(values)
    low, high = min(known), max(known)
    return "".join(GAP if value is None else BARS[_step(value, low, high)] for value in values)


def trend_lines(answer: Answer, segment: SegmentValues) -> list[str]:
    """A row's trend, and the same in words; nothing where there are too few periods."""
    points = [point for point in answer.trend if point.segment == segment]
    known = [point.value for point in points if point.value is not None]
    if len(known) < FEWEST:
        return []
    drawn = sparkline([point.value for point in points]).lstrip(GAP)
    return [drawn, f"{len(drawn)} {PLURALS[answer.query.period.grain]}, {_range(known, answer)}"]


def _range(values: Sequence[float], answer: Answer) -> str:
    """``68 to 77 %, now the lowest``; ``always 5``."""
    low, high = min(values), max(values)
    shown = numbers.span(answer.query.metric.unit, low, high, answer.currency)
    if low == high:
        return f"always {shown}"
    ending = {low: ", now the lowest", high: ", now the highest"}
    return f"{shown}{ending.get(values[-1], '')}"


def _step(value: float, low: float, high: float) -> int:
    """All alike are drawn in the middle."""
    if high == low:
        return len(BARS) // 2 - 1
    return round((value - low) / (high - low) * (len(BARS) - 1))


def chart_lines(chart: Json) -> list[str]:
    """A chart block in text: its title, each line drawn, and flat ones such as a target."""
    axes = chart["chart"]["axis_config"]
    drawn, flat = [], []
    for series in chart["chart"]["series"]:
        found = {point["label"]: point["value"] for point in series["data"]}
        low, high = min(found.values()), max(found.values())
        if low == high and len(found) > 1:
            flat.append(f"{series['name']} {low:g}")
            continue
        line = sparkline([found.get(label) for label in axes["categories"]])
        drawn.append(f"{series['name']}  {line}  {low:g} to {high:g}")
    return [f"{chart['title']} ({axes['y_label']})", *drawn, *(["; ".join(flat)] if flat else [])]
