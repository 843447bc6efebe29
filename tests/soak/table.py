"""The soak's figures as a Markdown table, and what is said below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.soak.readings import Reading
from tests.soak.trial import Outcome
from tests.soak.verdict import most_grown

HEADINGS = (
    "day",
    "seconds",
    "memory, end / most, MB",
    "threads",
    "descriptors",
    "connections in use / kept",
    "objects",
    "outbox",
    "rows",
    "facts, MB",
    "operations, MB",
)


def head() -> str:
    return "\n".join([_line(HEADINGS), _line(["---:"] * len(HEADINGS))])


def row(day: int, seconds: float, reading: Reading) -> str:
    """What the bot held at a day's end."""
    return _line([str(day), f"{seconds:.0f}", *_cells(reading)])


def _cells(reading: Reading) -> Iterator[str]:
    yield f"{reading.memory_megabytes:.1f} / {reading.peak_megabytes:.1f}"
    yield str(reading.threads)
    yield str(reading.descriptors)
    yield f"{reading.checked_out} / {reading.pooled}"
    yield f"{reading.object_count:,}"
    yield str(reading.outbox)
    yield f"{reading.row_count:,}"
    yield f"{reading.facts_megabytes:.1f}"
    yield f"{reading.operations_megabytes:.1f}"


def remarks(outcome: Outcome) -> Iterator[str]:
    """What grew most, and how much was done."""
    first, last = outcome.readings[0], outcome.readings[-1]
    grown = [f"{name} {more:+,}" for name, more in most_grown(outcome.readings)]
    yield f"Objects that became more since the warm-up: {', '.join(grown) or 'none'}."
    more = {name: rows - first.rows.get(name, 0) for name, rows in last.rows.items()}
    listed = [f"{name} {each:+,}" for name, each in sorted(more.items(), key=_most) if each > 0]
    yield f"Tables that grew since day 1: {', '.join(listed) or 'none'}."
    yield f"{', '.join(f'{name} {number:,}' for name, number in outcome.tally.items())}."
    yield f"{outcome.acts:,} acts of people, {outcome.rounds:,} rounds of jobs."


def _most(item: tuple[str, int]) -> int:
    return -item[1]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
