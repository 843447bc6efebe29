"""Deletes what was written about an agent, and who the agent is; figures stay."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, delete, func, select
from sqlalchemy.orm import Session

from storage.facts.forgetting import AGENT, facts_about, sources_of, take_out
from storage.facts.tables import agents
from storage.facts.turns import changing
from storage.operations import forgotten, outbox
from storage.operations.audit import By, record
from storage.operations.engine import reading, writing
from storage.operations.note_parcels import about
from storage.operations.people_models import SlackPerson
from storage.operations.quality_models import Appeal, CoachingNote, ReviewDraft
from storage.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Forgot:
    """How much was taken away."""

    notes: int
    appeals: int
    drafts: int
    rows: int


def forget_agent(
    facts: Engine,
    operations: Engine,
    agent_id: str,
    source: str | None,
    by: By,
    sealer: Sealer,
) -> Forgot | None:
    """Forgets the agent of one source, or of every one; None where nobody has this id.

    May be done again: where a crash cut it off, the rest is done then.

    Raises:
        NoKeyError: there is no key to hash the id with; nothing is changed.
    """
    sources, emails = _known(facts, operations, agent_id, source)
    if not sources:
        return None
    with writing(operations) as session:
        forgotten.remember(session, AGENT, source, agent_id, sealer, by.at)
        notes, appeals = take_texts(session, agent_id, sources, by)
        drafts = _drop_drafts(session, agent_id, sources, sealer)
        session.execute(delete(SlackPerson).where(SlackPerson.email.in_(emails)))
        record(session, by, "agent forgotten", AGENT, f"{notes} notes, {drafts} drafts")
    with changing(facts, *facts_about(AGENT)) as connection:
        rows = take_out(connection, AGENT, agent_id, sources)
    return Forgot(notes, appeals, drafts, rows)


def _known(
    facts: Engine, operations: Engine, agent_id: str, source: str | None
) -> tuple[list[str], list[str]]:
    """The sources with this id, and the agent's e-mail addresses there."""
    with facts.connect() as connection, reading(operations) as session:
        noted = select(CoachingNote.agent_source).where(CoachingNote.agent_id == agent_id)
        found = {*sources_of(connection, AGENT, agent_id), *session.scalars(noted)}
        chosen = sorted(found if source is None else found & {source})
        emails = select(func.lower(func.trim(agents.c.email))).where(
            agents.c.agent_id == agent_id,
            agents.c.source.in_(chosen),
            agents.c.email.is_not(None),
        )
        return chosen, list(connection.scalars(emails))


def take_texts(
    session: Session, agent_id: str, sources: Collection[str], by: By
) -> tuple[int, int]:
    """What was written about the agent; returns how many notes and appeals that were."""
    notes = session.scalars(select(CoachingNote).where(_of(agent_id, sources))).all()
    for each in notes:
        each.sealed, each.agent_user_id = None, ""
        outbox.stop(session, about(each.id), by.at)
    appeals = session.scalars(
        select(Appeal).where(Appeal.note_id.in_([each.id for each in notes]))
    ).all()
    for appeal in appeals:
        appeal.sealed_reason = appeal.sealed_outcome = None
    return len(notes), len(appeals)


def _of(agent_id: str, sources: Collection[str]) -> ColumnElement[bool]:
    return (CoachingNote.agent_id == agent_id) & CoachingNote.agent_source.in_(sources)


def _drop_drafts(session: Session, agent_id: str, sources: Collection[str], sealer: Sealer) -> int:
    """Whose contact a draft is about stands in what is sealed."""
    dropped = 0
    for row in session.scalars(select(ReviewDraft)).all():
        contact = json.loads(sealer.open(row.sealed))["contact"]
        if contact["agent_id"] == agent_id and contact["source"] in sources:
            session.delete(row)
            dropped += 1
    return dropped
