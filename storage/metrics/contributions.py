"""A change, split into what each segment added to it: its figure's move, and the mix's.

With a segment's share of all rows w and its figure r, before (0) and after (1), and the total's
figure R, the parts are

    rate part  (r1 - r0) * (w0 + w1) / 2
    mix part   (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)

which over all segments add up to R1 - R0. A segment that was there only once has one figure, taken
for both times, so that all of it is mix. A count's part is the difference of the counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from storage.metrics.explanation import Figure, Part
from storage.metrics.grouped import Grouping
from storage.metrics.samples import SMALLEST_GROUP

TIMES = ("before", "after")


def settle(groups: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    """The groups with their sums adding up to the total's to the last digit.

    An engine adds floats up in another order for every grouping; what that leaves goes to the
    largest group.
    """
    settled = groups.copy()
    for time in TIMES:
        sums = settled[f"total_{time}"]
        rest = total[f"total_{time}"].sum() - sums.sum()
        if len(sums):
            settled.loc[settled[f"n_{time}"].idxmax(), f"total_{time}"] += rest
    return settled


def fold(groups: pd.DataFrame) -> pd.DataFrame | None:
    """Groups with fewer than 3 agents behind them as one, with the smallest of the others.

    That one keeps the folded group from being told by who stands behind it. ``is_folded`` marks
    it; None where nothing would be left beside it.
    """
    agents = [groups[f"agents_{time}"] for time in TIMES]
    is_small = pd.Series(False, index=groups.index)
    for known in agents:
        is_small |= (known > 0) & (known < SMALLEST_GROUP)
    if not is_small.any():
        return groups.assign(is_folded=False)
    is_enough = (agents[0] >= SMALLEST_GROUP) & (agents[1] >= SMALLEST_GROUP)
    cover = groups[is_enough].eval("n_before + n_after").sort_values().index[:1]
    shown = groups[~is_small].drop(cover)
    if cover.empty or shown.empty:
        return None
    folded = groups.drop(shown.index).sum(numeric_only=True).to_frame().T
    return pd.concat([shown.assign(is_folded=False), folded.assign(is_folded=True)])


def contributions(groups: pd.DataFrame, *, adds_up: bool) -> pd.DataFrame:
    """Each group's figures and shares before and after, its two parts, and how sure they are.

    ``adds_up`` where the value is a sum, such as a count; else it is the mean of the rows.
    ``error`` is the standard error of the two parts together.
    """
    parts = groups.copy()
    for time in TIMES:
        n, total = parts[f"n_{time}"], parts[f"total_{time}"]
        parts[f"share_{time}"] = n / n.sum() if n.sum() else 0.0
        parts[f"figure_{time}"] = total if adds_up else total / n.where(n > 0)
    return _added(parts) if adds_up else _averaged(parts)


def _added(parts: pd.DataFrame) -> pd.DataFrame:
    return parts.assign(
        rate_part=parts["total_after"] - parts["total_before"],
        mix_part=0.0,
        error=(parts["squares_before"] + parts["squares_after"]) ** 0.5,
    )


def _averaged(parts: pd.DataFrame) -> pd.DataFrame:
    first, second = parts["figure_before"], parts["figure_after"]
    before, after = first.fillna(second), second.fillna(first)
    shares = (parts["share_before"] + parts["share_after"]) / 2
    totals = sum(parts[f"total_{time}"].sum() / parts[f"n_{time}"].sum() for time in TIMES) / 2
    moved = parts["share_after"] - parts["share_before"]
    return parts.assign(
        rate_part=(after - before) * shares,
        mix_part=moved * ((before + after) / 2 - totals),
        error=shares * sum(_squared_error(parts, time) for time in TIMES) ** 0.5,
    )


def _squared_error(parts: pd.DataFrame, time: str) -> pd.Series:
    """The squared standard error of each mean."""
    n = parts[f"n_{time}"].where(parts[f"n_{time}"] > 0)
    variance = parts[f"squares_{time}"] / n - (parts[f"total_{time}"] / n) ** 2
    return (variance.clip(lower=0) / n).fillna(0.0)


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
