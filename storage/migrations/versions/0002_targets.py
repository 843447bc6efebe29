"""Targets, each as it was set or taken away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("metric_key", sa.String(50), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("grain", sa.String(20), nullable=False),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_targets"),
        sa.CheckConstraint(
            "low IS NULL OR high IS NULL OR low <= high",
            name=op.f("ck_targets_bounds_in_order"),
        ),
    )
    op.create_index("ix_targets_metric_key", "targets", ["metric_key"])
