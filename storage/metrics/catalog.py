"""Every metric, one entry each. Help, lists, answers and tests are computed from ``METRICS``."""

from __future__ import annotations

from sqlalchemy import and_

from storage.metrics.counting import (
    INBOUND,
    NOT_ABANDONED,
    OWN_CONTACTS,
    RESOLVED,
    answered_in_time,
    contact,
    counted,
    first_contact_resolution,
    first_response_seconds,
    gross_first_contact_resolution,
    has_target,
    measured,
    offered,
    resolution_seconds,
    share,
    within_target,
)
from storage.metrics.definition import (
    Aggregation,
    Aside,
    Direction,
    Kind,
    Metric,
    Segment,
    Statistic,
    Unit,
)

CONTACT_SEGMENTS = tuple(Segment)
STOCK_SEGMENTS = tuple(s for s in Segment if s not in {Segment.HOUR, Segment.WEEKDAY})

MEAN = Aside("mean", "mean", Unit.SECONDS, Statistic.MEAN)
MEDIAN = Aside("median", "median", Unit.SECONDS, Statistic.MEDIAN)
PERCENTILE_90 = Aside("percentile_90", "9 in 10 within", Unit.SECONDS, Statistic.PERCENTILE_90)

BACKLOG_ASIDES = (
    Aside("net_flow", "opened minus resolved", Unit.COUNT, Statistic.NET_FLOW),
    Aside("oldest_seconds", "oldest", Unit.SECONDS, Statistic.OLDEST_AGE),
    Aside("age_under_1_day", "under 1 day old", Unit.COUNT, Statistic.AGE_UNDER_1_DAY),
    Aside("age_1_to_3_days", "1 to 3 days", Unit.COUNT, Statistic.AGE_1_TO_3_DAYS),
    Aside("age_3_to_7_days", "3 to 7 days", Unit.COUNT, Statistic.AGE_3_TO_7_DAYS),
    Aside("age_over_7_days", "over 7 days", Unit.COUNT, Statistic.AGE_OVER_7_DAYS),
)
BACKLOG = counted(contact.opened_at, OWN_CONTACTS, leaves=contact.resolved_at)
RESTATED = "A contact that is reopened moves its resolution, so a past figure can still change."

