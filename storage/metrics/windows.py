"""The stretches of time that one answer needs: the period, those before it, and the running one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage.periods import Grain, Period, running_period, same_stretch

TREND_PERIODS = 12
BASELINE_PERIODS = 12
ASKED, BEFORE, RUNNING, STRETCH = 0, 1, -1, -2
"""Windows are numbered by how many periods back they lie; the running ones are negative."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of UTC instants with its number."""

    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Windows:
    """All that one answer reads.

    ``compared_with`` is the number of the window that the asked period is compared with: the
    period before, or its same stretch where the asked period itself runs. ``running`` is the
    period after the asked one, if that is the one that runs.
    """

    asked: Period
    now: datetime
    complete: bool
    compared_with: int
    running: Period | None
    all: tuple[Window, ...]

    @property
    def detailed(self) -> tuple[Window, ...]:
        """Those whose spread is needed: what is shown as a row, and what a row is compared with."""
        shown = {ASKED, self.compared_with, RUNNING, STRETCH}
        return tuple(window for window in self.all if window.number in shown)

    @property
    def shown(self) -> tuple[Window, ...]:
        return tuple(window for window in self.all if window.number in {ASKED, RUNNING})

    @property
    def compared(self) -> Windows:
        """Only the asked window and the one that it is compared with."""
        kept = {ASKED, self.compared_with}
        return replace(self, all=tuple(each for each in self.all if each.number in kept))

    @property
    def without_running(self) -> Windows:
        """Without the period that runs after the asked one."""
        left_out = {RUNNING, STRETCH} - {self.compared_with}
        kept = tuple(each for each in self.all if each.number not in left_out)
        return replace(self, running=None, all=kept)

    @property
    def trend(self) -> tuple[int, ...]:
        """Numbers of the complete periods of the trend, oldest first."""
        newest = ASKED if self.complete else BEFORE
        return tuple(range(newest + TREND_PERIODS - 1, newest - 1, -1))

    @property
    def baseline(self) -> tuple[int, ...]:
        """Numbers of the periods before the asked one that it is held against, oldest first."""
        step = _baseline_step(self.asked.grain)
        return tuple(range(BASELINE_PERIODS * step, 0, -step))


def plan(asked: Period, now: datetime) -> Windows:
    """What to read for a period: itself, the periods before, and the running one beside it."""
    complete = asked.end <= now
    runs = asked.contains(now)
    running = _running_after(asked, now)
    windows = [Window(ASKED, asked.start, min(asked.end, now) if runs else asked.end)]
    for number in _numbers_before(asked.grain):
        period = asked.shifted(-number)
        windows.append(Window(number, period.start, period.end))
    if running:
        windows.append(Window(RUNNING, running.start, now))
    if running or runs:
        windows.append(Window(STRETCH, *same_stretch(running or asked, now)))
    kept = tuple(window for window in windows if window.start < window.end)
    return Windows(asked, now, complete, STRETCH if runs else BEFORE, running, kept)


def _running_after(asked: Period, now: datetime) -> Period | None:
    """The period that runs, if the asked one is the last complete one before it."""
    running = running_period(asked, now)
    follows = asked.grain is not Grain.RANGE and asked == running.shifted(-1)
    return running if follows and running.start < now else None


def disjoint_layers(windows: tuple[Window, ...]) -> list[list[Window]]:
    """The windows in as few lists as needed so that none of a list overlap; each is sorted.

    Of two that start together the longer one comes first, so that further lists stay short.
    """
    layers: list[list[Window]] = []
    for window in sorted(windows, key=lambda each: (each.start, each.start - each.end)):
        for layer in layers:
            if layer[-1].end <= window.start:
                layer.append(window)
                break
        else:
            layers.append([window])
    return layers


def _numbers_before(grain: Grain) -> list[int]:
    step = _baseline_step(grain)
    baseline = range(step, BASELINE_PERIODS * step + 1, step)
    return sorted({*range(1, TREND_PERIODS + 1), *baseline})


def _baseline_step(grain: Grain) -> int:
    """A day is held against the same weekday of the weeks before."""
    return 7 if grain is Grain.DAY else 1
