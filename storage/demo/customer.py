"""The demo's customer of the other organisation: who she is in Slack, and a contact of hers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, select, update

from storage.demo.people import OTHER_ORGANISATION
from storage.facts.tables import contacts, customers
from storage.surveys.customers import Customer

SETTLED = timedelta(minutes=10)
"""How long before the demo starts her contact was resolved."""


def place_in_slack(facts: Engine, slack: Customer, now: datetime) -> None:
    """Says where she is found in Slack, and adds the contact that she is asked about.

    Of ``slack`` only what Slack knows is taken.
    """
    with facts.begin() as connection:
        connection.execute(
            update(customers)
            .where(customers.c.name == OTHER_ORGANISATION)
            .values(
                slack_user_id=slack.user_id,
                slack_team_id=slack.team_id,
                slack_channel_id=slack.channel_id,
                timezone=slack.timezone,
                language="en",
            )
        )
        connection.execute(insert(contacts).values(**_contact(connection, now)))


def _contact(connection: Connection, now: datetime) -> dict[str, object]:
    resolved_at = (now - SETTLED).astimezone(UTC).replace(microsecond=0, tzinfo=None)
    hers = select(customers.c.customer_id).where(customers.c.name == OTHER_ORGANISATION)
    usual = select(contacts.c.issue_type, contacts.c.team, contacts.c.agent_id)
    like = connection.execute(
        usual.where(contacts.c.channel == "email", contacts.c.agent_id.is_not(None))
        .order_by(contacts.c.opened_at.desc(), contacts.c.contact_id)
        .limit(1)
    ).one()
    return {
        "source": "helpdesk",
        "contact_id": "ticket-hanna",
        "channel": "email",
        "opened_at": resolved_at - timedelta(hours=5),
        "first_response_at": resolved_at - timedelta(hours=4),
        "resolved_at": resolved_at,
        "direction": "inbound",
        "contact_kind": "question",
        "issue_type": like.issue_type,
        "team": like.team,
        "agent_id": like.agent_id,
        "customer_id": connection.scalar(hers),
        "status": "solved",
        "priority": "normal",
        "complexity": "simple",
        "abandoned": False,
        "reopen_count": 0,
        "reassignment_count": 0,
    }
