"""Tables of quality reviews and coaching. What people write is encrypted: ``Sealed`` columns."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json, kept_as_text


class NoteState(Enum):
    """How far a coaching note came; a corrected one was followed by a second."""

    SENDING = "sending"
    SENT = "sent"
    READ = "read"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


class AppealState(Enum):
    """How far an appeal came."""

    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    DECLINED = "declined"


class Scorecard(Base):
    """One version of a scorecard; an old review keeps the version it was scored with."""

    __tablename__ = "scorecards"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    content: Mapped[Json]
    fingerprint: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(50))


class ReviewDraft(Base):
    """What a reviewer has filled in so far, sealed; one for each contact and reviewer."""

    __tablename__ = "review_drafts"
    __table_args__ = (UniqueConstraint("reviewer", "source", "contact_id", "purpose"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(50))
    source: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(20), default="live")
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]


class CoachingNote(Base):
    """A review as its reviewer sent it, and what became of it.

    ``answers`` are the points by criterion, ``score`` of 0 to 100 the first one;
    ``final_score`` is the one after an appeal. ``sealed`` is what was written, for its agent and
    its author alone; None once it was forgotten. ``themes`` are the criteria it is about.
    """

    __tablename__ = "coaching_notes"
    __table_args__ = (
        Index(None, "reviewer"),
        Index(None, "agent_user_id"),
        Index(None, "agent_source", "agent_id"),
        Index(None, "state", "sent_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(50))
    agent_source: Mapped[str] = mapped_column(Text)
    agent_id: Mapped[str] = mapped_column(Text)
    agent_user_id: Mapped[str] = mapped_column(String(50), default="")
    team: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    answers: Mapped[Json]
    score: Mapped[float] = mapped_column(Double)
    auto_failed: Mapped[bool]
    final_score: Mapped[float | None] = mapped_column(Double)
    themes: Mapped[Json]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[NoteState] = mapped_column(kept_as_text(NoteState, "state"))
    corrects: Mapped[str | None] = mapped_column(ForeignKey("coaching_notes.id"))
    reviewed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    talk_asked_at: Mapped[datetime | None]
    appeal_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    followed_up_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]


class Appeal(Base):
    """What an agent sees differently, item by item, and how a second reviewer decided.

    ``proposed`` and ``decided`` are points by criterion. The reasons are sealed.
    """

    __tablename__ = "appeals"
    __table_args__ = (Index(None, "state", "second_reviewer"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    note_id: Mapped[str] = mapped_column(ForeignKey("coaching_notes.id"), unique=True)
    proposed: Mapped[Json]
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    second_reviewer: Mapped[str] = mapped_column(String(50), default="")
    state: Mapped[AppealState] = mapped_column(kept_as_text(AppealState, "state"))
    decided: Mapped[Json | None]
    sealed_outcome: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime | None]


class Calibration(Base):
    """One contact that several reviewers score apart from each other."""

    __tablename__ = "calibrations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[str] = mapped_column(Text)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"))
    organiser: Mapped[str] = mapped_column(String(50))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    copied_at: Mapped[datetime | None]


class CalibrationAnswer(Base):
    """What one invited reviewer answered, None until then."""

    __tablename__ = "calibration_answers"

    calibration_id: Mapped[str] = mapped_column(ForeignKey("calibrations.id"), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(50), primary_key=True)
    answers: Mapped[Json | None]
    answered_at: Mapped[datetime | None]


class Forgotten(Base):
    """Whose text was taken away: a keyed hash of the id, so that later imports drop it too."""

    __tablename__ = "forgotten"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgotten_at: Mapped[datetime]


class SealedSecret(Base):
    """A secret of the organisation's own, sealed, so that it outlives a change of keys."""

    __tablename__ = "sealed_secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