METRICS: tuple[Metric, ...] = (
    Metric(
        key="first_response_time",
        abbreviation="FRT",
        name="First response time",
        description=(
            "How long a customer waits for the first reply by a person. Automatic replies do not"
            " count."
        ),
        formula="Median of first response minus opened.",
        counted="contacts with a first response, by when they were opened",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEDIAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(
            contact.opened_at,
            and_(OWN_CONTACTS, contact.first_response_at.is_not(None)),
            first_response_seconds(),
        ),
        asides=(
            MEAN,
            PERCENTILE_90,
            Aside(
                "waiting",
                "still waiting",
                Unit.COUNT,
                counting=counted(
                    contact.opened_at,
                    and_(
                        OWN_CONTACTS,
                        contact.first_response_at.is_(None),
                        contact.resolved_at.is_(None),
                    ),
                ),
            ),
        ),
        synonyms=("first response", "first reply time", "response time", "time to first response"),
        channels_apart=True,
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
        synonyms=("handle time", "handling time", "average handling time"),
        channels_apart=True,
        small_print="Shorter is not better by itself: read it beside first contact resolution.",
    ),
    Metric(
        key="average_resolution_time",
        abbreviation="ART",
        name="Average resolution time",
        description="How long it takes from a contact's opening until it is resolved.",
        formula="Mean of resolved minus opened.",
        counted="contacts resolved, by when they were resolved",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.MEAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(contact.resolved_at, RESOLVED, resolution_seconds()),
        asides=(MEDIAN, PERCENTILE_90),
        synonyms=("resolution time", "time to resolution", "time to resolve", "mttr"),
        channels_apart=True,
    ),
    Metric(
        key="first_contact_resolution",
        abbreviation="FCR",
        name="First contact resolution",
        description="The share of contacts that were resolved the first time a customer asked.",
        formula="Resolved on first contact / resolved.",
        counted="contacts resolved and not abandoned, by when they were resolved",
        unit=Unit.RATE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=first_contact_resolution(contact.resolved_at, RESOLVED),
        asides=(
            Aside(
                "gross",
                "of all opened",
                Unit.RATE,
                counting=gross_first_contact_resolution(),
            ),
        ),
        synonyms=("first call resolution", "one touch", "resolved on first contact"),
        channels_apart=True,
        small_print=(
            "Where the source does not say it: never reopened, and the customer did not come back"
            " {repeat}."
        ),
    ),
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
        synonyms=("contacts", "contact volume", "tickets", "tickets opened", "new tickets"),
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
    ),
    Metric(
        key="reopen_rate",
        abbreviation="Reopens",
        name="Reopen rate",
        description="The share of resolved contacts that had to be opened again.",
        formula="Resolved after being reopened / resolved.",
        counted="contacts resolved whose number of reopenings is known, by resolution",
        unit=Unit.RATE,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(
            contact.resolved_at,
            and_(RESOLVED, contact.reopen_count.is_not(None)),
            contact.reopen_count > 0,
        ),
        synonyms=("reopened", "reopening rate", "reopen"),
    ),
    Metric(
        key="transfer_rate",
        abbreviation="Transfers",
        name="Transfer rate",
        description="The share of resolved contacts that were handed to someone else on the way.",
        formula="Resolved after being reassigned / resolved.",
        counted="contacts resolved whose number of reassignments is known, by resolution",
        unit=Unit.RATE,
        better=Direction.LOWER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(
            contact.resolved_at,
            and_(RESOLVED, contact.reassignment_count.is_not(None)),
            contact.reassignment_count > 0,
        ),
        synonyms=("transferred", "reassigned", "reassignment rate", "transfer"),
    ),
    Metric(
        key="resolution_within_target",
        abbreviation="Within target",
        name="Resolution within target",
        description="The share of resolved contacts that were resolved in the time agreed.",
        formula="Resolved within the target / resolved, where a target is known.",
        counted="contacts resolved that have a target, by when they were resolved",
        unit=Unit.RATE,
        better=Direction.HIGHER,
        kind=Kind.LAGGING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.resolved_at, has_target, within_target),
        synonyms=("sla", "within sla", "sla met", "made sla", "on time"),
        small_print="The source's own mark goes first, then the target in the settings.",
    ),
    Metric(
        key="service_level",
        abbreviation="SL",
        name="Service level",
        description="The share of calls and chats that were answered quickly enough.",
        formula=(
            "Answered within {service_level} / offered; offered is answered plus abandoned after"
            " {short_abandon} or more."
        ),
        counted="phone and chat contacts with a known wait, by when they were opened",
        unit=Unit.RATE,
        better=Direction.HIGHER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.opened_at, offered, answered_in_time),
        synonyms=("answered in time", "telephone service factor"),
        channels_apart=True,
    ),
    Metric(
        key="average_speed_of_answer",
        abbreviation="ASA",
        name="Average speed of answer",
        description="How long a customer waits in the queue until someone answers.",
        formula="Mean wait of the contacts answered.",
        counted="inbound contacts answered whose wait is known, by when they were opened",
        unit=Unit.SECONDS,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.MEAN,
        segments=CONTACT_SEGMENTS,
        counting=measured(
            contact.opened_at,
            and_(OWN_CONTACTS, contact.wait_seconds.is_not(None)),
            contact.wait_seconds,
        ),
        synonyms=("speed of answer", "wait time", "waiting time", "queue time"),
        channels_apart=True,
    ),
    Metric(
        key="abandonment_rate",
        abbreviation="Abandoned",
        name="Abandonment rate",
        description="The share of callers and chatters who gave up before anyone answered.",
        formula=(
            "Abandoned after {short_abandon} or more / offered; offered is those plus the answered."
        ),
        counted="phone and chat contacts with a known wait, by when they were opened",
        unit=Unit.RATE,
        better=Direction.LOWER,
        kind=Kind.LEADING,
        aggregation=Aggregation.SHARE,
        segments=CONTACT_SEGMENTS,
        counting=share(contact.opened_at, offered, contact.abandoned),
        synonyms=("abandon rate", "abandonment", "abandoned calls", "lost calls"),
        channels_apart=True,
    ),
)

_BY_KEY = {metric.key: metric for metric in METRICS}


def find(key: str) -> Metric:
    """The metric of a key; a key that no metric has is a mistake of ours."""
    return _BY_KEY[key]
