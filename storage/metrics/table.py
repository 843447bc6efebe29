"""The samples of one reading, read off as rows, a trend and a running period."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.metrics.answer import Note, Previous, Row, Running, SegmentValues, TrendPoint
from storage.metrics.baseline import Baseline, baselines
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation, Segment, Unit
from storage.metrics.intervals import Sample, has_interval, interval_of, value_of
from storage.metrics.reading import Reading, is_mixed
from storage.metrics.samples import Samples, is_small_group
from storage.metrics.segments import WEEKDAYS
from storage.metrics.windows import ASKED, RUNNING, STRETCH


class Table:
    """What an answer shows of its samples; ``fresh_until`` is where the data ends."""

    def __init__(self, reading: Reading, samples: Samples, fresh_until: datetime | None) -> None:
        self._reading = reading
        self._samples = samples
        self._fresh_until = fresh_until
        self._metric = reading.query.metric
        self._windows = reading.windows

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
        return tuple(
            TrendPoint(self._windows.asked.shifted(-number), row.segment, value, n)
            for row in rows
            for number in self._windows.trend
            for value, n in [self._point(row.segment, number)]
        )

    def notes(self, rows: tuple[Row, ...], *, incomplete: bool) -> list[Note]:
        derived = any(self._samples.at(row.segment, ASKED).derived for row in rows)
        restatable = self._metric.aggregation is Aggregation.STOCK and self._windows.complete
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
        now, then = self._samples.at(segment, window), self._samples.at(segment, before)
        if self._is_withheld(now):
            return Row(segment, None, 0, withheld=True)
        smallest = self._smallest_sample()
        change = None
        if has_interval(aggregation) or not runs:
            change = change_of(aggregation, now, then, usual, smallest)
        return Row(
            segment=segment,
            value=self._value(segment, window),
            n=now.n,
            interval=interval_of(aggregation, now),
            previous=self._previous(segment, before),
            change=change if self._previous(segment, before) else None,
            usual_range=(usual.low, usual.high) if usual else None,
            asides=self._asides(segment, window),
            small_sample=has_interval(aggregation) and 0 < now.n < smallest,
        )

    def _asides(self, segment: SegmentValues, window: int) -> dict[str, float | None]:
        found = self._samples.asides.get((segment, window), {})
        return {aside.key: found.get(aside.key) for aside in self._metric.asides}

    def _previous(self, segment: SegmentValues, window: int) -> Previous | None:
        value, n = self._point(segment, window)
        return None if value is None else Previous(value, n)

    def _point(self, segment: SegmentValues, window: int) -> tuple[float | None, int]:
        sample = self._samples.at(segment, window)
        if self._is_withheld(sample):
            return None, 0
        return self._value(segment, window), sample.n

    def _value(self, segment: SegmentValues, window: int) -> float | None:
        sample = self._samples.at(segment, window)
        if sample.n == 0 and self._is_a_true_zero(segment, window):
            return 0.0
        return value_of(self._metric.aggregation, sample)

    def _is_a_true_zero(self, segment: SegmentValues, window: int) -> bool:
        """Whether nothing was counted although there was data then, so that the count is 0."""
        if has_interval(self._metric.aggregation) or self._fresh_until is None:
            return False
        bounds = {each.number: each for each in self._windows.all}.get(window)
        if bounds is None or bounds.start >= self._fresh_until:
            return False
        starts = {each.number: each.start for each in self._windows.all}
        known = self._samples.by_segment.get(segment, {})
        return any(starts[number] < bounds.start for number in known)

    @staticmethod
    def _is_withheld(sample: Sample) -> bool:
        return is_small_group(sample.agents)

    def _baselines(self, segments: list[SegmentValues]) -> list[Baseline | None]:
        largest = 1.0 if self._metric.unit is Unit.RATE else None
        numbers = self._windows.baseline
        values = [[self._point(segment, n)[0] for n in numbers] for segment in segments]
        return baselines(values, largest=largest)

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
        clock = tuple(
            _clock_order(kind, value)
            for kind, value in segment
            if kind in {Segment.HOUR, Segment.WEEKDAY}
        )
        names = tuple(value or "" for _kind, value in segment)
        sample = self._samples.at(segment, window)
        if self._is_withheld(sample):
            return (clock, True, 0, names)
        return (clock, False, -sample.n, names)

    def _empty_segment(self) -> SegmentValues:
        asked = {each.segment: each.values for each in self._reading.query.filters}
        return tuple(
            (segment, asked[segment][0] if len(asked.get(segment, ())) == 1 else None)
            for segment in self._reading.split_by
        )

    def _smallest_sample(self) -> int:
        settings = self._reading.settings
        return settings.small_samples.get(self._metric.key, settings.small_sample)

    def _is_provisional(self) -> bool:
        if self._fresh_until is None:
            return False
        days = timedelta(days=self._reading.settings.repeat_contact_days)
        return self._windows.asked.end > self._fresh_until - days


def _clock_order(kind: Segment, value: str | None) -> int:
    if value is None:
        return len(WEEKDAYS)
    return WEEKDAYS.index(value) if kind is Segment.WEEKDAY else int(value)
