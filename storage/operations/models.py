"""The tables of the operations database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.roles import Role


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as UTC without a zone, so that every engine keeps it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone can't be kept")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class ImportOutcome(Enum):
    """How the loading of one file ended; ``INTERRUPTED`` was cut off with nothing loaded."""

    RUNNING = "running"
    LOADED = "loaded"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


def _kept_as_text(kind: type[Enum], name: str) -> SqlEnum:
    """An enum kept by its value, with a check that every engine knows and a migration can mend."""
    return SqlEnum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Every constraint has a name, or a later migration could not find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        ImportOutcome: _kept_as_text(ImportOutcome, "outcome"),
        Role: _kept_as_text(Role, "role"),
    }


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
    outcome: Mapped[ImportOutcome]
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
    role: Mapped[Role]
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
