"""What is shown of a follow-up to who looks after it: the answer, the contact, its history.

Whoever shows it has asked ``storage.operations.follow_ups`` whether that person may read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.orm import Session

from storage.errors import UserError
from storage.facts.tables import contacts, customers
from storage.operations.survey_models import FollowUp, Invitation, SurveyAnswer

MOST_CONTACTS = 5


@dataclass(frozen=True, slots=True)
class Past:
    """A contact of the customer's; what is not known is None."""

    opened_at: datetime
    channel: str
    issue_type: str | None
    resolved_at: datetime | None
    handle_seconds: float | None
    is_subject: bool

    @property
    def took_seconds(self) -> float | None:
        """From opening until it was resolved."""
        if self.resolved_at is None:
            return None
        return (self.resolved_at - self.opened_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Followed:
    """A follow-up as it stands. ``customer`` is the name, else the id, else empty."""

    invitation_id: str
    kind: str
    score: int
    comment: str
    may_call: bool
    answered_at: datetime
    customer: str
    team: str
    history: tuple[Past, ...]
    taken_by: str
    due_on: date | None
    closed_at: datetime | None
    outcome: str


def followed(session: Session, facts: Connection, invitation_id: str) -> Followed:
    """The follow-up with what is known of this customer, and of no other.

    Raises:
        UserError: it is not there any more.
    """
    found = session.get(FollowUp, invitation_id)
    invitation = session.get(Invitation, invitation_id)
    answer = session.get(SurveyAnswer, invitation_id)
    if found is None or invitation is None or answer is None:
        raise UserError("This follow-up is not there any more.")
    return Followed(
        invitation_id=invitation_id,
        kind=invitation.kind,
        score=answer.score,
        comment=answer.comment or "",
        may_call=answer.may_call,
        answered_at=answer.answered_at,
        customer=_name(facts, invitation) or invitation.customer_id,
        team=found.team,
        history=tuple(_history(facts, invitation)),
        taken_by=found.taken_by,
        due_on=found.due_on,
        closed_at=found.closed_at,
        outcome=found.outcome,
    )


def _name(facts: Connection, invitation: Invitation) -> str:
    """Two systems may know different customers under one id: then neither name is told."""
    if not invitation.customer_id:
        return ""
    named = select(customers.c.name).where(
        customers.c.customer_id == invitation.customer_id, customers.c.name.is_not(None)
    )
    if invitation.source and (
        name := facts.scalar(named.where(customers.c.source == invitation.source))
    ):
        return str(name)
    names = set(facts.scalars(named))
    return str(names.pop()) if len(names) == 1 else ""


def _history(facts: Connection, invitation: Invitation) -> list[Past]:
    """The customer's contacts in the same system, or the one asked about; the newest first."""
    contact = contacts.c
    own = contact.contact_id == invitation.contact_id
    if invitation.customer_id:
        own |= contact.customer_id == invitation.customer_id
    elif not invitation.contact_id:
        return []
    if invitation.source:
        own &= contact.source == invitation.source
    rows = facts.execute(
        select(
            contact.contact_id,
            contact.opened_at,
            contact.channel,
            contact.issue_type,
            contact.resolved_at,
            contact.handle_seconds,
        )
        .where(own)
        .order_by(contact.opened_at.desc(), contact.contact_id)
        .limit(MOST_CONTACTS)
    )
    return [_past(row, invitation) for row in rows.mappings()]


def _past(row: RowMapping, invitation: Invitation) -> Past:
    return Past(
        opened_at=row["opened_at"].replace(tzinfo=UTC),
        channel=row["channel"],
        issue_type=row["issue_type"],
        resolved_at=row["resolved_at"].replace(tzinfo=UTC) if row["resolved_at"] else None,
        handle_seconds=row["handle_seconds"],
        is_subject=bool(invitation.contact_id) and row["contact_id"] == invitation.contact_id,
    )
