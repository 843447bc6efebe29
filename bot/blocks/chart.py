"""The picture of an answer, in Slack's own chart: at most 6 series of at most 20 points.

A chart has one point of every series for every category and knows no gap, so a period without
data is left out of it and said in words, never drawn as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    LineChart,
)

from bot.blocks import numbers
from bot.blocks.dates import PLURALS, point_name
from bot.blocks.levels import levels
from bot.blocks.names import listed, row_name, series_name, value_name
from bot.blocks.summary import CLOCK
from bot.blocks.untrusted import name, unique_names
from bot.request.segments import label
from storage.metrics.answer import Answer, Row, SegmentValues
from storage.metrics.definition import Metric, Segment, Unit
from storage.periods import Grain

MOST_SERIES, MOST_POINTS, LONGEST_LABEL, LONGEST_TITLE = 6, 20, 20, 50
LEAST_POINTS = 2
LEAST_SHARE_OF_POINTS = 0.75
"""A series that would cost the chart more than a quarter of its points is left out instead."""
MOST_POINTS_OF_A_HALF = 12

_AXES = {
    Grain.DAY: "day",
    Grain.WEEK: "week starting",
    Grain.MONTH: "month",
    Grain.QUARTER: "quarter",
    Grain.YEAR: "year",
    Grain.RANGE: "period starting",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A series to draw: its name as it is, its weight, and its values by category."""

    name: str
    n: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """The charts of an answer, and what they leave out, in words."""

    blocks: tuple[Block, ...]
    remarks: tuple[str, ...]


def picture(answer: Answer) -> Picture:
    """Bars by hour or weekday where that was asked for, else lines over time."""
    clock = next((segment for segment in CLOCK if segment in answer.query.by), None)
    return _bars(answer, clock) if clock else _trend(answer)


def _trend(answer: Answer) -> Picture:
    categories = list(dict.fromkeys(point_name(point.period) for point in answer.trend))
    drawn, unfit = _fitting(_trend_lines(answer), categories[-MOST_POINTS:])
    points = _common(drawn, categories[-MOST_POINTS:])
    if len(points) < LEAST_POINTS:
        return Picture((), ())
    grain = answer.query.period.grain
    shared = row_name(_shared(answer), answer)
    heading = ", ".join(part for part in (shared, f"{len(points)} {PLURALS[grain]}") if part)
    frame = _Frame(answer.query.metric, heading, _AXES[grain], tuple(points))
    block = _block(frame, [*drawn, *_levels(answer, drawn, points)], LineChart)
    missing = [each for each in categories[-MOST_POINTS:] if each not in points]
    starting = " starting" if grain in {Grain.WEEK, Grain.RANGE} else ""
    noun = PLURALS[grain] if len(missing) > 1 else PLURALS[grain][:-1]
    gaps = _gaps(missing, drawn, f"the {noun}{starting} ", PLURALS[grain])
    return Picture((block,), (*_left_out(unfit, len(drawn)), *gaps))


def _bars(answer: Answer, clock: Segment) -> Picture:
    categories = list(
        dict.fromkeys(
            value_name(clock, value, {})
            for row in answer.rows
            for segment, value in row.segment
            if segment is clock
        )
    )
    drawn, unfit = _fitting(_clock_lines(answer, clock), categories)
    points = _common(drawn, categories)
    if len(points) < LEAST_POINTS:
        return Picture((), ())
    halves = [points]
    if len(points) > MOST_POINTS:
        halves = [points[:MOST_POINTS_OF_A_HALF], points[MOST_POINTS_OF_A_HALF:]]
    frames = [
        _Frame(answer.query.metric, f"{half[0]} to {half[-1]}", clock.value, tuple(half))
        for half in halves
    ]
    blocks = tuple(_block(frame, drawn, BarChart) for frame in frames)
    missing = [each for each in categories if each not in points]
    gaps = _gaps(missing, drawn, "", f"{label(clock)}s")
    return Picture(blocks, (*_left_out(unfit, len(drawn)), *gaps))


def _trend_lines(answer: Answer) -> list[Line]:
    shared = _shared(answer)
    values: dict[SegmentValues, dict[str, float]] = {row.segment: {} for row in answer.rows}
    weights: dict[SegmentValues, int] = dict.fromkeys(values, 0)
    for point in answer.trend:
        if point.value is not None and point.segment in values:
            values[point.segment][point_name(point.period)] = point.value
            weights[point.segment] += point.n
    return [
        Line(_line_name(_without(segment, shared), answer), weights[segment], found)
        for segment, found in values.items()
        if found
    ]


def _shared(answer: Answer) -> SegmentValues:
    """What all rows have in common, such as the only channel; it need not stand in every name."""
    if len(answer.rows) < 2:
        return ()
    first = answer.rows[0].segment
    return tuple(each for each in first if all(each in row.segment for row in answer.rows))


def _without(segment: SegmentValues, shared: SegmentValues) -> SegmentValues:
    return tuple(each for each in segment if each not in shared)


