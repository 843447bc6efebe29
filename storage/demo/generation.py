"""A company's care data, made up from a seed: the same seed and time give the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.resources import files

from sqlalchemy import Connection, Engine, delete, func, insert, select

from storage.demo.agents import agent_rows
from storage.demo.people import OTHER_ORGANISATION, REVIEWER
from storage.errors import UserError
from storage.facts.store import EMBEDDED
from storage.facts.tables import agents, contacts, coverage, facts
from storage.facts.values import literal

DAYS = 548
SEED = 20
FEWEST_DAYS, MOST_DAYS = 120, 1500
STEPS = (
    "chance",
    "calendar",
    "customers",
    "roster",
    "arrivals",
    "contacts",
    "surveys",
    "follow_ups",
    "quality",
    "help_centre",
    "workforce",
)
FULL_SHIFT_SECONDS = 7.5 * 3600
GAP_WINDOW = timedelta(weeks=8)


class Size(StrEnum):
    """How much the organisation has to do; what happens in it is the same."""

    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class _Extent:
    contacts_a_day: int
    customers: int
    enterprise_customers: int
    shift_share: float


_EXTENTS = {
    Size.SMALL: _Extent(110, 14_000, 60, 0.17),
    Size.LARGE: _Extent(430, 55_000, 180, 0.7),
}


@dataclass(frozen=True, slots=True)
class _Reach:
    """A source's rows of a fact, how long before now they end, and its usual silence."""

    source: str
    fact: str
    minutes_ago: int = 0
    is_nightly: bool = False


_REACHES = (
    _Reach("phone", "contacts", minutes_ago=3),
    _Reach("helpdesk", "contacts", minutes_ago=6),
    _Reach("hr", "agents"),
    _Reach("workforce", "agent_days", is_nightly=True),
    _Reach("surveys", "surveys"),
    _Reach("surveys", "follow_ups"),
    _Reach("quality", "qa_reviews"),
    _Reach("quality", "qa_answers"),
    _Reach("help centre", "help_sessions", minutes_ago=6),
    _Reach("crm", "customers"),
    _Reach("finance", "costs", is_nightly=True),
)
SOURCES = tuple(dict.fromkeys(reach.source for reach in _REACHES))


def generate(
    engine: Engine, *, now: datetime, days: int = DAYS, size: Size = Size.SMALL, seed: int = SEED
) -> None:
    """Fills every fact table with the demo organisation's last ``days`` days, up to ``now``.

    What an earlier run left is replaced, all in one transaction; other sources' rows stay. The
    store is DuckDB: the rows are made inside it.
    """
    if engine.dialect.name != EMBEDDED:
        raise UserError(
            "The demo makes its data up inside a DuckDB file, and on no server.",
            "Leave it its own file: carekpi demo takes no URL.",
        )
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise UserError(
            f"The demo can't tell its stories in {days} days.",
            f"Take from {FEWEST_DAYS} to {MOST_DAYS:,}.",
        )
    moment = now.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    with engine.begin() as connection:
        _remove(connection)
        connection.execute(insert(agents), list(agent_rows(moment.date())))
        connection.exec_driver_sql(_parameters(moment, days, size, seed))
        for step in STEPS:
            connection.exec_driver_sql(_sql(step))
        _cover(connection, moment)
        connection.exec_driver_sql(_clean_up(connection))


def _remove(connection: Connection) -> None:
    for table in facts.sorted_tables:
        connection.execute(delete(table).where(table.c.source.in_(SOURCES)))


def _parameters(moment: datetime, days: int, size: Size, seed: int) -> str:
    """What the statements read as functions without arguments."""
    extent = _EXTENTS[size]
    today = moment.date()
    first_of_month = today.replace(day=1)
    last_month = (first_of_month - timedelta(days=1)).replace(day=1)
    pilot_start = (first_of_month - timedelta(days=80)).replace(day=1)
    values = {
        "seed": f"CAST({seed:d} AS BIGINT)",
        "now": f"TIMESTAMP '{moment.isoformat(' ')}'",
        "today": _day(0, moment),
        "first_day": _day(days, moment),
        "day_count": f"CAST({days:d} AS DOUBLE)",
        "contact_count": f"CAST({days * extent.contacts_a_day:d} AS DOUBLE)",
        "customer_count": f"CAST({extent.customers:d} AS BIGINT)",
        "enterprise_count": f"CAST({extent.enterprise_customers:d} AS BIGINT)",
        "shift_seconds": f"CAST({FULL_SHIFT_SECONDS * extent.shift_share} AS DOUBLE)",
        "billing_change": _day(21, moment),
        "article_break": _day(35, moment),
        "backlog_start": _day(70, moment),
        "survey_change": f"DATE '{last_month}'",
        "pilot_start": f"DATE '{pilot_start}'",
        "reviewer": literal(REVIEWER.name),
        "other_organisation": literal(OTHER_ORGANISATION),
    }
    return ";".join(
        f"CREATE OR REPLACE TEMP MACRO demo_{name}() AS {value}" for name, value in values.items()
    )


def _day(days_ago: int, moment: datetime) -> str:
    return f"DATE '{moment.date() - timedelta(days=days_ago)}'"


def _sql(step: str) -> str:
    return files("storage.demo").joinpath("sql", f"{step}.sql").read_text(encoding="utf-8")


def _cover(connection: Connection, moment: datetime) -> None:
    for reach in _REACHES:
        until = moment - timedelta(minutes=reach.minutes_ago)
        if reach.is_nightly:
            until = moment.replace(hour=0, minute=0, second=0)
        gap = 86400.0 if reach.is_nightly else 0.0
        if reach.fact == contacts.name:
            gap = _longest_gap_seconds(connection, reach.source, until)
        connection.execute(
            insert(coverage).values(
                source=reach.source, fact=reach.fact, until=until, longest_gap_seconds=gap
            )
        )


def _longest_gap_seconds(connection: Connection, source: str, until: datetime) -> float:
    opened_at = contacts.c.opened_at
    before = func.lag(opened_at).over(order_by=opened_at)
    gaps = (
        select((opened_at - before).label("gap"))
        .where(contacts.c.source == source, opened_at >= until - GAP_WINDOW)
        .subquery()
    )
    longest = connection.execute(select(func.max(gaps.c.gap))).scalar()
    return longest.total_seconds() if isinstance(longest, timedelta) else 0.0


def _clean_up(connection: Connection) -> str:
    """Statements that drop the working tables and functions."""
    found = connection.exec_driver_sql(
        "SELECT 'TABLE ' || table_name FROM duckdb_tables()"
        " WHERE temporary AND starts_with(table_name, 'demo_')"
        " UNION ALL SELECT DISTINCT CASE function_type WHEN 'table_macro' THEN 'MACRO TABLE '"
        " ELSE 'MACRO ' END || function_name FROM duckdb_functions()"
        " WHERE database_name = 'temp' AND starts_with(function_name, 'demo_')"
    )
    return ";".join(f"DROP {what}" for (what,) in found)
