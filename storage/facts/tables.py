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

agent_days = Table(
    "agent_days",
    facts,
    Column("source", String, nullable=False),
    Column("agent_id", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("team", String),
    Column("scheduled_seconds", Double),
    Column("adherent_seconds", Double),
    Column("staffed_seconds", Double),
    Column("handling_seconds", Double),
)

surveys = Table(
    "surveys",
    facts,
    Column("source", String, nullable=False),
    Column("survey_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("purpose", String),
    Column("contact_id", String),
    Column("customer_id", String),
    Column("respondent_id", String),
    Column("channel", String),
    Column("issue_type", String),
    Column("team", String),
    Column("agent_id", String),
    Column("sent_at", DateTime, nullable=False),
    Column("answered_at", DateTime),
    Column("score", Double),
    Column("comment", String),
)

qa_reviews = Table(
    "qa_reviews",
    facts,
    Column("source", String, nullable=False),
    Column("review_id", String, nullable=False),
    Column("contact_id", String),
    Column("agent_id", String, nullable=False),
    Column("team", String),
    Column("channel", String),
    Column("reviewer", String),
    Column("reviewed_at", DateTime, nullable=False),
    Column("score", Double),
    Column("auto_failed", Boolean),
    Column("purpose", String),
    Column("scorecard", String),
    Column("scorecard_version", String),
    Column("first_score", Double),
    Column("sent_at", DateTime),
    Column("read_at", DateTime),
    Column("appealed", Boolean),
    Column("upheld", Boolean),
)

qa_answers = Table(
    "qa_answers",
    facts,
    Column("source", String, nullable=False),
    Column("review_id", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("points", Double),
    Column("out_of", Double),
    Column("weight", Double),
    Column("critical", Boolean),
    Column("not_applicable", Boolean),
)

help_sessions = Table(
    "help_sessions",
    facts,
    Column("source", String, nullable=False),
    Column("session_id", String, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("visitor_id", String),
    Column("customer_id", String),
    Column("article_views", Integer),
    Column("topic", String),
    Column("helpful", Boolean),
    Column("contacted_after", Boolean),
)

customers = Table(
    "customers",
    facts,
    Column("source", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ended_on", Date),
    Column("name", String),
    Column("segment", String),
    Column("organisation_id", String),
    Column("owner_agent_id", String),
    Column("language", String),
    Column("timezone", String),
    Column("slack_user_id", String),
    Column("slack_team_id", String),
    Column("slack_channel_id", String),
)

costs = Table(
    "costs",
    facts,
    Column("source", String, nullable=False),
    Column("cost_id", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("team", String),
    Column("channel", String),
    Column("amount", Double, nullable=False),
    Column("currency", String, nullable=False),
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
