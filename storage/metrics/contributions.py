"""A change, split into what each segment added to it: its figure's move, and the mix's.

With a segment's share w of all rows (of all weight, for a ratio) and its figure r, before (0) and
after (1), and the total's figure R, the parts are

    rate part  (r1 - r0) * (w0 + w1) / 2
    mix part   (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)

which over all segments add up to R1 - R0. A segment that was there only once has one figure, taken
for both times, so that all of it is mix. A count's part is the difference of the counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from storage.metrics.definition import Aggregation
from storage.metrics.explanation import ADDS_UP, Figure, Part
from storage.metrics.grouped import Grouping
from storage.metrics.sample import SMALLEST_GROUP

TIMES = ("before", "after")
SCALES = {Aggregation.NET_PROMOTER: 100.0}


def settle(groups: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    """The groups with their sums adding up to the total's to the last digit.

    An engine adds floats up in another order for every grouping; what that leaves goes to the
    largest group.
    """
    settled = groups.copy()
    for name in (f"{of}_{time}" for of in ("total", "weight") for time in TIMES):
        rest = total[name].sum() - settled[name].sum()
        is_largest = settled.index == settled[name].abs().idxmax()
        settled[name] += rest * is_largest
    return settled


def fold(groups: pd.DataFrame) -> pd.DataFrame | None:
    """Groups with fewer than 3 agents behind them as one, with the smallest of the others.

    That one keeps the folded group from being told by who stands behind it. ``is_folded`` marks
    it; None where nothing would be left beside it.
    """
    first, second = (groups[f"agents_{time}"] for time in TIMES)
    is_small = first.between(1, SMALLEST_GROUP - 1) | second.between(1, SMALLEST_GROUP - 1)
    if not is_small.any():
        return groups.assign(is_folded=False)
    size = groups["n_before"] + groups["n_after"]
    is_enough = (first >= SMALLEST_GROUP) & (second >= SMALLEST_GROUP)
    cover = size[is_enough].sort_values().index[:1]
    shown = groups[~is_small].drop(cover)
    if cover.empty or shown.empty:
        return None
    folded = groups.drop(shown.index).sum(numeric_only=True).to_frame().T
    return pd.concat([shown.assign(is_folded=False), folded.assign(is_folded=True)])


def contributions(groups: pd.DataFrame, aggregation: Aggregation) -> pd.DataFrame:
    """Each group's figures and shares before and after, its two parts, and how sure they are.

    ``size`` is the part of a change that a group would make if all moved alike, ``error`` the
    standard error of the two parts together.
    """
    scale = SCALES.get(aggregation, 1.0)
    parts = groups.copy()
    for time in TIMES:
        weight, total = parts[f"weight_{time}"], parts[f"total_{time}"]
        parts[f"share_{time}"] = weight / weight.sum() if weight.sum() else 0.0
        parts[f"figure_{time}"] = scale * total / weight.where(weight > 0)
    return _added(parts) if aggregation in ADDS_UP else _averaged(parts, scale)


def _added(parts: pd.DataFrame) -> pd.DataFrame:
    before, after = parts["total_before"], parts["total_after"]
    error = (parts["squares_before"] + parts["squares_after"]) ** 0.5
    return parts.assign(
        figure_before=before,
        figure_after=after,
        rate_part=after - before,
        mix_part=0.0,
        size=parts["share_before"],
        error=error,
    )


def _averaged(parts: pd.DataFrame, scale: float) -> pd.DataFrame:
    first, second = parts["figure_before"], parts["figure_after"]
    before, after = (first.fillna(second).fillna(0.0), second.fillna(first).fillna(0.0))
    shares = (parts["share_before"] + parts["share_after"]) / 2
    totals = scale * sum(_mean(parts, time) for time in TIMES) / 2
    moved = parts["share_after"] - parts["share_before"]
    squared_error = sum(_squared_error(parts, time) for time in TIMES)
    return parts.assign(
        rate_part=(after - before) * shares,
        size=shares,
        mix_part=moved * ((before + after) / 2 - totals),
        error=scale * shares * squared_error**0.5,
    )


def _mean(parts: pd.DataFrame, time: str) -> float:
    weight = parts[f"weight_{time}"].sum()
    return float(parts[f"total_{time}"].sum() / weight) if weight else 0.0


def _squared_error(parts: pd.DataFrame, time: str) -> pd.Series:
    """The squared standard error of each mean or ratio, by its rows' residuals."""
    weight = parts[f"weight_{time}"].where(parts[f"weight_{time}"] > 0)
    ratio = parts[f"total_{time}"] / weight
    residuals = (
        parts[f"squares_{time}"]
        - 2 * ratio * parts[f"cross_{time}"]
        + ratio**2 * parts[f"weight_squares_{time}"]
    )
    return (residuals.clip(lower=0) / weight**2).fillna(0.0)


def parts_of(table: pd.DataFrame, grouping: Grouping) -> Iterator[Part]:
    """The rows of ``contributions`` as parts, in their order."""
    for row in table.to_dict("records"):
        folded = bool(row.get("is_folded", False))
        yield Part(
            segment=tuple((kind, _text(row[kind.value])) for kind in grouping),
            before=Figure(_number(row["figure_before"]), int(row["n_before"])),
            after=Figure(_number(row["figure_after"]), int(row["n_after"])),
            rate_part=float(row["rate_part"]),
            mix_part=float(row["mix_part"]),
            shares=(float(row["share_before"]), float(row["share_after"])),
            is_folded=folded,
        )


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]  # a scalar


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
