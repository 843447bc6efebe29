"""The geometry of a ``data_visualization`` block: what the template draws as SVG.

Each chart is laid out for a wide, a medium and a narrow place, as text in SVG shrinks with it.
Series differ by mark, dash or pattern and by name, never by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.page.scales import Scale, scale, written

CHARACTER, BETWEEN_LABELS = 6.6, 9
"""How wide a character of a label is, and the least space between two labels."""

Json = dict[str, Any]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size and margins, in the units of its text."""

    name: str
    width: int
    height: int
    left: int = 46
    right: int = 14
    top: int = 26
    bottom: int = 42

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> int:
        return self.height - self.top - self.bottom

    @property
    def base(self) -> int:
        return self.height - self.bottom


WIDE = Size("wide", 640, 280)
MEDIUM = Size("medium", 480, 270)
NARROW = Size("narrow", 300, 250)


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis; an empty one where there is no room for it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One value: where it is drawn and what it says."""

    x: float
    y: float
    says: str
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its number from 1 decides mark, dash, pattern and colour."""

    number: int
    name: str
    marks: tuple[Mark, ...]

    @property
    def line(self) -> str:
        return " ".join(f"{mark.x:g},{mark.y:g}" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with axes, laid out for one size."""

    size: Size
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    series: tuple[Series, ...]
    zero: float


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a pie: ``path`` is its outline."""

    number: int
    label: str
    path: str
    value: str
    share: str


@dataclass(frozen=True, slots=True)
class Values:
    """The same as a table: a heading, then a row for each category."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plots(chart: Json) -> list[Plot]:
    """A line, bar or area chart for each size."""
    return [_plot(chart, size) for size in (WIDE, MEDIUM, NARROW)]


def names(chart: Json) -> list[str]:
    """What the legend names, in order."""
    if chart["type"] == "pie":
        return [str(segment["label"]) for segment in chart["segments"]]
    return [str(series["name"]) for series in chart["series"]]


def values_table(chart: Json) -> Values:
    """Every value of a chart, for who cannot see it."""
    if chart["type"] == "pie":
        rows = tuple((part.label, part.value, part.share) for part in slices(chart))
        return Values(("", "Value", "Share"), rows)
    axis = chart["axis_config"]
    columns = [_by_label(series) for series in chart["series"]]
    rows = tuple(
        (label, *(written(column[label]) for column in columns)) for label in axis["categories"]
    )
    return Values((axis.get("x_label", ""), *names(chart)), rows)


def slices(chart: Json, radius: float = 90.0) -> list[Slice]:
    """The parts of a pie, clockwise from the top; its middle is at 0, 0."""
    segments = chart["segments"]
    total = sum(segment["value"] for segment in segments)
    found, begin = [], 0.0
    for number, segment in enumerate(segments, start=1):
        end = begin + segment["value"] / total
        share = f"{segment['value'] / total:.0%}"
        path = _sector(begin, end, radius)
        found.append(Slice(number, segment["label"], path, written(segment["value"]), share))
        begin = end
    return found


def _sector(begin: float, end: float, radius: float) -> str:
    if end - begin > 0.9999:
        half = f"A {radius:g} {radius:g} 0 1 1"
        return f"M 0 {-radius:g} {half} 0 {radius:g} {half} 0 {-radius:g} Z"
    (x1, y1), (x2, y2) = _on_circle(begin, radius), _on_circle(end, radius)
    is_large = int(end - begin > 0.5)
    return f"M 0 0 L {x1:g} {y1:g} A {radius:g} {radius:g} 0 {is_large} 1 {x2:g} {y2:g} Z"


def _on_circle(share: float, radius: float) -> Point:
    angle = 2 * math.pi * share
    return round(radius * math.sin(angle), 2), round(-radius * math.cos(angle), 2)


def _plot(chart: Json, size: Size) -> Plot:
    categories = chart["axis_config"]["categories"]
    values = [point["value"] for series in chart["series"] for point in series["data"]]
    vertical = scale(values, from_zero=chart["type"] != "line")
    y_ticks = tuple(Tick(_y(size, vertical, each), written(each)) for each in vertical.ticks)
    lay_out = _bars if chart["type"] == "bar" else _points
    zero = _y(size, vertical, min(max(0.0, vertical.low), vertical.high))
    return Plot(
        size,
        _x_ticks(categories, size, is_bars=chart["type"] == "bar"),
        y_ticks,
        tuple(lay_out(chart, size, vertical)),
        zero,
    )


def _points(chart: Json, size: Size, vertical: Scale) -> list[Series]:
    categories = chart["axis_config"]["categories"]
    found = []
    for number, series in enumerate(chart["series"], start=1):
        values = _by_label(series)
        marks = tuple(
            Mark(
                _x(size, index, len(categories)),
                _y(size, vertical, values[label]),
                _says(series, label, values[label]),
            )
            for index, label in enumerate(categories)
        )
        found.append(Series(number, series["name"], marks))
    return found


def _bars(chart: Json, size: Size, vertical: Scale) -> list[Series]:
    categories, count = chart["axis_config"]["categories"], len(chart["series"])
    slot = size.plot_width / len(categories)
    width = min(slot * 0.76 / count, 46)
    zero = _y(size, vertical, 0)
    found = []
    for number, series in enumerate(chart["series"]):
        values = _by_label(series)
        marks = []
        for index, label in enumerate(categories):
            x = size.left + slot * (index + 0.5) + width * (number - count / 2)
            y = _y(size, vertical, values[label])
            top, height = min(y, zero), round(abs(zero - y), 2)
            says = _says(series, label, values[label])
            marks.append(Mark(round(x, 2), top, says, round(width - 1, 2), height))
        found.append(Series(number + 1, series["name"], tuple(marks)))
    return found


def _x_ticks(categories: Sequence[str], size: Size, *, is_bars: bool) -> tuple[Tick, ...]:
    """Every label, or every second, third … where they would run into each other."""
    count = len(categories)
    longest = max(len(label) for label in categories)
    room = longest * CHARACTER + BETWEEN_LABELS
    every = math.ceil(count * room / size.plot_width)
    slot = size.plot_width / count
    ticks = []
    for index, label in enumerate(categories):
        is_shown = (count - 1 - index) % every == 0
        at = size.left + slot * (index + 0.5) if is_bars else _x(size, index, count)
        ticks.append(Tick(round(at, 2), label if is_shown else ""))
    return tuple(ticks)


def _by_label(series: Json) -> dict[str, float]:
    return {point["label"]: point["value"] for point in series["data"]}


def _says(series: Json, label: str, value: float) -> str:
    return f"{series['name']}, {label}: {written(value)}"


def _x(size: Size, index: int, count: int) -> float:
    """Points stand half a step inside, so that labels at the ends have room."""
    return round(size.left + size.plot_width * (index + 0.5) / count, 2)


def _y(size: Size, vertical: Scale, value: float) -> float:
    return round(size.base - size.plot_height * vertical.share(value), 2)
