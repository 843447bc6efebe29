"""Which person in Slack an agent of the loaded data is, so that a note reaches that one alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from storage.facts.tables import agents
from storage.operations import slack_people


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a note goes to: ``user_id`` in Slack; empty with the ``reason`` why there is nobody."""

    user_id: str
    reason: str = ""


def addressee_of(facts: Connection, session: Session, agent_id: str, today: date) -> Addressee:
    """The agent as a full member of the own organisation, found by the e-mail address."""
    address, reason = _address_of(facts, agent_id, today)
    if reason:
        return Addressee("", reason)
    known = slack_people.people_by_email(session, [address]).get(address)
    if known is None:
        return Addressee("", "Nobody in Slack has this agent's e-mail address.")
    profile = known.profile
    if profile.is_guest or not profile.is_own_organisation:
        return Addressee("", "This agent is a guest in Slack, or of another organisation.")
    return Addressee(profile.slack_user_id)


def _address_of(facts: Connection, agent_id: str, today: date) -> tuple[str, str]:
    """The address in lower case, or why there is none; two people under one id have none."""
    rows = facts.execute(
        select(func.lower(func.trim(agents.c.email)).label("email"), agents.c.left_on).where(
            agents.c.agent_id == agent_id
        )
    ).all()
    if rows and all(row.left_on is not None and row.left_on <= today for row in rows):
        return "", "This agent has left."
    addresses = {row.email for row in rows}
    if len(addresses) > 1:
        return "", "Two systems know different people under this agent's id."
    address = next(iter(addresses), None)
    return (address, "") if address else ("", "This agent is loaded without an e-mail address.")
