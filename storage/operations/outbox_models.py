"""Tables of what is to be posted: the outbox, and the pace that all processes keep together."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json, kept_as_text
from storage.operations.digest_models import Occurrence


class DeliveryState(Enum):
    """How far a message is on its way; ``SENT`` is written only after Slack said so."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    STOPPED = "stopped"


class Delivery(Base):
    """One message to one conversation or person.

    ``id`` stands in the message's metadata. ``key`` says what it is, so that nothing is enqueued
    twice. ``recipient`` is the id of a conversation or of a user. ``about`` is what it belongs to,
    such as ``digest:3``. ``content`` is the message, or names what is rendered when it is sent; it
    is taken away once the message is there. ``posted_at`` is when it was first handed to Slack:
    from then on it may be there, and is looked for before it is sent again.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("(state = 'claimed') = (claimed_until IS NOT NULL)", name="claimed"),
        Index(None, "state", "priority", "next_attempt_at"),
        Index(None, "about"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    priority: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(50))
    about: Mapped[str] = mapped_column(String(100))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey(Occurrence.id), index=True)
    thread_ts: Mapped[str | None] = mapped_column(String(30))
    content: Mapped[Json | None]
    state: Mapped[DeliveryState] = mapped_column(kept_as_text(DeliveryState, "state"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    channel_id: Mapped[str | None] = mapped_column(String(50))
    ts: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(Text)


class Pace(Base):
    """When a conversation, or the whole workspace, takes the next message."""

    __tablename__ = "paces"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    free_at: Mapped[datetime]
