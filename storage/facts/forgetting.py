"""Takes who somebody is out of the facts; what they did stays, so that figures stay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, MetaData, Table, func, or_, select, update

from storage.facts.tables import agents, customers, surveys

AGENT, CUSTOMER = "agent", "customer"
AT_ONCE = 500

IsForgotten = Callable[[str, str, str], bool]
"""Whether somebody was forgotten: the kind, the source and the id there."""


@dataclass(frozen=True, slots=True)
class Personal:
    """The columns of a fact that tell who somebody is, and the one that holds the id."""

    kind: str
    table: Table
    id_column: str
    columns: tuple[str, ...]


PERSONAL = (
    Personal(AGENT, agents, "agent_id", ("name", "email", "slack_user_id")),
    Personal(
        CUSTOMER,
        customers,
        "customer_id",
        ("name", "slack_user_id", "slack_team_id", "slack_channel_id"),
    ),
    Personal(CUSTOMER, surveys, "customer_id", ("respondent_id", "comment")),
)
"""What is taken, by fact."""


def take_out(connection: Connection, kind: str, person_id: str, sources: Sequence[str]) -> int:
    """Empties what tells who this is in those sources, and returns how many rows that were."""
    return sum(
        _empty(connection, each, source, [person_id])
        for each in PERSONAL
        if each.kind == kind
        for source in sources
    )


def facts_about(kind: str) -> list[str]:
    """The facts that somebody of this kind may be named in."""
    return [each.table.name for each in PERSONAL if each.kind == kind]


def sources_of(connection: Connection, kind: str, person_id: str) -> list[str]:
    """The sources that know somebody by this id."""
    found: set[str] = set()
    for each in (each for each in PERSONAL if each.kind == kind):
        rows = select(each.table.c.source).where(each.table.c[each.id_column] == person_id)
        found.update(connection.scalars(rows.distinct()))
    return sorted(found)


def scrub(
    connection: Connection,
    fact: str,
    source: str,
    is_forgotten: IsForgotten,
    place: str | None = None,
) -> int:
    """Empties it again of whom an import has just brought back; returns how many rows.

    ``place`` is the table that its rows lie in, where that is not yet the fact's own.
    """
    emptied = 0
    for each in (_in(each, place or fact) for each in PERSONAL if each.table.name == fact):
        column = each.table.c[each.id_column]
        named = or_(*(each.table.c[name].is_not(None) for name in each.columns))
        known = select(column).where(each.table.c.source == source, column.is_not(None), named)
        ids = list(connection.scalars(known.distinct()))
        gone = [one for one in ids if is_forgotten(each.kind, source, one)]
        emptied += _empty(connection, each, source, gone)
    return emptied


def _in(of: Personal, place: str) -> Personal:
    if place == of.table.name:
        return of
    return replace(of, table=of.table.to_metadata(MetaData(), name=place))


def _empty(connection: Connection, of: Personal, source: str, ids: Collection[str]) -> int:
    values, wanted, emptied = dict.fromkeys(of.columns), sorted(ids), 0
    for start in range(0, len(wanted), AT_ONCE):
        chosen = (of.table.c.source == source) & of.table.c[of.id_column].in_(
            wanted[start : start + AT_ONCE]
        )
        emptied += connection.scalar(select(func.count()).select_from(of.table).where(chosen)) or 0
        connection.execute(update(of.table).where(chosen).values(values))
    return emptied
