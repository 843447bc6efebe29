"""Who was forgotten: a keyed hash of the id, so that the id itself is not kept for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.facts.forgetting import IsForgotten
from storage.operations.quality_models import Forgotten
from storage.operations.sealed import HASHING, own_secret
from storage.sealing import Sealer, keyed_hash

EVERY_SOURCE = "*"
SLACK_PERSON = "slack person"
"""The kind of a Slack user id: somebody may be named by it who is no customer of today."""
NO_SOURCE = "-"
"""In a source's place, for who is named by the Slack user id alone."""


def remember(
    session: Session, kind: str, source: str | None, person_id: str, sealer: Sealer, at: datetime
) -> None:
    """Notes that somebody is to stay forgotten in a source, or in every one there will be.

    Raises:
        NoKeyError: there is no key to hash with.
    """
    secret = own_secret(session, HASHING, sealer)
    hashed = _hashed(secret, kind, source or EVERY_SOURCE, person_id)
    if session.get(Forgotten, (kind, hashed)) is None:
        session.add(Forgotten(kind=kind, hash=hashed, forgotten_at=at))


def forgotten_ones(session: Session, sealer: Sealer) -> IsForgotten | None:
    """What tells whether somebody was forgotten; None where nobody was.

    Raises:
        NoKeyError: somebody was, and the key to find out who is not there.
    """
    known = {
        (row.kind, row.hash) for row in session.execute(select(Forgotten.kind, Forgotten.hash))
    }
    if not known:
        return None
    secret = own_secret(session, HASHING, sealer)

    def is_forgotten(kind: str, source: str, person_id: str) -> bool:
        names = (source, EVERY_SOURCE)
        return any((kind, _hashed(secret, kind, name, person_id)) in known for name in names)

    return is_forgotten


def _hashed(secret: str, kind: str, source: str, person_id: str) -> str:
    """The length keeps a source that ends like an id apart from another."""
    return keyed_hash(secret, f"{kind}:{len(source)}:{source}:{person_id}")
