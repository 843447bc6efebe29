"""What is said of a source with its rows: up to when they reach, and how long it may be silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from storage.clickhouse import CLICKHOUSE
from storage.facts.house import COVERAGE_TOLD
from storage.facts.tables import coverage


def tell_coverage(
    connection: Connection,
    source: str,
    fact: str,
    until: datetime,
    longest_gap_seconds: float | None = None,
) -> None:
    """In place of what was said before; ``until`` is UTC without a zone.

    Without ``longest_gap_seconds`` the known one stays, or none is said.
    """
    row = (coverage.c.source == source) & (coverage.c.fact == fact)
    known = connection.execute(select(coverage.c.longest_gap_seconds).where(row)).first()
    gap = longest_gap_seconds
    if gap is None:
        gap = known.longest_gap_seconds if known else 0.0
    values = {"until": until, "longest_gap_seconds": gap}
    if connection.dialect.name == CLICKHOUSE:
        told = {"source": source, "fact": fact, "of_table": fact, **values}
        connection.execute(text(_TOLD), told)
    elif known:
        connection.execute(update(coverage).where(row).values(**values))
    else:
        connection.execute(insert(coverage).values(source=source, fact=fact, **values))


_TOLD = f"""
    INSERT INTO {COVERAGE_TOLD} (source, fact, until, longest_gap_seconds, of_table)
    SELECT :source, :fact, :until, :longest_gap_seconds, uuid
    FROM system.tables WHERE database = currentDatabase() AND name = :of_table"""  # noqa: S608 - our own name
