"""Digests that name agents, in the audit trail: whoever is sent one looks at their figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from storage.digests.told import Composed, Recipient
from storage.operations.audit import By
from storage.operations.looks import SENT, others_named, record_look
from storage.operations.occurrences import Claim


def note_looks(
    session: Session, claim: Claim, composed: Composed, to: Iterable[Recipient], now: datetime
) -> None:
    """Adds an entry for each who is told of somebody else by name."""
    for recipient in to:
        told = composed.told.get(recipient.id)
        if told and (about := others_named(told.filters, recipient.member.agent_ids)):
            shown = f"{claim.digest.order.name}, {claim.slot}"
            record_look(session, By(recipient.id, now), SENT, about, shown)
