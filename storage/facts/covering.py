"""What is said of a source with its rows: up to when they reach, and how long it may be silent."""

# ruff: noqa: S608 - only our own names are put into SQL

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, DateTime, Table, case, cast, func, insert, select, text, update

from storage.clickhouse import CLICKHOUSE
from storage.facts.declared import SOURCE
from storage.facts.dialect import seconds_between
from storage.facts.house import COVERAGE_TOLD
from storage.facts.tables import coverage

GAP_WINDOW = timedelta(weeks=8)


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
        connection.execute(text(f"{_TOLD} {_OWN}"), told)
    elif known:
        connection.execute(update(coverage).where(row).values(**values))
    else:
        connection.execute(insert(coverage).values(source=source, fact=fact, **values))


def carry_coverage(
    connection: Connection,
    fact: str,
    next_table: str,
    own: tuple[str, datetime, float] | None = None,
) -> None:
    """On ClickHouse: what holds once another table is in the fact's place, said beforehand.

    It is what was said so far, but for a source of which ``own`` says something else.
    """
    carried = (
        "SELECT source, fact, until, longest_gap_seconds, (SELECT uuid FROM system.tables"
        " WHERE database = currentDatabase() AND name = :of_table)"
        f" FROM {coverage.name} WHERE fact = :fact AND source != :source"
    )
    values: dict[str, object] = {"of_table": next_table, "fact": fact, "source": ""}
    if own is not None:
        source, until, gap = own
        values |= {"source": source, "until": until, "longest_gap_seconds": gap}
        carried += f" UNION ALL {_OWN}"
    connection.execute(text(f"{_TOLD} {carried}"), values)


def drop_old_coverage(connection: Connection, fact: str) -> None:
    """On ClickHouse: what was said of tables that are gone."""
    current = text(
        "SELECT uuid FROM system.tables WHERE database = currentDatabase() AND name = :fact"
    )
    uuid = connection.execute(current, {"fact": fact}).scalar_one()
    old = text(f"DELETE FROM {COVERAGE_TOLD} WHERE fact = :fact AND of_table != :uuid")
    connection.execute(old, {"fact": fact, "uuid": str(uuid)})


def reached(connection: Connection, source: str, fact: str, until: datetime) -> datetime:
    """Up to when the source's rows reach with this file; an older one never takes that back."""
    row = (coverage.c.source == source) & (coverage.c.fact == fact)
    known = connection.execute(select(coverage.c.until).where(row)).scalar()
    return until if known is None else max(until, known)


def longest_gap(
    connection: Connection, table: Table, counted_by: str | None, source: str, until: datetime
) -> float:
    """The longest time between two rows of the source in the 8 weeks before, in seconds."""
    if counted_by is None:
        return 0.0
    at = cast(table.c[counted_by], DateTime)
    # As a column that may be NULL: else ClickHouse has 1970 before the first row.
    earlier = func.lag(case((at.is_not(None), at))).over(order_by=at)
    times = (
        select(at.label("at"), earlier.label("before"))
        .where(table.c[SOURCE] == source, at >= until - GAP_WINDOW, at <= until)
        .subquery()
    )
    between = seconds_between(times.c.before, times.c.at)
    longest = connection.execute(select(func.max(between))).scalar()
    return float(longest or 0.0)


_TOLD = f"INSERT INTO {COVERAGE_TOLD} (source, fact, until, longest_gap_seconds, of_table)"
_OWN = """
    SELECT :source, :fact, toDateTime64(:until, 6, 'UTC'), :longest_gap_seconds, uuid
    FROM system.tables WHERE database = currentDatabase() AND name = :of_table"""
