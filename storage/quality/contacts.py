"""Contacts that can be reviewed: an agent had them, in one of the teams that are reviewed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Connection, RowMapping

from storage.facts.tables import agents, contacts
from storage.narrowing import folded
from storage.quality.drafts import ReviewedContact

MOST_WORDS = 50
COLUMNS = (
    contacts.c.source,
    contacts.c.contact_id,
    contacts.c.channel,
    contacts.c.team,
    contacts.c.agent_id,
    contacts.c.opened_at,
    contacts.c.issue_type,
)


def reviewable(teams: Collection[str], own_agent_ids: Collection[str]) -> ColumnElement[bool]:
    """Of these teams, with an agent who is not the reviewer."""
    return and_(
        func.lower(contacts.c.team).in_(sorted(folded(teams))),
        contacts.c.agent_id.is_not(None),
        contacts.c.agent_id.not_in(sorted(own_agent_ids)),
        contacts.c.abandoned.is_(False),
    )


def find_contacts(
    connection: Connection,
    ids: Collection[str],
    teams: Collection[str],
    own_agent_ids: Collection[str],
) -> list[ReviewedContact]:
    """Those of these ids that can be reviewed, the newest first; several systems may have one."""
    rows = select(*COLUMNS).where(
        contacts.c.contact_id.in_(sorted(ids)), reviewable(teams, own_agent_ids)
    )
    newest_first = rows.order_by(contacts.c.opened_at.desc(), contacts.c.source)
    return [contact_of(row) for row in connection.execute(newest_first).mappings()]


def words_of(text: str) -> list[str]:
    """What in a message may be the id of a contact, such as ``C-1042`` in ``Ticket #C-1042:``."""
    bare = (word.strip("#.,:;()[]<>*_`'\"!?") for word in re.split(r"[\s|/]+", text))
    return list(dict.fromkeys(word for word in bare if any(c.isdigit() for c in word)))[:MOST_WORDS]


def agent_names(connection: Connection, agent_ids: Iterable[str]) -> dict[str, str]:
    """Names by agent id, of those that have one."""
    rows = select(agents.c.agent_id, func.max(agents.c.name).label("name")).where(
        agents.c.agent_id.in_(sorted(set(agent_ids))), agents.c.name.is_not(None)
    )
    found = connection.execute(rows.group_by(agents.c.agent_id))
    return {row.agent_id: row.name for row in found}


def new_agents(connection: Connection, hired_after: date) -> set[str]:
    rows = select(agents.c.agent_id).where(agents.c.hired_on > hired_after).distinct()
    return set(connection.scalars(rows))


def still_there(day: date) -> ColumnElement[bool]:
    """Agents who have left get no note any more."""
    gone = select(agents.c.agent_id).where(agents.c.left_on <= day)
    return or_(contacts.c.agent_id.is_(None), contacts.c.agent_id.not_in(gone))


def contact_of(row: RowMapping) -> ReviewedContact:
    opened_at: datetime = row["opened_at"]
    return ReviewedContact(
        source=row["source"],
        contact_id=row["contact_id"],
        channel=row["channel"],
        team=row["team"],
        agent_id=row["agent_id"],
        opened_at=opened_at.replace(tzinfo=UTC),
        issue_type=row["issue_type"] or "",
    )
