"""What a survey leaves empty is taken from the contact that it is about, whichever came first."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import Connection, text

from storage.facts.copying import is_clickhouse, is_server
from storage.facts.declared import SOURCE, Fact
from storage.facts.tables import contacts, surveys
from storage.postgresql import lock_until_committed

TAKEN = ("channel", "issue_type", "team", "agent_id", "customer_id")
LACKING = " OR ".join(f"{name} IS NULL" for name in TAKEN)
WANTING = f"SELECT * FROM surveys WHERE contact_id IS NOT NULL AND ({LACKING})"


def fill_surveys(connection: Connection, fact: Fact, source: str, arrived: str) -> None:
    """Fills the surveys that arrived, or those that are about the contacts that did.

    A contact of the survey's own source is meant; without one, the only one with that id. What a
    survey says itself stays, and so does what it was filled with.
    """
    if fact.table not in (contacts, surveys):
        return
    if is_server(connection):
        # Of a survey and its contact that arrive at once, the second to be written sees the first.
        lock_until_committed(connection, "import", "surveys of contacts")
    meant, bounds = _meant(fact, source, arrived)
    if is_clickhouse(connection):
        fill_on_clickhouse(connection, surveys.name, meant, bounds)
    elif connection.execute(text(f"{WANTING} LIMIT 1")).first() is not None:
        connection.execute(text(_filling(meant)), bounds)


def fill_on_clickhouse(
    connection: Connection, table: str, meant: str, bounds: Mapping[str, str] | None = None
) -> bool:
    """Puts the filled rows in the place of those of a table; returns whether there were any.

    Nobody else may change that table meanwhile.
    """
    filled = f"carekpi_arrived_surveys_{uuid4().hex}"
    connection.execute(text(f"CREATE TABLE {filled} AS {surveys.name}"))
    try:
        selected = f"INSERT INTO {filled} {_filled(table, meant)}"
        connection.execute(text(selected), dict(bounds or {}))
        if connection.execute(text(f"SELECT 1 FROM {filled} LIMIT 1")).first() is None:
            return False
        keys = f"({SOURCE}, survey_id) IN (SELECT {SOURCE}, survey_id FROM {filled})"
        connection.execute(text(f"DELETE FROM {table} WHERE {keys}"))
        connection.execute(text(f"INSERT INTO {table} SELECT * FROM {filled}"))
        return True
    finally:
        connection.execute(text(f"DROP TABLE IF EXISTS {filled} SYNC"))


def _meant(fact: Fact, source: str, arrived: str) -> tuple[str, dict[str, str]]:
    """Which surveys, as a condition with its bounds."""
    if fact.table is contacts:
        return f"contact_id IN (SELECT contact_id FROM ({arrived}) AS arrived)", {}
    own = f"{SOURCE} = :source AND survey_id IN (SELECT survey_id FROM ({arrived}) AS arrived)"
    return own, {"source": source}


def _filled(table: str, meant: str) -> str:
    """The surveys that a contact has something for, with it."""
    columns = ", ".join(
        f"coalesce(surveys.{name}, about.{name})" if name in TAKEN else f"surveys.{name}"
        for name in [column.name for column in surveys.c]
    )
    wanting = WANTING.replace("FROM surveys", f"FROM {table}")
    return f"""
        SELECT {columns} FROM {table} AS surveys
        INNER JOIN ({_about(f"{wanting} AND {meant}")}) AS about
            ON surveys.{SOURCE} = about.survey_source AND surveys.survey_id = about.survey_id
        WHERE about.is_of_own_source OR about.contacts_found = 1"""


def _about(wanting: str) -> str:
    """Each contact that a survey may be about, with how many there are of that id."""
    taken = ", ".join(f"contacts.{name} AS {name}" for name in TAKEN)
    return f"""
            SELECT
                wanting.{SOURCE} AS survey_source, wanting.survey_id AS survey_id, {taken},
                contacts.{SOURCE} = wanting.{SOURCE} AS is_of_own_source,
                count(*) OVER (PARTITION BY wanting.{SOURCE}, wanting.survey_id) AS contacts_found
            FROM ({wanting}) AS wanting
            JOIN contacts ON contacts.contact_id = wanting.contact_id"""


def _filling(meant: str) -> str:
    values = ", ".join(f"{name} = coalesce(surveys.{name}, about.{name})" for name in TAKEN)
    return f"""
        UPDATE surveys SET {values}
        FROM ({_about(f"{WANTING} AND {meant}")}) AS about
        WHERE surveys.{SOURCE} = about.survey_source AND surveys.survey_id = about.survey_id
          AND (about.is_of_own_source OR about.contacts_found = 1)"""
