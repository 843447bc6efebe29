"""How much there is to do, and what has been done."""

from __future__ import annotations

from sqlalchemy import and_

from storage.metrics.catalog.asides import BACKLOG_ASIDES
from storage.metrics.counting import (
    INBOUND,
    NOT_ABANDONED,
    OWN_CONTACTS,
    RESOLVED,
    contact,
    counted,
    first_contact_resolution,
    measured,
)
from storage.metrics.definition import Aggregation, Aside, Audience, Direction, Kind, Metric, Unit
from storage.metrics.segments import CONTACT_SEGMENTS, STOCK_SEGMENTS

BACKLOG = counted(contact.opened_at, OWN_CONTACTS, leaves=contact.resolved_at)
RESTATED = "A contact that is reopened moves its resolution, so a past figure can still change."

WORKLOAD: tuple[Metric, ...] = (
    Metric(
        key="ticket_volume",
        abbreviation="Volume",
        name="Ticket volume",
        description="How many contacts customers opened. A reopened contact is not a new one.",
        formula="Contacts opened.",
        counted="inbound contacts, abandoned ones too, by when they were opened",
        unit=Unit.COUNT,
        better=Direction.NEITHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.COUNT,
        segments=CONTACT_SEGMENTS,
        counting=counted(contact.opened_at, INBOUND),
        synonyms=(
            "contacts",
            "contact volume",
            "tickets",
            "tickets opened",
            "new tickets",
            "how many",
        ),
    ),
    Metric(
        key="ticket_backlog",
        abbreviation="Backlog",
        name="Ticket backlog",
        description="How many contacts are open and wait to be resolved.",
        formula="Opened before the period's end and not resolved by it.",
        counted="inbound contacts, not abandoned, at the end of the period",
        unit=Unit.COUNT,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.STOCK,
        segments=STOCK_SEGMENTS,
        counting=BACKLOG,
        asides=BACKLOG_ASIDES,
        synonyms=("open tickets", "open contacts", "unresolved"),
        small_print=RESTATED,
        audiences=(Audience.TEAM,),
    ),
    Metric(
        key="tickets_pending",
        abbreviation="Pending",
        name="Tickets pending",
        description="How many contacts still wait to be resolved, as an agent sees them.",
        formula="Opened before the period's end and not resolved by it.",
        counted="inbound contacts, not abandoned, at the end of the period",
        unit=Unit.COUNT,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.STOCK,
        segments=STOCK_SEGMENTS,
        counting=BACKLOG,
        asides=BACKLOG_ASIDES,
        synonyms=("pending tickets", "pending contacts", "waiting on me"),
        small_print=RESTATED,
        reviewed=False,
        audiences=(Audience.AGENTS,),
    ),
    Metric(
        key="tickets_resolved",
        abbreviation="Resolved",
        name="Tickets resolved",
        description="How many contacts were resolved.",
        formula="Contacts resolved.",
        counted="inbound contacts, by when they were resolved",
        unit=Unit.COUNT,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.COUNT,
        segments=CONTACT_SEGMENTS,
        counting=counted(contact.resolved_at, RESOLVED),
        synonyms=("resolved tickets", "contacts resolved", "solved", "closed tickets"),
        small_print=RESTATED,
        audiences=(Audience.AGENTS,),
    ),
    Metric(
        key="average_handle_time",
        abbreviation="AHT",
        name="Average handle time",
        description="How long an agent works on a contact: talk, hold and wrap-up together.",
        formula="Sum of handle times / contacts handled; handle time is talk + hold + wrap-up.",
        counted="contacts in both directions with a handle time, not abandoned, by opening",
        unit=Unit.SECONDS,
        better=Direction.NEITHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(
            contact.opened_at,
            and_(contact.handle_seconds > 0, NOT_ABANDONED),
            contact.handle_seconds,
        ),
        asides=(
            Aside(
                "first_contact",
                "first contact",
                Unit.RATE,
                counting=first_contact_resolution(contact.resolved_at, RESOLVED),
            ),
        ),
        synonyms=("handle time", "handling time", "average handling time"),
        channels_apart=True,
        small_print="Shorter is not better by itself: read it beside first contact resolution.",
        kept_honest_by=("first_contact_resolution",),
    ),
)
