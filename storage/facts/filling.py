"""What a survey leaves empty is taken from the contact that it is about, whichever came first."""

# ruff: noqa: S608 - only our own names and quoted literals are put into SQL

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.facts.copying import is_server
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
    if connection.execute(text(f"{WANTING} LIMIT 1")).first() is None:
        return
    meant = f"contact_id IN (SELECT contact_id FROM ({arrived}) AS arrived)"
    bounds = {}
    if fact.table is surveys:
        meant = (
            f"{SOURCE} = :source AND survey_id IN (SELECT survey_id FROM ({arrived}) AS arrived)"
        )
        bounds = {"source": source}
    connection.execute(text(_filling(meant)), bounds)


def _filling(meant: str) -> str:
    values = ", ".join(f"{name} = coalesce(surveys.{name}, about.{name})" for name in TAKEN)
    taken = ", ".join(f"contacts.{name}" for name in TAKEN)
    return f"""
        UPDATE surveys SET {values}
        FROM (
            SELECT
                wanting.{SOURCE} AS survey_source, wanting.survey_id, {taken},
                contacts.{SOURCE} = wanting.{SOURCE} AS is_of_own_source,
                count(*) OVER (PARTITION BY wanting.{SOURCE}, wanting.survey_id) AS contacts_found
            FROM ({WANTING} AND {meant}) AS wanting
            JOIN contacts ON contacts.contact_id = wanting.contact_id
        ) AS about
        WHERE surveys.{SOURCE} = about.survey_source AND surveys.survey_id = about.survey_id
          AND (about.is_of_own_source OR about.contacts_found = 1)"""