def _line_name(segment: SegmentValues, answer: Answer) -> str:
    """Short, for a legend: what is not given is not said to be a team, too."""
    return series_name(segment, answer) or answer.query.metric.abbreviation


def _clock_lines(answer: Answer, clock: Segment) -> list[Line]:
    found: dict[SegmentValues, list[tuple[str, Row]]] = {}
    for row in answer.rows:
        others = tuple(each for each in row.segment if each[0] is not clock)
        category = value_name(clock, dict(row.segment)[clock], {})
        if row.value is not None:
            found.setdefault(others, []).append((category, row))
    return [
        Line(
            _line_name(others, answer),
            sum(row.n for _, row in rows),
            {category: row.value for category, row in rows if row.value is not None},
        )
        for others, rows in found.items()
    ]


def _fitting(lines: Sequence[Line], categories: Sequence[str]) -> tuple[list[Line], list[Line]]:
    """The largest lines that share most of their points, and those that are not drawn."""
    drawn: list[int] = []
    for index in sorted(range(len(lines)), key=lambda index: -lines[index].n):
        chosen = [lines[each] for each in drawn]
        alone = len(_common(chosen or [lines[index]], categories))
        together = len(_common([*chosen, lines[index]], categories))
        least = max(LEAST_POINTS, LEAST_SHARE_OF_POINTS * alone)
        if len(drawn) < MOST_SERIES and together >= least:
            drawn.append(index)
    others = [line for index, line in enumerate(lines) if index not in drawn]
    return [lines[index] for index in sorted(drawn)], others


def _common(lines: Sequence[Line], categories: Sequence[str]) -> list[str]:
    """The categories in which every line has a value."""
    if not lines:
        return []
    return [each for each in categories if all(each in line.values for line in lines)]


def _levels(answer: Answer, drawn: Sequence[Line], points: Sequence[str]) -> list[Line]:
    """What the lines are held against, as flat lines more, where there is room for all of it."""
    found = levels(answer, len(drawn))
    room = len(drawn) + len(found) <= MOST_SERIES
    return [Line(each, 0, dict.fromkeys(points, value)) for each, value in found if room]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a chart is drawn in."""

    metric: Metric
    heading: str
    axis: str
    categories: tuple[str, ...]


def _block(frame: _Frame, lines: Sequence[Line], chart: type[LineChart | BarChart]) -> Block:
    values = [line.values[each] for line in lines for each in frame.categories]
    unit, size = _scale(frame.metric, values)
    names = unique_names((line.name for line in lines), LONGEST_LABEL)
    series = [
        DataSeries(named, [DataPoint(c, _drawn(line.values[c], size)) for c in frame.categories])
        for named, line in zip(names, lines, strict=True)
    ]
    axes = AxisConfig(list(frame.categories), frame.axis, f"{frame.metric.abbreviation}, {unit}")
    return DataVisualizationBlock(_title(frame), chart(series, axes))


def _title(frame: _Frame) -> str:
    full = f"{frame.metric.name}, {frame.heading}"
    return full if len(full) <= LONGEST_TITLE else _short_title(frame)


def _short_title(frame: _Frame) -> str:
    return name(f"{frame.metric.abbreviation}, {frame.heading}", LONGEST_TITLE)


def _scale(metric: Metric, values: Sequence[float]) -> tuple[str, float]:
    """What the axis counts in, and how much of the value is one of it."""
    if metric.unit is Unit.RATE:
        return "percent", 0.01
    if metric.unit is Unit.COUNT:
        return metric.noun, 1
    if metric.unit is not Unit.SECONDS:
        return metric.unit.value.replace("_", " "), 1
    largest = max(map(abs, values), default=0)
    steps = (("days", 3 * numbers.DAY, numbers.DAY), ("hours", 2 * numbers.HOUR, numbers.HOUR))
    for unit, least, size in (*steps, ("minutes", 2 * numbers.MINUTE, numbers.MINUTE)):
        if largest >= least:
            return unit, size
    return "seconds", 1


def _drawn(value: float, size: float) -> float:
    scaled = value / size
    return round(scaled, 1 if abs(scaled) >= 10 else 2)


def _left_out(lines: Sequence[Line], drawn: int) -> tuple[str, ...]:
    if not lines or not drawn:
        return ()
    if len(lines) > 2:
        return (f"The chart shows {drawn} of {drawn + len(lines)}; the table shows more.",)
    names = listed(unique_names((line.name for line in lines), 40))
    return (f"The chart leaves out {names}, with too little data.",)


def _gaps(
    missing: Sequence[str], drawn: Sequence[Line], before: str, plural: str
) -> tuple[str, ...]:
    """Which categories are not drawn, because a line has no data there; ``before`` names them."""
    if not missing:
        return ()
    without = [line.name for line in drawn if any(each not in line.values for each in missing)]
    whose = f" for {listed(unique_names(without, 40))}" if len(without) < len(drawn) else ""
    if len(missing) > 3:
        return (f"The chart leaves out {len(missing)} {plural} without data{whose}.",)
    return (f"The chart leaves out {before}{', '.join(missing)}: no data{whose}.",)
