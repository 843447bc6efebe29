"""Surveys: campaigns, invitations, answers and what became of low scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INVITATION_STATES = ("planned", "sent", "answered", "expired", "withdrawn", "left_out")


def _one_of(*states: str) -> sa.Enum:
    return sa.Enum(*states, name="state", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    _make_campaigns()
    _index_campaigns()
    _make_opt_outs()
    _make_invitations()
    _index_invitations()
    _make_survey_follow_ups()
    _index_survey_follow_ups()
    _make_survey_answers()
    _index_survey_answers()


def _make_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("state", _one_of("active", "paused", "stopped", "ended"), nullable=False),
        sa.Column("order_key", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("seen_until", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("order_key", name=op.f("uq_campaigns_order_key")),
    )


def _index_campaigns() -> None:
    op.create_index(op.f("ix_campaigns_state"), "campaigns", ["state"], unique=False)


def _make_opt_outs() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_opt_outs")),
    )


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("user_id", sa.String(length=50), nullable=False),
        sa.Column("team_id", sa.String(length=50), nullable=False),
        sa.Column("place_id", sa.String(length=50), nullable=False),
        sa.Column("thread_ts", sa.String(length=30)),
        sa.Column("is_shared_place", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("state", _one_of(*INVITATION_STATES), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("ts", sa.String(length=30)),
        sa.Column("channel_id", sa.String(length=50)),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("reminded_at", sa.DateTime),
        sa.Column("copied_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_invitations_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("key", name=op.f("uq_invitations_key")),
    )


def _index_invitations() -> None:
    op.create_index(
        op.f("ix_invitations_campaign_id_state"),
        "invitations",
        ["campaign_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invitations_copied_at_sent_at"),
        "invitations",
        ["copied_at", "sent_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invitations_customer_id"), "invitations", ["customer_id"], unique=False
    )
    op.create_index(
        op.f("ix_invitations_person_sent_at"), "invitations", ["person", "sent_at"], unique=False
    )
    op.create_index(
        op.f("ix_invitations_source_contact_id"),
        "invitations",
        ["source", "contact_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invitations_state_expires_at"),
        "invitations",
        ["state", "expires_at"],
        unique=False,
    )


def _make_survey_follow_ups() -> None:
    op.create_table(
        "survey_follow_ups",
        sa.Column("invitation_id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=50), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("taken_by", sa.String(length=50), nullable=False),
        sa.Column("taken_at", sa.DateTime),
        sa.Column("due_on", sa.Date()),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("score_after", sa.Double()),
        sa.Column("copied_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_survey_follow_ups_invitation_id_invitations"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_survey_follow_ups")),
    )


def _index_survey_follow_ups() -> None:
    op.create_index(
        op.f("ix_survey_follow_ups_closed_at"), "survey_follow_ups", ["closed_at"], unique=False
    )
    op.create_index(
        op.f("ix_survey_follow_ups_copied_at"), "survey_follow_ups", ["copied_at"], unique=False
    )
    op.create_index(
        op.f("ix_survey_follow_ups_owner_closed_at"),
        "survey_follow_ups",
        ["owner", "closed_at"],
        unique=False,
    )


def _make_survey_answers() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("invitation_id", sa.String(length=36), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("clicked_at", sa.String(length=30), nullable=False),
        sa.Column("answered_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("may_call", sa.Boolean(), nullable=False),
        sa.Column("copied_at", sa.DateTime),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_survey_answers_score")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_survey_answers_invitation_id_invitations"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_survey_answers")),
    )


def _index_survey_answers() -> None:
    op.create_index(
        op.f("ix_survey_answers_copied_at"), "survey_answers", ["copied_at"], unique=False
    )
