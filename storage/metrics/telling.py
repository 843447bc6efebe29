"""Which parts of a change are worth a sentence, and whether the parts contradict the total."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from storage.metrics.definition import Segment
from storage.metrics.grouped import Grouping

MOST_TOLD = 3
SMALLEST_TOLD = 0.1
"""Of the change; what explains less stays in the table."""
SMALLEST_EXCESS = 0.05
DOMINATING = 0.5
EACH_FURTHER = 0.1
"""What a second and third part have to explain more to be worth telling beside the first."""
NEVER_TOLD = {Segment.AGENT}
"""Nobody is named as what made a figure fall."""


def told(
    tables: Mapping[Grouping, pd.DataFrame], change: float, smallest_sample: int
) -> tuple[Grouping, pd.DataFrame]:
    """The grouping that explains a change best with few rows, and those rows, the largest first.

    A row explains by how much its part exceeds what its share of all rows would make it expect,
    one standard error taken off; so a large segment isn't told for its size, nor a small one for
    its chance; one with fewer rows than the ``smallest_sample`` is never told. Two segments
    together are looked at where one channel dominates. No rows where the change is spread evenly.
    """
    candidates = {
        grouping: _explaining(
            _tellable(_within(tables, grouping, change), grouping, smallest_sample), change
        )
        for grouping in tables
        if grouping and NEVER_TOLD.isdisjoint(grouping)
    }
    return max(candidates.items(), key=lambda each: _score(each[1]), default=((), pd.DataFrame()))


def _within(
    tables: Mapping[Grouping, pd.DataFrame], grouping: Grouping, change: float
) -> pd.DataFrame:
    """The rows of a grouping; of one by channel and more, those of the dominating channel."""
    table = tables[grouping]
    if len(grouping) == 1:
        return table
    return table[table[Segment.CHANNEL.value] == _dominating(tables, change)]


def _dominating(tables: Mapping[Grouping, pd.DataFrame], change: float) -> str | None:
    """The channel that more than half of the change comes from."""
    channels = tables.get((Segment.CHANNEL,))
    if channels is None:
        return None
    leading = channels.assign(amount=_amounts(channels) / change).nlargest(1, "amount")
    (row,) = leading.to_dict("records")
    return str(row[Segment.CHANNEL.value]) if row["amount"] > DOMINATING else None


def _tellable(table: pd.DataFrame, grouping: Grouping, smallest_sample: int) -> pd.DataFrame:
    """The rows that have a name to be told by, and enough behind them whenever they were there."""
    counts = table[["n_before", "n_after"]]
    is_enough = (counts.eq(0) | counts.ge(smallest_sample)).all(axis="columns")
    has_names = table[[segment.value for segment in grouping]].notna().all(axis="columns")
    return table.loc[has_names & is_enough & ~table["is_folded"]]


def _explaining(table: pd.DataFrame, change: float) -> pd.DataFrame:
    """The rows worth telling, with what each explains beyond its size as ``excess``."""
    amounts = _amounts(table) / change
    excess = amounts - table["size"] - table["error"] / abs(change)
    worth = (amounts >= SMALLEST_TOLD) & (excess >= SMALLEST_EXCESS)
    found = table.assign(amount=amounts, excess=excess)[worth]
    leading = found.nlargest(MOST_TOLD, "excess")
    is_first = leading["excess"] == leading["excess"].max()
    kept = is_first | (leading["excess"] >= EACH_FURTHER)
    told_rows: pd.DataFrame = leading.loc[kept]
    return told_rows.sort_values("amount", ascending=False)


def _score(rows: pd.DataFrame) -> float:
    return float(rows["excess"].sum() - EACH_FURTHER * max(len(rows) - 1, 0)) if len(rows) else 0.0


def _amounts(table: pd.DataFrame) -> pd.Series:
    return table["rate_part"] + table["mix_part"]


def paradox(tables: Mapping[Grouping, pd.DataFrame], change: float) -> Segment | None:
    """The first segment whose every value moved one way while the total moved the other.

    E. H. Simpson, J R Stat Soc B 1951;13:238. Values that were there only once don't speak.
    """
    single = (grouping for grouping in tables if len(grouping) == 1)
    return next((each for (each,) in single if _contradicts(tables[each,], change)), None)


def _contradicts(table: pd.DataFrame, change: float) -> bool:
    moved = (table["figure_after"] - table["figure_before"]).dropna()
    return len(moved) > 1 and bool(((moved * change) < 0).all())
