"""What is kept sealed: where it stands, and the secrets of the organisation's own."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.operations.quality_models import Appeal, CoachingNote, ReviewDraft, SealedSecret
from storage.sealing import NoKeyError, Sealer

Sealed = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]

SEALED: tuple[Sealed, ...] = (
    ReviewDraft.sealed,
    CoachingNote.sealed,
    Appeal.sealed_reason,
    Appeal.sealed_outcome,
    SealedSecret.sealed,
)
"""Every column that holds sealed text; what is not here is not sealed anew."""

HASHING = "hashing"
"""The secret with which the ids of the forgotten are hashed."""
SECRET_BYTES = 32


def reseal_all(session: Session, sealer: Sealer) -> int:
    """Seals everything with the newest key, and returns how many texts that were.

    Raises:
        NoKeyError: something was sealed with a key that is no longer there; nothing is changed.
    """
    return sum(_reseal(session, column, sealer) for column in SEALED)


def count_unreadable(session: Session, sealer: Sealer) -> tuple[int, int]:
    """How many texts are sealed, and how many of them no key opens."""
    sealed = unreadable = 0
    for column in SEALED:
        for text in session.scalars(select(column).where(column.is_not(None))):
            sealed += 1
            try:
                sealer.open(text or b"")
            except NoKeyError:
                unreadable += 1
    return sealed, unreadable


def own_secret(session: Session, name: str, sealer: Sealer) -> str:
    """A random secret, made when it is first asked for; the same ever after."""
    kept = session.get(SealedSecret, name)
    if kept is None:
        kept = SealedSecret(name=name, sealed=sealer.seal(secrets.token_hex(SECRET_BYTES)))
        session.add(kept)
    return sealer.open(kept.sealed)


def _reseal(session: Session, column: Sealed, sealer: Sealer) -> int:
    rows = session.scalars(select(column.class_).where(column.is_not(None))).all()
    for row in rows:
        setattr(row, column.key, sealer.reseal(getattr(row, column.key)))
    return len(rows)
