"""The fact tables. Times are UTC instants without a zone, durations are seconds."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Double, Integer, MetaData, String, Table

facts = MetaData()

CHANNELS = ("phone", "chat", "email", "web", "social", "sms", "in_person", "other")

contacts = Table(
    "contacts",
    facts,
    Column("source", String, nullable=False),
    Column("contact_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("opened_at", DateTime, nullable=False),
    Column("direction", String, nullable=False, default="inbound"),
    Column("contact_kind", String),
    Column("issue_type", String),
    Column("complexity", String),
    Column("priority", String),
    Column("team", String),
    Column("agent_id", String),
    Column("customer_id", String),
    Column("status", String),
    Column("first_response_at", DateTime),
    Column("resolved_at", DateTime),
    Column("wait_seconds", Double),
    Column("talk_seconds", Double),
    Column("hold_seconds", Double),
    Column("wrap_seconds", Double),
    Column("handle_seconds", Double),
    Column("abandoned", Boolean, nullable=False, default=False),
    Column("resolved_on_first_contact", Boolean),
    Column("resolved_within_target", Boolean),
    Column("reopen_count", Integer),
    Column("reassignment_count", Integer),
    Column("article_id", String),
)

agents = Table(
    "agents",
    facts,
    Column("source", String, nullable=False),
    Column("agent_id", String, nullable=False),
    Column("name", String),
    Column("email", String),
    Column("slack_user_id", String),
    Column("team", String),
    Column("hired_on", Date),
    Column("left_on", Date),
)

coverage = Table(
    "coverage",
    facts,
    Column("source", String, nullable=False),
    Column("fact", String, nullable=False),
    Column("until", DateTime, nullable=False),
    Column("longest_gap_seconds", Double, nullable=False),
    comment="Up to when each source's rows of a fact reach; written with the rows themselves.",
)
