"""What a statement of flows brought back, by columns, and the samples made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.engine import Connection

from storage.facts.dialect import columns_of
from storage.metrics.answer import SegmentValues
from storage.metrics.definition import Aggregation, Aside, Segment, Statistic, Unit
from storage.metrics.sample import SMALLEST_GROUP, Sample
from storage.metrics.spread import GRID, PERCENTILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cells = Mapping[Any, Any]
"""A row of what a statement brought back, by the names of its columns."""
Columns = Mapping[str, "NDArray[Any]"]
"""All of its rows, column by column, NULL as ``nan``; empty where there are none."""
Point = tuple[float | None, int]
"""A figure, and what it counts."""

_Made = TypeVar("_Made")
TEXTS = frozenset({"part", *(segment.value for segment in Segment)})


def fetched(
    connection: Connection, statement: Select[Any], by: tuple[str, ...]
) -> dict[tuple[Any, ...], Columns]:
    """What a statement brought back for each value of ``by``, without rows of no window."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    columns = columns_of(connection.execute(statement), TEXTS)
    is_of_window = ~np.isnan(columns["window"])
    numbers_of: dict[tuple[Any, ...], int] = {}
    parts = zip(*(columns.pop(name) for name in by), strict=True)
    numbered = (numbers_of.setdefault(part, len(numbers_of)) for part in parts)
    of_row = np.fromiter(numbered, int, len(is_of_window))
    kept = {part: is_of_window & (of_row == number) for part, number in numbers_of.items()}
    return {
        part: {name: column[rows] for name, column in columns.items()}
        for part, rows in kept.items()
        if rows.any()
    }


def segments_of(columns: Columns, by: tuple[Segment, ...]) -> Iterator[SegmentValues]:
    """The segment of each row."""
    if not by:
        return repeat((), len(columns["n"]))
    segment = cache(lambda found: tuple(zip(by, found, strict=True)))
    return map(segment, zip(*(columns[each.value] for each in by), strict=True))


def placed(
    by: tuple[Segment, ...], columns: Columns, rows: Iterable[_Made]
) -> Iterator[tuple[SegmentValues, int, _Made]]:
    """What was made of each row, with its segment and its window."""
    windows = columns["window"].astype(int).tolist()
    return zip(segments_of(columns, by), windows, rows, strict=False)


def by_segment(
    by: tuple[Segment, ...], columns: Columns, rows: Iterable[_Made]
) -> dict[SegmentValues, dict[int, _Made]]:
    """What was made of each row, by its segment and its window: each segment is made but once."""
    found: defaultdict[tuple[Any, ...], dict[int, _Made]] = defaultdict(dict)
    windows = columns["window"].astype(int).tolist()
    texts = zip(*(columns[each.value].tolist() for each in by), strict=True) if by else repeat(())
    for text, window, row in zip(texts, windows, rows, strict=False):
        found[text][window] = row
    return {tuple(zip(by, text, strict=True)): of_segment for text, of_segment in found.items()}


def asides_of(aside: Aside, columns: Columns) -> Iterator[tuple[float | None, float | None]]:
    """An aside's figure of each row, and what it counts; neither where too few agents are."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    shown = np.where(_is_small(columns), np.nan, 1)
    if aside.unit is Unit.COUNT:
        values = columns["n"]
    elif aside.statistic is Statistic.MEDIAN:
        values = columns["middle"]
    else:
        weight = columns["weight"]
        divisor = np.where(np.isnan(weight), columns["n"], weight)
        values = columns["total"] / np.where(divisor == 0, np.nan, divisor)
    return zip(numbers(values * shown), numbers(columns["n"] * shown), strict=True)


def _is_small(columns: Columns) -> NDArray[Any]:
    agents = columns["agents"]
    found: NDArray[Any] = (agents > 0) & (agents < SMALLEST_GROUP)
    return found


def where(columns: Columns, windows: Sequence[int]) -> Columns:
    """The rows of some windows."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    kept = np.isin(columns["window"], windows)
    return {name: column[kept] for name, column in columns.items()}


def points_of(aggregation: Aggregation, columns: Columns) -> Iterator[Point]:
    """What ``value_of`` gives for a sample of each row; no figure where too few agents are."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    n = np.where(_is_small(columns), 0, columns["n"])
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(n > 0, _VALUES[aggregation](columns), np.nan)
    values[np.isinf(values)] = np.nan
    return zip(numbers(values), n.astype(int).tolist(), strict=True)


def _mean(columns: Columns) -> NDArray[Any]:
    return _known(columns["total"]) / columns["n"]


def _ratio(columns: Columns) -> NDArray[Any]:
    return columns["total"] / columns["weight"]


_VALUES: dict[Aggregation, Callable[[Columns], NDArray[Any]]] = {
    Aggregation.SHARE: _mean,
    Aggregation.MEAN: _mean,
    Aggregation.MEDIAN: lambda columns: columns["middle"],
    Aggregation.RATIO: _ratio,
    Aggregation.NET_PROMOTER: lambda columns: 100 * _mean(columns),
    Aggregation.PER_HUNDRED: lambda columns: 100 * _ratio(columns),
    Aggregation.COUNT: lambda columns: columns["n"],
    Aggregation.SUM: lambda columns: _known(columns["total"]),
    Aggregation.COST: _ratio,
    Aggregation.PER_ONE: _ratio,
}


def means_of(columns: Columns) -> Iterator[tuple[int, float, int | None]]:
    """What a mean is made of: the number and the sum, and how many agents are behind it."""
    n, totals = columns["n"].astype(int).tolist(), _known(columns["total"]).tolist()
    return zip(n, totals, numbers(columns["agents"]), strict=True)


def samples_of(columns: Columns) -> Iterator[Sample]:
    """A sample for each row, put together by columns: there may be thousands."""
    return map(
        Sample,
        columns["n"].astype(int).tolist(),
        _known(columns["total"]).tolist(),
        _known(columns["squares"]).tolist(),
        _weights(columns),
        _known(columns["weight_squares"]).tolist(),
        _known(columns["cross"]).tolist(),
        _known(columns["derived"]).astype(int).tolist(),
        (None if each is None else int(each) for each in numbers(columns["agents"])),
        *(numbers(columns[name]) if name in columns else repeat(None) for name in PERCENTILES),
        _grids(columns),
    )


def _weights(columns: Columns) -> list[float | None]:
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    is_none = np.isnan(columns["total"]) & (columns["n"] > 0)
    return numbers(np.where(is_none, np.nan, columns["weight"]))


def _grids(columns: Columns) -> Iterator[tuple[float, ...]]:
    if GRID[0] not in columns:
        return repeat(())
    rows = zip(*(numbers(columns[name]) for name in GRID), strict=True)
    return (tuple(each for each in row if each is not None) for row in rows)


def _known(column: NDArray[Any]) -> NDArray[Any]:
    """0 in place of what is missing."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    return np.where(np.isnan(column), 0, column)


def numbers(column: NDArray[Any]) -> list[Any]:
    """Floats; an engine's NULL and ``nan`` are both no figure."""
    import numpy as np  # noqa: PLC0415 - slow to import, and needed by answers alone

    found: list[Any] = column.tolist()
    if np.isnan(column).any():
        return [None if each != each else each for each in found]  # noqa: PLR0124 - nan
    return found


def number(value: Any) -> float | None:
    """A float; an engine's NULL and ``nan`` are both no figure."""
    return None if value is None or value != value else float(value)  # noqa: PLR0124 - nan
