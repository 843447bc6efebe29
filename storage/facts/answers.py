"""Surveys that CareKPI sent itself, put among the facts in the place of those with their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select

from storage.facts.copying import is_server
from storage.facts.covering import tell_coverage
from storage.facts.declared import SOURCE, find_fact
from storage.facts.filling import TAKEN, fill_surveys
from storage.facts.server import latest
from storage.facts.tables import contacts, coverage, surveys
from storage.facts.turns import changing
from storage.facts.values import literal
from storage.postgresql import POSTGRESQL, lock_until_committed

OWN_SOURCE = "carekpi"
TOLD_EVERY_SECONDS = 600.0
"""So often is it said that all answers are there, also where nobody answered."""

NAMES = tuple(column.name for column in surveys.c if column.name != SOURCE)

Row = Mapping[str, Any]
"""A row of ``surveys`` without its source; ``contact_source`` is where its contact is from."""


@contextmanager
def storing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which own surveys are written, after all that were written before.

    What is written in it should be read in it: then nothing older can be written after it.
    """
    is_on_server = engine.dialect.name == POSTGRESQL
    with changing(latest(engine) if is_on_server else engine, surveys.name) as connection:
        if is_server(connection):
            lock_until_committed(connection, "import", surveys.name, OWN_SOURCE)
        yield connection


def put_surveys(connection: Connection, rows: Sequence[Row], now: datetime) -> None:
    """Puts the rows in; what they leave empty is taken from what was there or their contact."""
    ids = [row["survey_id"] for row in rows]
    own = and_(surveys.c.source == OWN_SOURCE, surveys.c.survey_id.in_(ids))
    known = {each["survey_id"]: each for each in _dicts(connection, select(surveys).where(own))}
    about = _contacts_of(connection, rows)
    filled = [
        _filled(row, known.get(row["survey_id"], {}), about.get(_about(row), {})) for row in rows
    ]
    connection.execute(delete(surveys).where(own))
    connection.execute(insert(surveys), filled)
    about_contacts = [row["survey_id"] for row in filled if row["contact_id"]]
    if about_contacts:
        listed = ", ".join(map(literal, about_contacts))
        arrived = f"SELECT survey_id FROM surveys WHERE survey_id IN ({listed})"  # noqa: S608 - our own ids, quoted
        fill_surveys(connection, find_fact(surveys.name), OWN_SOURCE, arrived)
    tell_complete(connection, now)


def tell_complete(connection: Connection, now: datetime) -> None:
    """Says that every own survey until now is there, once there was one."""
    until = now.astimezone(UTC).replace(tzinfo=None)
    of_own = select(surveys.c.survey_id).where(surveys.c.source == OWN_SOURCE).limit(1)
    told = (coverage.c.source == OWN_SOURCE) & (coverage.c.fact == surveys.name)
    known = select(coverage.c.source).where(told)
    if connection.execute(known).first() or connection.execute(of_own).first():
        tell_coverage(connection, OWN_SOURCE, surveys.name, until, TOLD_EVERY_SECONDS)


def _contacts_of(
    connection: Connection, rows: Sequence[Row]
) -> dict[tuple[str | None, str | None], Row]:
    """The contacts that the rows are about, where it is said where they are from."""
    by_source: dict[str, list[str]] = {}
    for row in rows:
        source, contact_id = _about(row)
        if source and contact_id:
            by_source.setdefault(source, []).append(contact_id)
    if not by_source:
        return {}
    wanted = or_(
        *(
            and_(contacts.c.source == source, contacts.c.contact_id.in_(ids))
            for source, ids in by_source.items()
        )
    )
    columns = [contacts.c[name] for name in ("source", "contact_id", *TAKEN)]
    found = _dicts(connection, select(*columns).where(wanted))
    return {(each["source"], each["contact_id"]): each for each in found}


def _about(row: Row) -> tuple[str | None, str | None]:
    return row.get("contact_source"), row.get("contact_id")


def _filled(row: Row, known: Row, contact: Row) -> dict[str, Any]:
    given = {name: row.get(name) for name in NAMES}
    taken = {name: row.get(name) or known.get(name) or contact.get(name) for name in TAKEN}
    return {SOURCE: OWN_SOURCE, **given, **taken}


def _dicts(connection: Connection, statement: Any) -> list[Row]:
    return [dict(each) for each in connection.execute(statement).mappings()]
