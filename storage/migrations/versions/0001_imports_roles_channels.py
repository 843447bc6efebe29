"""Imports, granted roles, the teams of channels, and who changed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_imports()
    _make_granted_roles()
    op.create_table(
        "channel_teams",
        sa.Column("channel_id", sa.String(50), nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("named_at", sa.DateTime, nullable=False),
        sa.Column("named_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "team", name="pk_channel_teams"),
        sa.CheckConstraint("team <> ''", name=op.f("ck_channel_teams_team_given")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.String(50), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])


def _make_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fact", sa.String(50), nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("rows_read", sa.Integer),
        sa.Column("rows_loaded", sa.Integer),
        sa.Column("rows_replaced", sa.Integer),
        sa.Column("rows_rejected", sa.Integer),
        sa.Column("until", sa.DateTime),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.CheckConstraint(
            "(outcome = 'running') = (finished_at IS NULL)", name=op.f("ck_imports_finished")
        ),
        sa.CheckConstraint(
            "outcome IN ('running', 'loaded', 'refused', 'failed', 'interrupted')",
            name=op.f("ck_imports_outcome"),
        ),
    )
    op.create_index("ix_imports_started_at", "imports", ["started_at"])


def _make_granted_roles() -> None:
    op.create_table(
        "granted_roles",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("granted_at", sa.DateTime, nullable=False),
        sa.Column("granted_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_granted_roles"),
        sa.UniqueConstraint("person", "role", "team", name="uq_granted_roles_person_role_team"),
        sa.CheckConstraint("person <> ''", name=op.f("ck_granted_roles_person_given")),
        sa.CheckConstraint(
            "(role IN ('lead', 'reviewer')) = (team <> '')",
            name=op.f("ck_granted_roles_team_given"),
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'executive', 'lead', 'reviewer', 'agent')",
            name=op.f("ck_granted_roles_role"),
        ),
    )
