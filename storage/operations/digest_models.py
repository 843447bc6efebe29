"""Tables of digests and of each time that one was due."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json, kept_as_text


class PlanState(Enum):
    """Whether something planned is carried out; what is deleted is kept for its history."""

    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class OccurrenceState(Enum):
    """What became of an occurrence; ``DUE`` ones are being computed by who has the claim."""

    DUE = "due"
    PLANNED = "planned"
    SKIPPED = "skipped"
    MISSED = "missed"
    FAILED = "failed"
    STOPPED = "stopped"


class Digest(Base):
    """A digest as people made it.

    ``name_key`` is the name folded, None once deleted, so that a name can be used again.
    ``content`` holds what is told, as ``storage.operations.digests`` reads and writes it.
    ``channel_id`` is empty where each recipient gets their own. ``cadence`` is the text form of
    ``storage.cadence``. ``version`` counts changes: who changes an older one is told.
    ``decided_until`` is up to when its occurrences are decided.
    """

    __tablename__ = "digests"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    audience: Mapped[str] = mapped_column(String(20))
    content: Mapped[Json]
    channel_id: Mapped[str] = mapped_column(String(50), default="")
    cadence: Mapped[str] = mapped_column(Text)
    only_if_changed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[PlanState] = mapped_column(kept_as_text(PlanState, "state"))
    owner: Mapped[str] = mapped_column(String(50))
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Text)
    decided_until: Mapped[datetime]


class Occurrence(Base):
    """One time that a digest was due, or was run by hand.

    ``slot`` is the local date and time, so that a clock change makes no second one. ``told`` is a
    digest of what was told, to know whether anything is new the next time.
    """

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("digest_id", "slot"), Index(None, "state", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id"))
    slot: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(String(50))
    is_late: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OccurrenceState] = mapped_column(kept_as_text(OccurrenceState, "state"))
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    told: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text)
