"""What a statement of flows brought back, by columns, and the samples made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.engine import Connection

from storage.metrics.flow import GRID
from storage.metrics.sample import Sample

Cells = Mapping[Any, Any]
"""A row of what a statement brought back, by the names of its columns."""
Columns = Mapping[str, Sequence[Any]]
"""All of its rows, column by column; empty where there are none."""


def fetched(
    connection: Connection, statement: Select[Any], by: tuple[str, ...]
) -> dict[tuple[Any, ...], Columns]:
    """What a statement brought back for each value of ``by``, without rows of no window."""
    result = connection.execute(statement)
    names = list(result.keys())
    window, keys = names.index("window"), [names.index(name) for name in by]
    parts: dict[tuple[Any, ...], list[Row[Any]]] = defaultdict(list)
    for row in result.all():
        if row[window] is not None:
            parts[tuple(row[key] for key in keys)].append(row)
    return {
        part: dict(zip(names, zip(*rows, strict=True), strict=True)) for part, rows in parts.items()
    }


def rows_of(columns: Columns) -> Iterator[Cells]:
    names = tuple(columns)
    return (dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True))


def sample_of(row: Cells) -> Sample:
    return next(samples_of({name: (value,) for name, value in row.items()}))


def samples_of(columns: Columns) -> Iterator[Sample]:
    """A sample for each row, put together by columns: there may be thousands."""
    totals, numbers = columns["total"], columns["n"]
    weights = (
        None if total is None and n else number(weight)
        for n, total, weight in zip(numbers, totals, columns["weight"], strict=True)
    )
    return map(
        Sample,
        map(int, numbers),
        _floats(totals),
        _floats(columns["squares"]),
        weights,
        _floats(columns["weight_squares"]),
        _floats(columns["cross"]),
        (int(each or 0) for each in columns["derived"]),
        columns["agents"],
        map(number, columns.get("middle") or repeat(None)),
    )


def _floats(column: Sequence[Any]) -> Iterator[float]:
    return (float(each or 0) for each in column)


def with_spread(sample: Sample, row: Cells) -> Sample:
    grid = tuple(float(row[name]) for name in GRID if row[name] is not None)
    return replace(
        sample,
        middle=number(row["middle"]),
        percentile_90=number(row["percentile_90"]),
        low=number(row["low"]),
        high=number(row["high"]),
        low_90=number(row["low_90"]),
        high_90=number(row["high_90"]),
        grid=grid,
    )


def number(value: Any) -> float | None:
    """A float; an engine's NULL and ``nan`` are both no figure."""
    return None if value is None or value != value else float(value)  # noqa: PLR0124 - nan
