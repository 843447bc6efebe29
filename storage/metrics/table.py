"""The samples of one reading, read off as rows, a trend and a running period."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.metrics.answer import Note, Previous, Row, Running, SegmentValues, TrendPoint
from storage.metrics.baseline import Baseline, baselines
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation, Segment
from storage.metrics.fetched import Point
from storage.metrics.in_force import asides_in_force
from storage.metrics.intervals import INTERVALS_BESIDE, Interval, interval_beside, interval_of
from storage.metrics.reading import Reading, is_mixed
from storage.metrics.sample import NOTHING, Sample, has_interval, is_small_group, value_of
from storage.metrics.samples import Samples
from storage.metrics.segments import WEEKDAYS
from storage.metrics.windows import ASKED, RUNNING, STRETCH

COUNTS = {Aggregation.COUNT, Aggregation.STOCK, Aggregation.SUM, Aggregation.PER_HUNDRED}
"""Aggregations whose value is 0 where there is data and nothing is counted."""


CLOCK = {Segment.HOUR, Segment.WEEKDAY}

NO_POINT: Point = (None, 0)
_Points = dict[int, Point]


def as_zero(sample: Sample) -> Sample:
    return sample._replace(is_zero=True)


class Table:
    """What an answer shows of its samples; ``fresh_until`` is where the data ends."""

    def __init__(self, reading: Reading, samples: Samples, fresh_until: datetime | None) -> None:
        self._reading = reading
        self._samples = samples
        self._fresh_until = fresh_until
        self._metric = reading.query.metric
        self._windows = reading.windows
        self._starts = {window.number: window.start for window in reading.windows.all}
        self._known_points: dict[SegmentValues, _Points] = {}
        self._has_interval = has_interval(self._metric.aggregation)
        self._is_stock = self._metric.aggregation is Aggregation.STOCK
        self._is_count = self._metric.aggregation in COUNTS
        self._is_by_clock = not CLOCK.isdisjoint(reading.split_by)
        self._smallest = reading.settings.smallest_sample(self._metric.key)
        self._aside_keys = [a.key for a in asides_in_force(self._metric, reading.settings)]
        self._beside = [
            (aside.key, aside.statistic)
            for aside in self._metric.asides
            if aside.statistic in INTERVALS_BESIDE and aside.counting is None
        ]

    def rows(self) -> tuple[Row, ...]:
        """Rows of the asked period, compared with the one before."""
        before = self._windows.compared_with
        runs = before == STRETCH
        shown = self._segments(ASKED, before) or [self._empty_segment()]
        usual = [None] * len(shown) if runs else self._baselines(shown)
        return tuple(
            self._row(segment, ASKED, before, each, runs=runs)
            for segment, each in zip(shown, usual, strict=True)
        )

    def running(self) -> Running | None:
        if self._windows.running is None:
            return None
        rows = tuple(
            self._row(segment, RUNNING, STRETCH, None, runs=True)
            for segment in self._segments(RUNNING, STRETCH) or [self._empty_segment()]
        )
        return Running(self._windows.running, self._windows.now, rows)

    def trend(self, rows: tuple[Row, ...]) -> tuple[TrendPoint, ...]:
        asked = self._windows.asked
        periods = [(number, asked.shifted(-number)) for number in self._windows.trend]
        found = (
            (period, row.segment, *points.get(number, NO_POINT))
            for row in rows
            for points in [self._points(row.segment)]
            for number, period in periods
        )
        return tuple(map(TrendPoint._make, found))

    def notes(self, rows: tuple[Row, ...], *, incomplete: bool) -> list[Note]:
        derived = any(self._samples.at(row.segment, ASKED).derived for row in rows)
        restatable = self._is_stock and self._windows.complete
        applies = {
            Note.MIXED_CHANNELS: is_mixed(self._reading.query),
            Note.DERIVED: derived,
            Note.PROVISIONAL: derived and self._is_provisional(),
            Note.RESTATED: restatable,
            Note.INCOMPLETE: incomplete,
            Note.SOME_WITHHELD: any(row.withheld for row in rows),
        }
        return [note for note, holds in applies.items() if holds]

    def _row(
        self,
        segment: SegmentValues,
        window: int,
        before: int,
        usual: Baseline | None,
        *,
        runs: bool,
    ) -> Row:
        aggregation = self._metric.aggregation
        now, then = self._at(segment, window), self._at(segment, before)
        if is_small_group(now.agents):
            return Row(segment, None, 0, withheld=True)
        value, previous = value_of(aggregation, now), _previous(self._points(segment), before)
        change = None
        if previous and (self._has_interval or not runs):
            change = change_of(aggregation, now, then, usual, self._smallest)
        return Row(
            segment=segment,
            value=value,
            n=now.n,
            interval=self._interval(now),
            previous=previous,
            change=change,
            usual_range=(usual.low, usual.high) if usual else None,
            asides=self._asides(segment, window) if self._aside_keys else {},
            aside_samples=self._samples.aside_samples.get((segment, window), {}),
            small_sample=self._has_interval and 0 < now.n < self._smallest,
            usual_level=usual.mean if usual else None,
            run=_run(value, usual),
            aside_intervals=self._aside_intervals(now) if self._beside else {},
        )

    def _interval(self, sample: Sample) -> Interval | None:
        """The interval, as far as there can be such a value."""
        interval = interval_of(self._metric.aggregation, sample)
        if interval is None:
            return None
        (low, high), (lowest, highest) = interval, self._metric.bounds
        return max(low, lowest), high if highest is None else min(high, highest)

    def _asides(self, segment: SegmentValues, window: int) -> dict[str, float | None]:
        is_known = not (self._is_stock and self._is_to_come(window))
        found = self._samples.asides.get((segment, window), {}) if is_known else {}
        return {key: found.get(key) for key in self._aside_keys}

    def _aside_intervals(self, sample: Sample) -> dict[str, Interval]:
        found = ((key, interval_beside(each, sample)) for key, each in self._beside)
        return {key: interval for key, interval in found if interval is not None}

    def _points(self, segment: SegmentValues) -> _Points:
        """A segment's figure and what it counts, in every window that has one; looked up once."""
        if not self._is_count:
            return self._samples.points.get(segment, {})
        if segment not in self._known_points:
            found = dict(self._samples.points.get(segment, {}))
            for window in self._starts.keys() - found.keys():
                found[window] = self._figure(self._at(segment, window))
            self._known_points[segment] = found
        return self._known_points[segment]

    def _figure(self, sample: Sample) -> tuple[float | None, int]:
        if is_small_group(sample.agents):
            return None, 0
        return value_of(self._metric.aggregation, sample), sample.n

    def _at(self, segment: SegmentValues, window: int) -> Sample:
        """What was counted; what is open in a period that is still to come is not known."""
        sample = self._samples.at(segment, window)
        if not self._is_count:
            return sample
        if self._is_stock and self._is_to_come(window):
            return NOTHING
        return sample if sample.n or not self._is_zero(segment, window) else as_zero(sample)

    def _is_to_come(self, window: int) -> bool:
        """Whether a window starts after now, and after all data where now is in the past."""
        start = self._starts.get(window)
        known_until = max(self._windows.now, self._fresh_until or self._windows.now)
        return start is not None and start > known_until

    def _is_zero(self, segment: SegmentValues, window: int) -> bool:
        """Whether nothing was counted although there was data then, so that the count is 0."""
        start = self._starts.get(window)
        if start is None or self._fresh_until is None or start >= self._fresh_until:
            return False
        known = self._samples.windows_of(segment)
        return any(self._starts[number] < start for number in known)

    def _baselines(self, segments: list[SegmentValues]) -> list[Baseline | None]:
        lowest, highest = self._metric.bounds
        numbers = self._windows.baseline
        points = map(self._points, segments)
        values = [[found[n][0] if n in found else None for n in numbers] for found in points]
        return baselines(values, lowest=lowest, highest=highest)

    def _segments(self, *windows: int) -> list[SegmentValues]:
        """The segments that have data in some windows, in the order in which they are read."""
        known = [
            segment
            for segment, found in self._samples.by_segment.items()
            if any(window in found for window in windows)
        ]
        return sorted(known, key=lambda segment: self._order(segment, windows[0]))

    def _order(self, segment: SegmentValues, window: int) -> tuple[object, ...]:
        """Hours and weekdays as the clock has them, all else by how much was counted.

        What is withheld comes last: its place among the others would tell how much it is.
        """
        clock = _clock_order(segment) if self._is_by_clock else ()
        names = tuple([value or "" for _kind, value in segment])
        sample = self._samples.at(segment, window)
        if is_small_group(sample.agents):
            return (clock, True, 0, names)
        return (clock, False, -sample.n, names)

    def _empty_segment(self) -> SegmentValues:
        asked = {each.segment: each.values for each in self._reading.query.filters}
        return tuple(
            (segment, asked[segment][0] if len(asked.get(segment, ())) == 1 else None)
            for segment in self._reading.split_by
        )

    def _is_provisional(self) -> bool:
        if self._fresh_until is None:
            return False
        days = timedelta(days=self._reading.settings.repeat_contact_days)
        return self._windows.asked.end > self._fresh_until - days


def _previous(points: _Points, window: int) -> Previous | None:
    value, n = points.get(window, NO_POINT)
    return None if value is None else Previous(value, n)


def _run(value: float | None, usual: Baseline | None) -> int:
    return usual.run_with(value) if usual and value is not None else 0


def _clock_order(segment: SegmentValues) -> tuple[int, ...]:
    return tuple(_clock_place(kind, value) for kind, value in segment if kind in CLOCK)


def _clock_place(kind: Segment, value: str | None) -> int:
    if value is None:
        return len(WEEKDAYS)
    return WEEKDAYS.index(value) if kind is Segment.WEEKDAY else int(value)
