"""The soak's figures as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.soak.readings import Reading
from tests.soak.trial import Outcome
from tests.soak.verdict import most_grown

HEADINGS = (
    "day",
    "seconds",
    "memory, MB",
    "threads",
    "descriptors",
    "connections in use / kept",
    "objects",
    "outbox",
    "rows",
    "facts, MB",
    "operations, MB",
)


def drawn(outcome: Outcome) -> str:
    """A row for each day's end, then what grew most."""
    lines = [_line(HEADINGS), _line(["---:"] * len(HEADINGS))]
    for day, (reading, seconds) in enumerate(
        zip(outcome.readings, outcome.seconds, strict=True), 1
    ):
        lines.append(_line([str(day), f"{seconds:.0f}", *_cells(reading)]))
    return "\n".join([*lines, "", *_remarks(outcome)])


def _cells(reading: Reading) -> Iterator[str]:
    yield f"{reading.memory_megabytes:.1f}"
    yield str(reading.threads)
    yield str(reading.descriptors)
    yield f"{reading.checked_out} / {reading.pooled}"
    yield f"{reading.object_count:,}"
    yield str(reading.outbox)
    yield f"{reading.row_count:,}"
    yield f"{reading.facts_megabytes:.1f}"
    yield f"{reading.operations_megabytes:.1f}"


def _remarks(outcome: Outcome) -> Iterator[str]:
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
