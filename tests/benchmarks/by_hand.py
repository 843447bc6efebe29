"""Every metric by any segment once more, as someone who knows the tables well would ask DuckDB.

A statement counts the 13 weeks and the running one, the running week's stretch of the week before,
and over the two weeks that are shown what stands beside the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.benchmarks import standing_by_hand
from tests.benchmarks.counted_by_hand import (
    LAST_MONDAY,
    MONDAY,
    NOW,
    PARTS,
    STRETCH_END,
    WEEKS,
    Part,
)

LARGEST_CUSTOMERS = 200
BACKLOGS = ("ticket_backlog", "tickets_pending")

Statements = tuple[str, ...]
"""Run one after another; together they give an answer's numbers."""


def is_written_by_hand(metric: str) -> bool:
    """Reviews by agent and agreement of reviewers are of people, not of millions of rows."""
    return metric in {*PARTS, *BACKLOGS, *standing_by_hand.PRESENT}


def written_by_hand(metric: str, segment: str | None, *, apart: bool = False) -> list[Statements]:
    """The ways to ask that may each be the fastest; with ``apart`` by channel too."""
    if metric in BACKLOGS:
        return [
            (_with_newest(statement, newest),)
            for newest in _ways((standing_by_hand.OPEN,), segment)
            for statement in _backlogs(segment, newest)
        ]
    parts = PARTS.get(metric, ()) if metric in standing_by_hand.PRESENT else PARTS[metric]
    parts = tuple(replace(part, channels_apart=apart) for part in parts)
    ways = [tuple(_statements(parts, segment, newest)) for newest in _ways(parts, segment)]
    if metric not in standing_by_hand.PRESENT:
        return ways
    counted = standing_by_hand.customers(metric, segment)
    return [(*way, present) for way in ways for present in counted]


NEWEST = {
    "aggregate": "SELECT customer_id, arg_max(segment, started_on) AS segment FROM customers"
    " GROUP BY customer_id",
    "ordered": "SELECT customer_id, segment FROM customers"
    " QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY started_on DESC) = 1",
}


def _ways(parts: tuple[Part, ...], segment: str | None) -> list[str]:
    if segment == "customer_segment" and parts:
        return list(NEWEST.values())
    return [""]


def _backlogs(segment: str | None, newest: str) -> tuple[str, ...]:
    rows = standing_by_hand.OPEN
    return standing_by_hand.backlogs(_segment(rows, segment), _join(rows, segment, newest))


def _statements(parts: tuple[Part, ...], segment: str | None, newest: str) -> Iterator[str]:
    """One union for all sums and counts; percentiles by themselves, for some unions never end."""
    known = [part for part in parts if _is_known(part, segment)]
    sums = [select for part in known if "quantile" not in part.figures
            for select in _selects(part, segment, newest)]  # fmt: skip
    if sums:
        yield _with_newest(" UNION ALL ".join(_padded(sums)), newest)
    for part in known:
        if "quantile" in part.figures:
            yield from (_with_newest(each[0], newest) for each in _selects(part, segment, newest))
        if part.spread:
            yield from (_with_newest(each, newest) for each in _spreads(part, segment, newest))


def _with_newest(statement: str, newest: str) -> str:
    """All in one materialised whole: DuckDB 1.5 can wait for ever where a union is fetched from."""
    found = f"found AS MATERIALIZED ({statement}) SELECT * FROM found"
    return f"WITH newest AS MATERIALIZED ({newest}), {found}" if newest else f"WITH {found}"


def _is_known(part: Part, segment: str | None) -> bool:
    if not part.beside:
        return True
    missing = {"agent_days": {"channel", "hour"}, "help_sessions": set[str]()}
    return segment not in missing.get(part.table, set())


def _selects(part: Part, segment: str | None, newest: str) -> Iterator[tuple[str, int]]:
    """Each select with the number of its figures."""
    number = len(_split(part.figures))
    by_week = f"date_trunc('week', {part.by})"
    start = LAST_MONDAY if part.beside else WEEKS
    yield _select(part, segment, newest, by_week, part.between(start, NOW)), number
    if not part.beside:
        within = part.between(LAST_MONDAY, STRETCH_END)
        yield _select(part, segment, newest, "NULL::TIMESTAMP", within), number


def _select(part: Part, segment: str | None, newest: str, week: str, within: str) -> str:
    keys = f"{week} AS week, {_segment(part, segment)} AS segment"
    keys += ", channel" if part.channels_apart else ""
    return (
        f"SELECT {keys}, {part.figures} FROM {part.table}{_join(part, segment, newest)}"
        f" WHERE {part.where} AND {within}{_largest(part, segment)} GROUP BY ALL"
    )


def _spreads(part: Part, segment: str | None, newest: str) -> Iterator[str]:
    """Percentiles of the weeks shown and compared, and the values that a median's interval has."""
    weeks = (f"date_trunc('week', {part.by})", part.between("TIMESTAMP '2025-12-08'", NOW))
    stretch = ("NULL::TIMESTAMP", part.between(LAST_MONDAY, STRETCH_END))
    for week, within in (weeks, stretch):
        if "quantile" not in part.figures:
            figures = f"quantile_cont({part.spread}, [0.5, 0.9])"
            yield _select(replace(part, figures=figures), segment, newest, week, within)
            continue
        figures = f"count(*) AS n, list_sort(list({part.spread})) AS v"
        lists = _select(replace(part, figures=figures), segment, newest, week, within)
        ranks = ("n / 2 - 0.98 * sqrt(n)", "1 + n / 2 + 0.98 * sqrt(n)", "n / 2", "0.9 * n")
        chosen = ", ".join(f"v[greatest(1, least(n, round({rank})))::BIGINT]" for rank in ranks)
        yield f"SELECT week, segment, {chosen} FROM ({lists})"


def _padded(selects: list[tuple[str, int]]) -> list[str]:
    """The selects with as many columns each as the widest has."""
    widest = max(number for _, number in selects)
    return [
        f"SELECT {part}, *{', NULL' * (widest - number)} FROM ({select})"
        for part, (select, number) in enumerate(selects)
    ]


def _split(figures: str) -> list[str]:
    """Figures apart, at the commas that stand in no brackets."""
    depth, found = 0, [""]
    for letter in figures:
        depth += (letter in "([") - (letter in ")]")
        found = [*found, ""] if letter == "," and not depth else [*found[:-1], found[-1] + letter]
    return found


def _segment(part: Part, segment: str | None) -> str:
    named = {
        None: "NULL::VARCHAR",
        "hour": f"hour({part.by})",
        "weekday": f"isodow({part.by})",
        "tenure": f"{part.by} < agents.hired_on + INTERVAL 90 DAY",
        "customer_segment": "newest.segment",
    }
    if segment in {"agent", "customer"}:
        return f"{part.table}.{segment}_id"
    return named.get(segment) or f"{part.table}.{segment}"


def _join(part: Part, segment: str | None, newest: str) -> str:
    if segment == "tenure":
        return " LEFT JOIN agents USING (agent_id)"
    return " LEFT JOIN newest USING (customer_id)" if newest and segment else ""


def _largest(part: Part, segment: str | None) -> str:
    if segment != "customer":
        return ""
    largest = (
        f"SELECT customer_id FROM {part.table} WHERE customer_id IS NOT NULL"
        f" AND {part.between(LAST_MONDAY, MONDAY)} GROUP BY customer_id"
        f" ORDER BY count(*) DESC, customer_id LIMIT {LARGEST_CUSTOMERS}"
    )
    return f" AND customer_id IN ({largest})"
