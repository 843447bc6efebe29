"""Digests, alerts, the outbox, and the people in Slack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _one_of(*states: str) -> sa.Enum:
    return sa.Enum(*states, name="state", native_enum=False, create_constraint=True, length=20)


_DELIVERY_STATE = _one_of("pending", "claimed", "sent", "failed", "missed", "stopped")


def upgrade() -> None:
    _make_alert_rules()
    _make_digests()
    _make_home_choices()
    _make_paces()
    _make_slack_people()
    _make_crossings()
    _make_occurrences()
    _make_deliveries()
    _index_deliveries()


def _make_alert_rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("metric_key", sa.String(length=50), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("channel_id", sa.String(length=50), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("quiet", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            _one_of("active", "paused", "deleted"),
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=50), nullable=False),
        sa.Column("muted_until", sa.DateTime),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime),
        sa.Column("told_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
    )


def _make_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=160)),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("channel_id", sa.String(length=50), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("only_if_changed", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            _one_of("active", "paused", "deleted"),
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("decided_until", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("name_key", name=op.f("uq_digests_name_key")),
    )


def _make_home_choices() -> None:
    op.create_table(
        "home_choices",
        sa.Column("user_id", sa.String(length=50), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opened_at", sa.DateTime),
        sa.Column("published_at", sa.DateTime),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_home_choices")),
    )


def _make_paces() -> None:
    op.create_table(
        "paces",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("free_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_paces")),
    )


def _make_slack_people() -> None:
    op.create_table(
        "slack_people",
        sa.Column("user_id", sa.String(length=50), nullable=False),
        sa.Column("team_id", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_own_organisation", sa.Boolean(), nullable=False),
        sa.Column("is_workspace_admin", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("direct_channel_id", sa.String(length=50)),
        sa.Column("refreshed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_slack_people")),
    )
    op.create_index(op.f("ix_slack_people_email"), "slack_people", ["email"], unique=False)


def _make_crossings() -> None:
    op.create_table(
        "crossings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("open_key", sa.Text()),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("about", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("told_at", sa.DateTime),
        sa.Column("acknowledged_at", sa.DateTime),
        sa.Column("acknowledged_by", sa.String(length=50)),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("closing_told_at", sa.DateTime),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rules.id"], name=op.f("fk_crossings_rule_id_alert_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossings")),
        sa.UniqueConstraint("rule_id", "open_key", name=op.f("uq_crossings_rule_id_open_key")),
    )


def _make_occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.Column("asked_by", sa.String(length=50)),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            _one_of("due", "planned", "skipped", "missed", "failed", "stopped"),
            nullable=False,
        ),
        sa.Column("claimed_by", sa.String(length=60)),
        sa.Column("claimed_until", sa.DateTime),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=64)),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_occurrences_digest_id_digests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("digest_id", "slot", name=op.f("uq_occurrences_digest_id_slot")),
    )
    op.create_index(
        op.f("ix_occurrences_state_due_at"), "occurrences", ["state", "due_at"], unique=False
    )


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=50), nullable=False),
        sa.Column("about", sa.String(length=100), nullable=False),
        sa.Column("occurrence_id", sa.Integer()),
        sa.Column("thread_ts", sa.String(length=30)),
        sa.Column("content", sa.JSON(none_as_null=True)),
        sa.Column("state", _DELIVERY_STATE, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime, nullable=False),
        sa.Column("claimed_by", sa.String(length=60)),
        sa.Column("claimed_until", sa.DateTime),
        sa.Column("posted_at", sa.DateTime),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("channel_id", sa.String(length=50)),
        sa.Column("ts", sa.String(length=30)),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint(
            "(state = 'claimed') = (claimed_until IS NOT NULL)", name=op.f("ck_deliveries_claimed")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_deliveries_sent")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrences.id"],
            name=op.f("fk_deliveries_occurrence_id_occurrences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )


def _index_deliveries() -> None:
    op.create_index(op.f("ix_deliveries_about"), "deliveries", ["about"], unique=False)
    op.create_index(
        op.f("ix_deliveries_occurrence_id"), "deliveries", ["occurrence_id"], unique=False
    )
    op.create_index(
        op.f("ix_deliveries_state_priority_next_attempt_at"),
        "deliveries",
        ["state", "priority", "next_attempt_at"],
        unique=False,
    )
