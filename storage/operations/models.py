"""Tables of imports, roles, channels, targets, the audit trail and Slack's events."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from sqlalchemy import CheckConstraint, Double, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.operations.base import Base, kept_as_text
from storage.roles import Role


class ImportOutcome(Enum):
    """How the loading of one file ended; ``INTERRUPTED`` was cut off with nothing loaded."""

    RUNNING = "running"
    LOADED = "loaded"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class FileImport(Base):
    """One file that was loaded, or was meant to be."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("(outcome = 'running') = (finished_at IS NULL)", name="finished"),
        Index(None, "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact: Mapped[str] = mapped_column(String(50))
    file_name: Mapped[str] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    mapping: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[ImportOutcome] = mapped_column(kept_as_text(ImportOutcome, "outcome"))
    rows_read: Mapped[int | None]
    rows_loaded: Mapped[int | None]
    rows_replaced: Mapped[int | None]
    rows_rejected: Mapped[int | None]
    until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class GrantedRole(Base):
    """One role of one person, and of one team where the role is of teams.

    ``person`` is a Slack user id, or an e-mail address in lower case. ``team`` is empty for a role
    of no team: engines disagree on whether two nulls are equal.
    """

    __tablename__ = "granted_roles"
    __table_args__ = (
        UniqueConstraint("person", "role", "team"),
        CheckConstraint("person <> ''", name="person_given"),
        CheckConstraint("(role IN ('lead', 'reviewer')) = (team <> '')", name="team_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(320))
    role: Mapped[Role] = mapped_column(kept_as_text(Role, "role"))
    team: Mapped[str] = mapped_column(Text, default="")
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(Text)


class ChannelTeam(Base):
    """A team whose totals an admin allowed in a Slack channel; ``*`` is the whole organisation."""

    __tablename__ = "channel_teams"
    __table_args__ = (CheckConstraint("team <> ''", name="team_given"),)

    channel_id: Mapped[str] = mapped_column(String(50), primary_key=True)
    team: Mapped[str] = mapped_column(Text, primary_key=True)
    named_at: Mapped[datetime]
    named_by: Mapped[str] = mapped_column(Text)


class TargetEntry(Base):
    """A target as somebody set it, or took it away: then without bounds. Never changed itself.

    ``scope`` is what it is for, as JSON of segment and value in the order of the segments' names.
    ``grain`` is empty where it is for every period.
    """

    __tablename__ = "targets"
    __table_args__ = (
        CheckConstraint("low IS NULL OR high IS NULL OR low <= high", name="bounds_in_order"),
        Index(None, "metric_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric_key: Mapped[str] = mapped_column(String(50))
    scope: Mapped[str] = mapped_column(Text)
    grain: Mapped[str] = mapped_column(String(20), default="")
    low: Mapped[float | None] = mapped_column(Double)
    high: Mapped[float | None] = mapped_column(Double)
    starts_on: Mapped[date]
    set_by: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime]


class AuditEntry(Base):
    """Who changed what, and when; never changed itself."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(50))
    about: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)


class SeenEvent(Base):
    """An event of Slack's that was taken up; Slack may send it again, to any replica.

    ``seen_at`` is when it was taken up last.
    """

    __tablename__ = "seen_events"
    __table_args__ = (Index(None, "seen_at"),)

    event_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    seen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
