"""Tables of alert rules and of each crossing that one found."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Double, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, Json, kept_as_text
from storage.operations.digest_models import PlanState


class AlertRule(Base):
    """A rule as people made it; ``content`` holds what it looks at, as ``alerts`` reads it.

    ``quiet`` is the local time from and until which nothing is posted, such as ``20:00-07:00``.
    ``told_on`` is the local day of its last message: there is at most one a day.
    """

    __tablename__ = "alert_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30))
    metric_key: Mapped[str] = mapped_column(String(50))
    content: Mapped[Json]
    channel_id: Mapped[str] = mapped_column(String(50))
    timezone: Mapped[str] = mapped_column(String(60))
    quiet: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[PlanState] = mapped_column(kept_as_text(PlanState, "state"))
    owner: Mapped[str] = mapped_column(String(50))
    muted_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime | None]
    told_on: Mapped[date | None]


class Crossing(Base):
    """A rule that holds for one segment, from when it was found until it came back.

    ``open_key`` is the segment while it is open, None once closed: one is open at a time.
    """

    __tablename__ = "crossings"
    __table_args__ = (UniqueConstraint("rule_id", "open_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id"))
    segment: Mapped[str] = mapped_column(Text)
    open_key: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    about: Mapped[Json]
    value: Mapped[float | None] = mapped_column(Double)
    told_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(50))
    closed_at: Mapped[datetime | None]
    closing_told_at: Mapped[datetime | None]
