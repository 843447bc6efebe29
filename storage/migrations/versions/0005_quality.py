"""Scorecards, reviews, coaching notes, appeals and calibrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _one_of(*states: str) -> sa.Enum:
    return sa.Enum(*states, name="state", native_enum=False, create_constraint=True, length=20)


_NOTE_INSTANTS = (
    "sent_at",
    "read_at",
    "withdrawn_at",
    "talk_asked_at",
    "appeal_until",
    "reminded_at",
    "followed_up_at",
    "copied_at",
)


def upgrade() -> None:
    _make_forgotten()
    _make_scorecards()
    _make_sealed_secrets()
    _make_calibrations()
    _make_coaching_notes()
    _index_coaching_notes()
    _make_review_drafts()
    _make_appeals()
    _index_appeals()
    _make_calibration_answers()


def _make_forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("forgotten_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "hash", name=op.f("pk_forgotten")),
    )


def _make_scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("made_by", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_scorecards_key_version")),
    )


def _make_sealed_secrets() -> None:
    op.create_table(
        "sealed_secrets",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sealed_secrets")),
    )


def _make_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=50), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("copied_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_calibrations_scorecard_id_scorecards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )


def _make_coaching_notes() -> None:
    op.create_table(
        "coaching_notes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("reviewer", sa.String(length=50), nullable=False),
        sa.Column("agent_source", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("agent_user_id", sa.String(length=50), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("auto_failed", sa.Boolean(), nullable=False),
        sa.Column("final_score", sa.Double()),
        sa.Column("themes", sa.JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column(
            "state", _one_of("sending", "sent", "read", "withdrawn", "unreachable"), nullable=False
        ),
        sa.Column("corrects", sa.String(length=36)),
        sa.Column("reviewed_at", sa.DateTime, nullable=False),
        *(sa.Column(name, sa.DateTime) for name in _NOTE_INSTANTS),
        sa.ForeignKeyConstraint(
            ["corrects"],
            ["coaching_notes.id"],
            name=op.f("fk_coaching_notes_corrects_coaching_notes"),
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_coaching_notes_scorecard_id_scorecards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_notes")),
    )


def _index_coaching_notes() -> None:
    op.create_index(
        op.f("ix_coaching_notes_agent_source_agent_id"),
        "coaching_notes",
        ["agent_source", "agent_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_coaching_notes_agent_user_id"), "coaching_notes", ["agent_user_id"], unique=False
    )
    op.create_index(
        op.f("ix_coaching_notes_reviewer"), "coaching_notes", ["reviewer"], unique=False
    )
    op.create_index(
        op.f("ix_coaching_notes_state_sent_at"),
        "coaching_notes",
        ["state", "sent_at"],
        unique=False,
    )


def _make_review_drafts() -> None:
    op.create_table(
        "review_drafts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("reviewer", sa.String(length=50), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_review_drafts_scorecard_id_scorecards"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_drafts")),
        sa.UniqueConstraint(
            "reviewer",
            "source",
            "contact_id",
            "purpose",
            name=op.f("uq_review_drafts_reviewer_source_contact_id_purpose"),
        ),
    )


def _make_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("note_id", sa.String(length=36), nullable=False),
        sa.Column("proposed", sa.JSON, nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary()),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("second_reviewer", sa.String(length=50), nullable=False),
        sa.Column("state", _one_of("open", "upheld", "partly", "declined"), nullable=False),
        sa.Column("decided", sa.JSON),
        sa.Column("sealed_outcome", sa.LargeBinary()),
        sa.Column("decided_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["note_id"], ["coaching_notes.id"], name=op.f("fk_appeals_note_id_coaching_notes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("note_id", name=op.f("uq_appeals_note_id")),
    )


def _index_appeals() -> None:
    op.create_index(
        op.f("ix_appeals_state_second_reviewer"),
        "appeals",
        ["state", "second_reviewer"],
        unique=False,
    )


def _make_calibration_answers() -> None:
    op.create_table(
        "calibration_answers",
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("reviewer", sa.String(length=50), nullable=False),
        sa.Column("answers", sa.JSON),
        sa.Column("answered_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_calibration_answers_calibration_id_calibrations"),
        ),
        sa.PrimaryKeyConstraint("calibration_id", "reviewer", name=op.f("pk_calibration_answers")),
    )
