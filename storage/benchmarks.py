"""Figures of whole industries, each with its source and year."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What an industry reaches: ``value`` is in percent for a rate, else in the metric's unit."""

    metric: str
    label: str
    value: float
    year: int
    source: str


@cache
def shipped() -> tuple[Benchmark, ...]:
    """Those that come with CareKPI."""
    path = Path(__file__).with_name("benchmarks.toml")
    found = tomllib.loads(path.read_text(encoding="utf-8"))["benchmarks"]
    return tuple(Benchmark(**each) for each in found)


def labels(benchmarks: Iterable[Benchmark], metric_key: str) -> list[str]:
    """What can be chosen for a metric."""
    return sorted({each.label for each in benchmarks if each.metric == metric_key})
