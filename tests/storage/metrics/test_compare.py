from __future__ import annotations

from random import Random

import pytest

from storage.metrics.answer import Change
from storage.metrics.baseline import Baseline, baselines
from storage.metrics.compare import change_of
from storage.metrics.definition import Aggregation
from storage.metrics.sample import Sample

USUAL = Baseline(mean=0.75, low=0.72, high=0.78, side_run=1)


def change(now: Sample, before: Sample, usual: Baseline | None = USUAL) -> Change | None:
    return change_of(Aggregation.SHARE, now, before, usual, smallest_sample=30)


@pytest.mark.parametrize(
    ("hits", "expected"), [(710, Change.DOWN), (740, Change.FLAT), (790, Change.UP)]
)
def test_baseline_decides_where_there_is_one(hits: int, expected: Change) -> None:
    assert change(Sample(1000, hits), Sample(1000, 750)) is expected


@pytest.mark.parametrize(
    ("hits", "expected"), [(690, Change.DOWN), (740, Change.FLAT), (800, Change.UP)]
)
def test_interval_of_the_difference_decides_without_a_baseline(hits: int, expected: Change) -> None:
    assert change(Sample(1000, hits), Sample(1000, 750), usual=None) is expected


def test_small_sample_is_never_a_rise_or_a_fall() -> None:
    assert change(Sample(29, 0), Sample(1000, 750)) is Change.UNCLEAR
    assert change(Sample(1000, 0), Sample(29, 29)) is Change.UNCLEAR


def test_nothing_before_is_no_change() -> None:
    assert change(Sample(1000, 750), Sample(0)) is None
    assert change(Sample(0), Sample(1000, 750)) is None


def test_count_without_a_baseline_is_unclear() -> None:
    found = change_of(Aggregation.COUNT, Sample(500), Sample(100), None, smallest_sample=30)
    assert found is Change.UNCLEAR


def test_process_in_control_is_rarely_called_a_change() -> None:
    """8,000 contacts a week, a true spread of 1.5 points between weeks: fewer than 3 in 100."""
    random = Random(11)
    weeks = [
        [0.75 + random.gauss(0, 0.015) + random.gauss(0, 0.0048) for _ in range(13)]
        for _ in range(2000)
    ]
    usual = baselines([before for *before, _now in weeks])
    called = [
        change(Sample(8000, 8000 * now), Sample(8000, 8000 * before[-1]), known) is not Change.FLAT
        for (*before, now), known in zip(weeks, usual, strict=True)
    ]
    assert sum(called) / len(called) < 0.03
